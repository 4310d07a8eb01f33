from django.db import migrations

REFUSE = """
CREATE FUNCTION process_definition_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published process is immutable: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER process_definition_immutable BEFORE UPDATE OR DELETE ON process_definition
    FOR EACH ROW EXECUTE FUNCTION process_definition_refuse();
"""
ALLOW = """
DROP TRIGGER process_definition_immutable ON process_definition;
DROP FUNCTION process_definition_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("process", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
