"""Municipalities (区市町村) stand beside the government and its bureaus; sections may stand below them."""

from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION org_check_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    levels CONSTANT text[] := ARRAY[{levels}];
    own text; above text;
BEGIN
    IF NEW.parent_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT kind INTO own FROM org_orgunit WHERE id = NEW.unit_id;
    SELECT kind INTO above FROM org_orgunit WHERE id = NEW.parent_id;
    IF array_position(levels, above) >= array_position(levels, own) {more}THEN
        RAISE EXCEPTION 'a % cannot belong to a %', own, above USING ERRCODE = 'check_violation',
            CONSTRAINT = 'unitversion_parent_higher';
    END IF;
    RETURN NEW;
END $$;
"""
WITH = FUNCTION.format(
    levels="'government', 'bureau', 'municipality', 'division', 'section'", more="OR own = 'municipality' "
)
WITHOUT = FUNCTION.format(levels="'government', 'bureau', 'division', 'section'", more="")
KINDS = [
    ("government", "都"),
    ("municipality", "区市町村"),
    ("bureau", "局"),
    ("division", "部"),
    ("section", "課"),
]


class Migration(migrations.Migration):
    dependencies = [("org", "0002_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="orgunit", name="orgunit_kind_known"),
        migrations.AlterField(
            model_name="orgunit",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12, verbose_name="階層"),
        ),
        migrations.AddConstraint(
            model_name="orgunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _label in KINDS])), name="orgunit_kind_known"
            ),
        ),
        migrations.RunSQL(WITH, WITHOUT),
    ]
