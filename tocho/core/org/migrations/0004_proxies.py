"""職務代理 beside 本務, 兼務 and 事務取扱: an appointment with its basis in law, which does not displace the holder."""

from django.db import migrations, models

KINDS = [(1, "本務"), (2, "兼務"), (3, "事務取扱"), (4, "職務代理")]


class Migration(migrations.Migration):
    dependencies = [("org", "0003_municipalities")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="basis",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="根拠"),
        ),
        migrations.RemoveConstraint(model_name="appointment", name="appointment_kind_known"),
        migrations.AlterField(
            model_name="appointment",
            name="kind",
            field=models.PositiveSmallIntegerField(choices=KINDS, default=1, verbose_name="発令区分"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _label in KINDS])), name="appointment_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", 4), _negated=True),
                    models.Q(models.Q(("basis", ""), _negated=True), ("sole", False)),
                    _connector="OR",
                ),
                name="appointment_proxy_has_basis",
            ),
        ),
    ]
