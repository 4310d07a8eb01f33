from importlib import import_module
from typing import Any

from django.db import migrations, models

requests: Any = import_module("tocho.modules.records.migrations.0007_guard_requests")

GUARD = requests.REQUEST.split("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
CORRECTED = GUARD.replace(
    """  IF NEW.due_on <> OLD.due_on
     AND (""",
    """  IF NEW.correction_days <> OLD.correction_days AND (OLD.state <> 'open' OR OLD.extension_reason <> ''
       OR NEW.correction_days < OLD.correction_days
       OR NEW.due_on - OLD.due_on <> NEW.correction_days - OLD.correction_days) THEN
    RAISE EXCEPTION 'request %: days of a correction move its time limit', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.due_on <> OLD.due_on AND NEW.correction_days = OLD.correction_days
     AND (""",
)
assert CORRECTED != GUARD


class Migration(migrations.Migration):
    """The days of a correction (補正) do not count towards the time limit; a request may be refused or rejected."""

    dependencies = [
        ("records", "0007_guard_requests"),
    ]
    operations = [
        migrations.AddField("disclosurerequest", "correction_days", models.PositiveSmallIntegerField(default=0)),
        migrations.AlterField(
            "disclosurerequest",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("full", "全部開示"),
                    ("partial", "一部開示"),
                    ("none", "非開示"),
                    ("absent", "不存在"),
                    ("refused", "存否応答拒否"),
                    ("rejected", "却下"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunSQL(CORRECTED, GUARD),
    ]
