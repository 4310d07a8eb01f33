from typing import Any

from django.db import migrations

BATCH = 5000
FILL = """
UPDATE decisions_decision decision SET decided_by_id = step.acted_by_id
  FROM decisions_step step
 WHERE step.decision_id = decision.id AND step.circuit = decision.circuit AND step.kind = 'decide'
   AND step.state IN ('approved', 'approved_with_opinion', 'acted_by_deputy', 'rejected')
   AND decision.decided_at IS NOT NULL AND decision.decided_by_id IS NULL
   AND decision.id > %s AND decision.id <= %s"""


def say_who_decided(apps: Any, schema_editor: Any) -> None:
    """Who answered at the decider's station, said of the past; batch by batch, so that nobody waits for a lock, and
    stopped in the middle it goes on where it was."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM decisions_decision")
        (last,) = cursor.fetchone()
        for low in range(0, last, BATCH):
            cursor.execute(FILL, [low, low + BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("decisions", "0014_decided_by")]
    operations = [migrations.RunPython(say_who_decided, migrations.RunPython.noop)]
