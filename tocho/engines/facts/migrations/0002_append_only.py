from django.db import migrations

FROZEN = ("facts_indicator_version", "facts_monthly_return", "facts_publication", "facts_adjustment")


def refuse(table: str, name: str, events: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_{name} BEFORE {events} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        f"DROP TRIGGER {table}_{name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_initial"), ("ledger", "0002_append_only")]

    operations = [refuse(table, "no_change", "UPDATE OR DELETE") for table in FROZEN] + [
        refuse(table, "no_truncate", "TRUNCATE") for table in FROZEN
    ]
