from django.db import migrations, models

# Who used a symbol first keeps it; another office that shared it gets one of its own with its next number.
KEEP = """
    INSERT INTO decisions_documentsymbol (unit, symbol)
    SELECT DISTINCT ON (unit) unit, symbol FROM (
        SELECT DISTINCT ON (symbol) symbol, unit, id FROM decisions_decision ORDER BY symbol, id
    ) first ORDER BY unit, id
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0019_authority_trials")]

    operations = [
        migrations.CreateModel(
            name="DocumentSymbol",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(max_length=40, unique=True)),
                ("symbol", models.CharField(max_length=20, unique=True)),
            ],
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
    ]
