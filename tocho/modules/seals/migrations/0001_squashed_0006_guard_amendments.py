"""What 0001 to 0006 have made, at once, so that an empty database is ready sooner (ADR 0033); a filled one goes on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What rules.MOVES says; tests/test_guards.py compares the two.
FUNCTIONS = """
CREATE FUNCTION seals_requirement_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE amended date;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM seals_sealrequirement WHERE id = NEW.id) THEN RETURN NEW; END IF;  -- ON CONFLICT UPDATE
    IF NEW.state NOT IN ('surveyed', 'classified')
       AND NOT (NEW.state = 'abolished' AND NEW.basis IN ('habit', 'none')) THEN
      RAISE EXCEPTION 'seal: it does not begin as %', NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'removed' THEN
    RAISE EXCEPTION 'seal %: it was taken out', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = OLD.state THEN RETURN NEW; END IF;
  IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY['surveyed>classified', 'surveyed>abolished', 'classified>planned', 'classified>abolished', 'classified>retained', 'classified>state_request', 'planned>rule_amended', 'planned>classified', 'planned>retained', 'rule_amended>abolished', 'rule_amended>planned', 'retained>classified', 'state_request>classified', 'state_request>retained', 'surveyed>removed', 'classified>removed', 'planned>removed', 'rule_amended>removed', 'retained>removed', 'state_request>removed', 'abolished>removed'])) THEN
    RAISE EXCEPTION 'seal %: % does not follow on %', NEW.id, NEW.state, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'abolished' AND OLD.state <> 'rule_amended' AND NEW.basis NOT IN ('habit', 'none') THEN
    RAISE EXCEPTION 'seal %: rests on a rule that is not amended', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'rule_amended' THEN
    SELECT amended_on INTO amended FROM seals_sealrule WHERE id = NEW.rule_id;
    IF amended IS NULL THEN
      RAISE EXCEPTION 'seal %: its rule is not amended', NEW.id USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION seals_return_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF (NEW.survey_id, NEW.bureau) IS DISTINCT FROM (OLD.survey_id, OLD.bureau) THEN
    RAISE EXCEPTION 'return %: whose it is does not change', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.certified_at IS NOT NULL AND NEW.certified_at IS NOT NULL THEN
    RAISE EXCEPTION 'return %: certified once, until it is opened again', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM seals_sealsurvey mine JOIN seals_sealsurvey later ON later.number > mine.number
              WHERE mine.id = NEW.survey_id) THEN
    RAISE EXCEPTION 'return %: a later round has begun', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$;
CREATE FUNCTION seals_rule_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE last record;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.code <> OLD.code THEN
    RAISE EXCEPTION 'rule %: its number stands', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.amended_on, NEW.amendment) IS NOT DISTINCT FROM (OLD.amended_on, OLD.amendment) THEN
    RETURN NEW;
  END IF;
  SELECT amended_on, amendment INTO last FROM seals_ruleamendment WHERE rule_id = NEW.id ORDER BY id DESC LIMIT 1;
  IF (NEW.amended_on, NULLIF(NEW.amendment, '')) IS DISTINCT FROM (last.amended_on, last.amendment) THEN
    RAISE EXCEPTION 'rule %: its amendment is what was recorded last', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $function$
"""
DROP_FUNCTIONS = """
DROP FUNCTION seals_rule_guard(); DROP FUNCTION seals_return_guard(); DROP FUNCTION seals_requirement_guard()
"""

TRIGGERS = """
CREATE TRIGGER seals_requirement_guard BEFORE UPDATE ON seals_sealrequirement FOR EACH ROW EXECUTE FUNCTION seals_requirement_guard();
CREATE TRIGGER seals_version_no_change BEFORE DELETE OR UPDATE ON seals_requirementversion FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_version_no_truncate BEFORE TRUNCATE ON seals_requirementversion FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_requirement_begins BEFORE INSERT ON seals_sealrequirement FOR EACH ROW EXECUTE FUNCTION seals_requirement_guard();
CREATE TRIGGER seals_return_guard BEFORE UPDATE ON seals_bureaureturn FOR EACH ROW EXECUTE FUNCTION seals_return_guard();
CREATE TRIGGER seals_rule_guard BEFORE UPDATE ON seals_sealrule FOR EACH ROW EXECUTE FUNCTION seals_rule_guard();
CREATE TRIGGER seals_sealrequirement_no_delete BEFORE DELETE ON seals_sealrequirement FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_sealrequirement_no_truncate BEFORE TRUNCATE ON seals_sealrequirement FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_bureaureturn_no_delete BEFORE DELETE ON seals_bureaureturn FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_bureaureturn_no_truncate BEFORE TRUNCATE ON seals_bureaureturn FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_sealsurvey_no_delete BEFORE DELETE ON seals_sealsurvey FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_sealsurvey_no_truncate BEFORE TRUNCATE ON seals_sealsurvey FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_sealrule_no_delete BEFORE DELETE ON seals_sealrule FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_sealrule_no_truncate BEFORE TRUNCATE ON seals_sealrule FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_rule_begins BEFORE INSERT ON seals_sealrule FOR EACH ROW EXECUTE FUNCTION seals_rule_guard();
CREATE TRIGGER seals_ruleamendment_no_update BEFORE UPDATE ON seals_ruleamendment FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_ruleamendment_no_delete BEFORE DELETE ON seals_ruleamendment FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER seals_ruleamendment_no_truncate BEFORE TRUNCATE ON seals_ruleamendment FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()
"""
DROP_TRIGGERS = """
DROP TRIGGER seals_ruleamendment_no_truncate ON seals_ruleamendment; DROP TRIGGER seals_ruleamendment_no_delete ON seals_ruleamendment; DROP TRIGGER seals_ruleamendment_no_update ON seals_ruleamendment; DROP TRIGGER seals_rule_begins ON seals_sealrule; DROP TRIGGER seals_sealrule_no_truncate ON seals_sealrule; DROP TRIGGER seals_sealrule_no_delete ON seals_sealrule; DROP TRIGGER seals_sealsurvey_no_truncate ON seals_sealsurvey; DROP TRIGGER seals_sealsurvey_no_delete ON seals_sealsurvey; DROP TRIGGER seals_bureaureturn_no_truncate ON seals_bureaureturn; DROP TRIGGER seals_bureaureturn_no_delete ON seals_bureaureturn; DROP TRIGGER seals_sealrequirement_no_truncate ON seals_sealrequirement; DROP TRIGGER seals_sealrequirement_no_delete ON seals_sealrequirement; DROP TRIGGER seals_rule_guard ON seals_sealrule; DROP TRIGGER seals_return_guard ON seals_bureaureturn; DROP TRIGGER seals_requirement_begins ON seals_sealrequirement; DROP TRIGGER seals_version_no_truncate ON seals_requirementversion; DROP TRIGGER seals_version_no_change ON seals_requirementversion; DROP TRIGGER seals_requirement_guard ON seals_sealrequirement
"""


class Migration(migrations.Migration):

    replaces = [('seals', '0001_initial'), ('seals', '0002_guards'), ('seals', '0003_removed'), ('seals', '0004_guard_returns'), ('seals', '0005_amendments'), ('seals', '0006_guard_amendments')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('ledger', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='SealRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=300)),
                ('kind', models.CharField(choices=[('law', '法令'), ('ordinance', '条例'), ('regulation', '規則'), ('guideline', '要綱・要領')], max_length=12)),
                ('field', models.CharField(choices=[('personnel', '人事'), ('finance', '財務'), ('accounting', '会計'), ('other', 'その他')], default='other', max_length=12)),
                ('unit', models.CharField(max_length=40)),
                ('identified_on', models.DateField()),
                ('planned_on', models.DateField(null=True)),
                ('amended_on', models.DateField(null=True)),
                ('amendment', models.CharField(blank=True, max_length=200)),
                ('sample_note', models.CharField(blank=True, max_length=200)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['planned_on', 'code'], name='sealrule_planned')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True), models.Q(('unit', ''), _negated=True)), name='sealrule_named'), models.CheckConstraint(condition=models.Q(models.Q(('amended_on__isnull', True), ('amendment', '')), models.Q(('amended_on__isnull', False), models.Q(('amendment', ''), _negated=True)), _connector='OR'), name='sealrule_amended_by_something')],
            },
        ),
        migrations.CreateModel(
            name='SealSurvey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(unique=True)),
                ('title', models.CharField(max_length=100)),
                ('as_of', models.DateField()),
                ('closes_on', models.DateField()),
                ('note', models.TextField(blank=True)),
                ('opened_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('as_of'))), name='sealsurvey_closes_later')],
            },
        ),
        migrations.CreateModel(
            name='SealRequirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=40)),
                ('affair', models.CharField(max_length=200)),
                ('document', models.CharField(max_length=200)),
                ('direction', models.CharField(choices=[('inbound', '対外から'), ('internal', '庁内'), ('outbound', '対外へ')], max_length=10)),
                ('seal', models.CharField(choices=[('private', '認印'), ('staff', '職員印'), ('registered', '登録印'), ('official', '公印'), ('signature', '署名')], max_length=10)),
                ('basis', models.CharField(choices=[('law', '法令'), ('ordinance', '条例'), ('regulation', '規則'), ('guideline', '要綱'), ('habit', '慣行'), ('none', 'なし')], max_length=12)),
                ('basis_text', models.CharField(blank=True, max_length=300)),
                ('volume', models.PositiveIntegerField(null=True)),
                ('purpose', models.CharField(blank=True, choices=[('identity', '本人確認'), ('intent', '真意の確認'), ('genuine', '真正性')], max_length=10)),
                ('substitute', models.CharField(blank=True, choices=[('nothing', '廃止（代わりなし）'), ('online', '電子申請'), ('decision', '電子決定'), ('signature', '電子署名'), ('contact', '連絡先の確認')], max_length=10)),
                ('disposition', models.CharField(blank=True, choices=[('abolish', '廃止予定'), ('digital', 'デジタル代替'), ('adjusting', '取扱調整中'), ('by_law', '法令等で規定'), ('certificate', '表彰状など')], max_length=12)),
                ('planned_on', models.DateField(null=True)),
                ('retained_reason', models.TextField(blank=True)),
                ('review_on', models.DateField(null=True)),
                ('is_main', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('surveyed', '調査済'), ('classified', '区分済'), ('planned', '改正予定'), ('rule_amended', '規定改正済'), ('abolished', '廃止済'), ('retained', '存続'), ('state_request', '国へ要望'), ('removed', '対象外')], default='surveyed', max_length=16)),
                ('sample_note', models.CharField(blank=True, max_length=200)),
                ('search_text', models.TextField()),
                ('changed_at', models.DateTimeField()),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='seals.sealrule')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'id'], name='sealreq_unit'), models.Index(fields=['state', 'id'], name='sealreq_state'), models.Index(fields=['disposition', 'id'], name='sealreq_disposition')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('unit', ''), _negated=True), models.Q(('affair', ''), _negated=True), models.Q(('document', ''), _negated=True)), name='sealreq_named'), models.CheckConstraint(condition=models.Q(('basis__in', ['habit', 'none']), models.Q(('basis_text', ''), _negated=True), _connector='OR'), name='sealreq_basis_cited'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['planned', 'rule_amended']), _negated=True), models.Q(('planned_on__isnull', False), ('rule__isnull', False)), _connector='OR'), name='sealreq_planned_by_rule'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'retained'), _negated=True), models.Q(models.Q(('retained_reason', ''), _negated=True), ('review_on__isnull', False)), _connector='OR'), name='sealreq_retained_for_a_while'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'state_request'), _negated=True), ('basis', 'law'), _connector='OR'), name='sealreq_asked_of_the_nation'), models.UniqueConstraint(condition=models.Q(('state', 'removed'), _negated=True), fields=('unit', 'affair', 'document', 'seal'), name='sealreq_counted_once'), models.CheckConstraint(condition=models.Q(('state__in', ['surveyed', 'classified', 'planned', 'rule_amended', 'abolished', 'retained', 'state_request', 'removed'])), name='sealreq_state_known'), models.CheckConstraint(condition=models.Q(('state__in', ['surveyed', 'removed']), ('disposition__in', ['abolish', 'digital', 'adjusting', 'by_law', 'certificate']), _connector='OR'), name='sealreq_classified')],
            },
        ),
        migrations.CreateModel(
            name='BureauReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bureau', models.CharField(max_length=40)),
                ('certified_at', models.DateTimeField(null=True)),
                ('certifier', models.CharField(blank=True, max_length=200)),
                ('count', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('certified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='seals.sealsurvey')),
                ('reminded_on', models.DateField(null=True)),
                ('task_id', models.BigIntegerField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('survey', 'bureau'), name='bureaureturn_once'), models.CheckConstraint(condition=models.Q(models.Q(('certified_at__isnull', True), ('certifier', ''), ('count', 0), ('digest', '')), models.Q(('certified_at__isnull', False), models.Q(('certifier', ''), _negated=True), models.Q(('digest', ''), _negated=True)), _connector='OR'), name='bureaureturn_certified_whole')],
            },
        ),
        migrations.CreateModel(
            name='RuleAmendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amended_on', models.DateField()),
                ('amendment', models.CharField(max_length=200)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('recorded_at', models.DateTimeField()),
                ('ledger_entry_id', models.BigIntegerField()),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='seals.sealrule')),
            ],
            options={
                'indexes': [models.Index(fields=['rule', '-id'], name='ruleamendment_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amendment', ''), _negated=True), name='ruleamendment_named')],
            },
        ),
        migrations.CreateModel(
            name='RequirementVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('state', models.CharField(max_length=16)),
                ('disposition', models.CharField(blank=True, max_length=12)),
                ('basis', models.CharField(max_length=12)),
                ('unit', models.CharField(max_length=40)),
                ('volume', models.PositiveIntegerField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('changes', models.JSONField(default=dict)),
                ('ledger_entry_id', models.BigIntegerField()),
                ('requirement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='seals.sealrequirement')),
            ],
            options={
                'indexes': [models.Index(fields=['requirement', '-effective_on', '-id'], name='sealversion_as_of')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
