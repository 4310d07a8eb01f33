from typing import Any

from django.db import migrations

from tocho.engines.search import api as search

BATCH = 1000


def keep_words(apps: Any, schema_editor: Any) -> None:
    """Make what was written before findable by its body."""
    decisions, wordings = apps.get_model("decisions", "Decision"), apps.get_model("decisions", "Wording")
    after = 0
    while rows := list(decisions.objects.filter(id__gt=after, erased_at=None).order_by("id")[:BATCH]):
        after = rows[-1].id
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(
                f'INSERT INTO "{wordings._meta.db_table}" VALUES (%s, %s::tsvector) ON CONFLICT DO NOTHING',  # noqa: S608
                [(row.id, search.tokens_of(row.title, row.body, row.reasons)) for row in rows],
            )


class Migration(migrations.Migration):
    dependencies = [("decisions", "0009_wording")]
    operations = [migrations.RunPython(keep_words, migrations.RunPython.noop)]
