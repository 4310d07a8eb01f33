import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decisions", "0016_list_indexes"), ("org", "0004_proxies")]
    operations = [
        migrations.AddField(
            model_name="step",
            name="raised_to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.post",
            ),
        ),
    ]
