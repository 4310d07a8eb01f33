"""What the database itself guards: the tree has no cycle, and every change of the structure changes the revision."""

from django.db import migrations

REVISION = """
INSERT INTO org_revision (version) VALUES (gen_random_uuid());

CREATE FUNCTION org_bump_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A fresh value, not a counter: a rolled-back change must not leave a number that the next change reuses.
    UPDATE org_revision SET version = gen_random_uuid();
    IF NOT FOUND THEN
        INSERT INTO org_revision (version) VALUES (gen_random_uuid());
    END IF;
    RETURN NULL;
END $$;
"""

TABLES = ("org_orgunit", "org_unitversion", "org_succession", "org_post", "org_postsuccession")

TREE = """
CREATE FUNCTION org_check_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    levels CONSTANT text[] := ARRAY['government', 'bureau', 'division', 'section'];
    own text; above text;
BEGIN
    IF NEW.parent_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT kind INTO own FROM org_orgunit WHERE id = NEW.unit_id;
    SELECT kind INTO above FROM org_orgunit WHERE id = NEW.parent_id;
    IF array_position(levels, above) >= array_position(levels, own) THEN
        RAISE EXCEPTION 'a % cannot belong to a %', own, above USING ERRCODE = 'check_violation',
            CONSTRAINT = 'unitversion_parent_higher';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER org_check_parent BEFORE INSERT OR UPDATE ON org_unitversion
    FOR EACH ROW EXECUTE FUNCTION org_check_parent();
"""


def _bump(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER org_bump_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION org_bump_revision();",
        f"DROP TRIGGER org_bump_revision ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]

    operations = [
        migrations.RunSQL(REVISION, "DROP FUNCTION org_bump_revision();"),
        *[_bump(table) for table in TABLES],
        migrations.RunSQL(TREE, "DROP TRIGGER org_check_parent ON org_unitversion; DROP FUNCTION org_check_parent();"),
    ]
