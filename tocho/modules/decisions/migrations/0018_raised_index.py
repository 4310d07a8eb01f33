from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

ONLY = models.CheckConstraint(
    condition=Q(raised_to__isnull=True) | Q(kind="post_review"), name="only_a_post_review_is_raised"
)
INDEX = models.Index(fields=["raised_to", "due_on", "id"], condition=Q(raised_to__isnull=False), name="step_raised")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("decisions", "0017_raised")]
    operations = [
        AddConstraintNotValid("step", ONLY),
        ValidateConstraint("step", "only_a_post_review_is_raised"),
        AddIndexConcurrently("step", INDEX),
    ]
