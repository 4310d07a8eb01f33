from django.db import migrations

FREEZE = """
CREATE FUNCTION procedures_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'version % is published: publish a new one instead', OLD.id;
END $$;
CREATE TRIGGER procedures_version_frozen BEFORE UPDATE ON procedures_procedureversion
  FOR EACH ROW EXECUTE FUNCTION procedures_version_frozen();
"""
THAW = """
DROP TRIGGER procedures_version_frozen ON procedures_procedureversion;
DROP FUNCTION procedures_version_frozen();
"""


class Migration(migrations.Migration):
    """A published version never changes: running applications keep the version they began with."""

    dependencies = [("procedures", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
