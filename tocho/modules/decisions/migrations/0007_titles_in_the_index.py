from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decisions", "0006_erased")]

    operations = [
        migrations.RemoveIndex(model_name="decision", name="decision_unit"),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["unit", "-id"], include=("title",), name="decision_unit"),
        ),
    ]
