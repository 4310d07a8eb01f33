from typing import Any

from django.db import migrations, transaction
from django.db.models import Exists, OuterRef

from tocho.engines.search import api as search

BATCH = 1000


def keep_words(apps: Any, schema_editor: Any) -> None:
    """Make what was written before findable by its body; batch by batch, so that nobody waits for a lock, and stopped in
    the middle it goes on where it was."""
    decisions, wordings = apps.get_model("decisions", "Decision"), apps.get_model("decisions", "Wording")
    after = 0
    missing = decisions.objects.filter(erased_at=None).exclude(Exists(wordings.objects.filter(decision=OuterRef("id"))))
    while rows := list(missing.filter(id__gt=after).order_by("id")[:BATCH]):
        after = rows[-1].id
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.executemany(
                f'INSERT INTO "{wordings._meta.db_table}" VALUES (%s, %s::tsvector) ON CONFLICT DO NOTHING',  # noqa: S608
                [(row.id, search.tokens_of(row.title, row.body, row.reasons)) for row in rows],
            )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("decisions", "0009_wording")]
    operations = [migrations.RunPython(keep_words, migrations.RunPython.noop)]
