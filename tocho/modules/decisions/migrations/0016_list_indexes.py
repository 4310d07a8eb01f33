from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

RARE = ["drafting", "circulating", "on_hold", "returned", "pulled_back", "issuance_cancelled", "rejected", "abandoned"]
INDEXES = (
    models.Index(fields=["state", "-id"], condition=Q(state__in=RARE), name="decision_state"),
    models.Index(fields=["category", "-id"], name="decision_category"),
    models.Index(fields=["drafter", "-id"], name="decision_drafter"),
    models.Index(fields=["decided_by", "-id"], condition=Q(decided_by__isnull=False), name="decision_decider"),
    models.Index(fields=["number"], name="decision_number"),
    models.Index(fields=["-drafted_at", "-id"], name="decision_drafted"),
    models.Index(fields=["-decided_at", "-id"], condition=Q(decided_at__isnull=False), name="decision_decided"),
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("decisions", "0015_who_decided")]
    operations = [
        *(AddIndexConcurrently("decision", index) for index in INDEXES),
        AddIndexConcurrently("step", models.Index(fields=["post", "-decision"], name="step_route")),
    ]
