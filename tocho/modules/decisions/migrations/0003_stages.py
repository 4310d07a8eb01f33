from django.db import migrations


class Migration(migrations.Migration):
    """Stations of one stage are open at the same time; until now each stood alone at its position."""

    dependencies = [("decisions", "0002_decided_is_frozen")]
    operations = [
        migrations.RemoveConstraint(model_name="step", name="one_step_per_position"),
        migrations.RemoveConstraint(model_name="step", name="one_active_step_per_decision"),
        migrations.RemoveConstraint(model_name="step", name="exactly_one_decider"),
        migrations.RemoveConstraint(model_name="step", name="who_acted_stands_with_the_act"),
        migrations.RemoveConstraint(model_name="decision", name="one_open_decision_per_subject"),
        migrations.RemoveConstraint(model_name="decision", name="decided_at_with_the_decision"),
        migrations.AlterModelOptions(name="step", options={}),
        migrations.RenameField(model_name="step", old_name="position", new_name="stage"),
    ]
