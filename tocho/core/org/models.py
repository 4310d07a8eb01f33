from datetime import date, datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """Level of a unit. ``GOVERNMENT`` is the root above the governor's bureaus; commissions stand beside it, and so do
    the municipalities (区市町村): partners with employees of their own, in no bureau."""

    GOVERNMENT = "government", _("都")
    MUNICIPALITY = "municipality", _("区市町村")
    BUREAU = "bureau", _("局")
    DIVISION = "division", _("部")
    SECTION = "section", _("課")


class Rank(models.IntegerChoices):
    """Rank (職層), comparable: ``Rank.SECTION_CHIEF > Rank.STAFF``."""

    STAFF = 1, _("主事")
    SENIOR = 2, _("主任")
    DEPUTY_SECTION_CHIEF = 3, _("課長代理")
    SECTION_CHIEF = 4, _("課長")
    DIVISION_CHIEF = 5, _("部長")
    BUREAU_CHIEF = 6, _("局長")
    VICE_GOVERNOR = 7, _("副知事")
    GOVERNOR = 8, _("知事")


def _same(column: str) -> tuple[Func, str]:
    """Equality of an id inside an exclusion constraint, without the btree_gist extension: a range of one value."""
    return Func(column, column, Value("[]"), function="int8range", output_field=BigIntegerRangeField()), "&&"


def _same_text(column: str) -> tuple[Func, str]:
    """Equality of a text inside an exclusion constraint: a range of its 64-bit hash (a false clash: 1 in 10^19)."""
    digest = Func(F(column), Value(0), function="hashtextextended", output_field=models.BigIntegerField())
    return Func(digest, digest, Value("[]"), function="int8range", output_field=BigIntegerRangeField()), "&&"


def _days(first: str, after: str) -> tuple[Func, str]:
    return Func(first, after, function="daterange", output_field=DateRangeField()), RangeOperators.OVERLAPS


def _ends_after(first: str, after: str) -> Q:
    return Q(**{f"{after}__isnull": True}) | Q(**{f"{after}__gt": F(first)})


class OrgUnit(models.Model):
    """One organisational unit (組織) for as long as it exists, whatever it is called and wherever it is attached.

    Must not be asked for its name or place: those change over time and stand in ``UnitVersion``.
    """

    code = models.CharField(_("組織コード"), max_length=40, unique=True)
    kind = models.CharField(_("階層"), max_length=12, choices=UnitKind)

    class Meta:
        constraints = [models.CheckConstraint(name="orgunit_kind_known", condition=Q(kind__in=UnitKind.values))]

    def __str__(self) -> str:
        return self.code


class UnitVersion(models.Model):
    """What a unit is called and to which unit it belongs during a period ``[valid_from, valid_to)``.

    Must not be edited once its period has begun: a renaming or a move ends one version and begins the next.
    A parent stands on a higher level than its child (database trigger), so the tree has no cycle.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(_("名称"), max_length=100)
    parent = models.ForeignKey(OrgUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(_("並び順"), default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="unitversion_period", condition=_ends_after("valid_from", "valid_to")),
            ExclusionConstraint(
                name="unitversion_one_at_a_time", expressions=[_same("unit"), _days("valid_from", "valid_to")]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """From day ``on``, ``successor`` does what ``predecessor`` did: its open tasks, its records, its figures.

    Splits and mergers have several rows. Must not be used for a mere renaming or move (that is a ``UnitVersion``).
    """

    predecessor = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="succession_once", fields=["predecessor", "successor"]),
            models.CheckConstraint(name="succession_other", condition=~Q(predecessor=F("successor"))),
        ]


class Duty(models.TextChoices):
    """Special duties (職務) that a post may have for its whole bureau, beside what its rank lets it do: the words that
    authority tables, rights and appointments share. A new one is a line here, for rights hang on them."""

    LEGAL_REVIEW = "legal_review", _("文書審査")
    PERSONNEL = "personnel", _("人事")
    RECORDS = "records", _("文書管理")
    ARCHIVES = "archives", _("公文書館")
    REFORM = "reform", _("構造改革の推進")
    OPERATIONS = "operations", _("情報基盤の運用")


class Post(models.Model):
    """One position in a unit (職: 徴収課長, 徴収課の主事) during ``[valid_from, valid_to)``, held by people with dates.

    ``sole`` posts have one holder at a time (every chief); other posts are held by many (主事). ``serves_as`` is
    the ``Duty`` of the post for its whole bureau. Must not name a person.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(_("職名"), max_length=60)
    rank = models.PositiveSmallIntegerField(_("職層"), choices=Rank)
    sole = models.BooleanField(_("一人の職"), default=True)
    serves_as = models.CharField(_("特別な職務"), max_length=40, blank=True, choices=Duty)
    position = models.PositiveIntegerField(_("並び順"), default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="post_rank_known", condition=Q(rank__in=Rank.values)),
            models.CheckConstraint(name="post_duty_known", condition=Q(serves_as__in=["", *Duty.values])),
            models.CheckConstraint(name="post_period", condition=_ends_after("valid_from", "valid_to")),
            ExclusionConstraint(
                name="post_title_once_in_unit",
                expressions=[_same("unit"), _same_text("title"), _days("valid_from", "valid_to")],
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PostSuccession(models.Model):
    """From day ``on``, the holder of ``successor`` answers for what was addressed to ``predecessor``."""

    predecessor = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="postsuccession_once", fields=["predecessor", "successor"]),
            models.CheckConstraint(name="postsuccession_other", condition=~Q(predecessor=F("successor"))),
        ]


class AppointmentKind(models.IntegerChoices):
    """How a post is held; sorted as shown, the main post first.

    事務取扱: appointed to do the work of a vacant post besides the own. 職務代理: the law lets the person act for the
    holder, who may still be in office (知事の職務代理 地方自治法152条). Both rest on their own appointment.
    """

    MAIN = 1, _("本務")
    CONCURRENT = 2, _("兼務")
    ACTING = 3, _("事務取扱")
    PROXY = 4, _("職務代理")


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def on(self, day: date) -> "AppointmentQuerySet":
        """Those in effect on a day; the last day of an appointment is the one before ``ends_on``."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)


class Appointment(models.Model):
    """A person holds a post during ``[starts_on, ends_on)`` (発令). Rows are never deleted: the past stays answerable.

    ``sole`` copies the post's flag, for the exclusion constraint; 職務代理 stands beside the holder and is never sole.
    ``basis`` is what it rests on where that is not the ordinary appointment (地方自治法152条1項). Must not be copied
    into a running case: who may act is asked when somebody acts.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    kind = models.PositiveSmallIntegerField(_("発令区分"), choices=AppointmentKind, default=AppointmentKind.MAIN)
    sole = models.BooleanField(default=True)
    basis = models.CharField(_("根拠"), max_length=200, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="appointment_kind_known", condition=Q(kind__in=AppointmentKind.values)),
            models.CheckConstraint(
                name="appointment_proxy_has_basis",
                condition=~Q(kind=AppointmentKind.PROXY) | (~Q(basis="") & Q(sole=False)),
            ),
            models.CheckConstraint(name="appointment_period", condition=_ends_after("starts_on", "ends_on")),
            ExclusionConstraint(
                name="appointment_one_main_post",
                expressions=[_same("user"), _days("starts_on", "ends_on")],
                condition=Q(kind=AppointmentKind.MAIN),
            ),
            ExclusionConstraint(
                name="appointment_sole_holder",
                expressions=[_same("post"), _days("starts_on", "ends_on")],
                condition=Q(sole=True),
            ),
            ExclusionConstraint(
                name="appointment_post_once_a_person",
                expressions=[_same("user"), _same("post"), _days("starts_on", "ends_on")],
            ),
        ]


class AbsenceReason(models.TextChoices):
    """Why somebody is away."""

    TRAVEL = "travel", _("出張")
    LEAVE = "leave", _("休暇")
    TRAINING = "training", _("研修")
    OTHER = "other", _("その他")


class AbsenceSource(models.TextChoices):
    """Who told us: the person, or the leave or travel business."""

    MANUAL = "manual", _("本人の登録")
    LEAVE = "leave", _("休暇の申請")
    TRAVEL = "travel", _("旅行命令")


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def at(self, moment: datetime) -> "AbsenceQuerySet":
        return self.filter(cancelled_at__isnull=True, starts_at__lte=moment, ends_at__gt=moment)


class Absence(models.Model):
    """A person is away during ``[starts_at, ends_at)`` (不在), so deputies may act (代決) and papers may pass (後閲).

    Must not take away anybody's rights: who is away may still act. Cancelled, never deleted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("いつから"))
    ends_at = models.DateTimeField(_("いつまで"))
    reason = models.CharField(_("理由"), max_length=12, choices=AbsenceReason)
    source = models.CharField(max_length=12, choices=AbsenceSource, default=AbsenceSource.MANUAL)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="absence_reason_known", condition=Q(reason__in=AbsenceReason.values)),
            models.CheckConstraint(name="absence_source_known", condition=Q(source__in=AbsenceSource.values)),
            models.CheckConstraint(name="absence_period", condition=Q(ends_at__gt=F("starts_at"))),
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[
                    _same("user"),
                    _same_text("source"),
                    (
                        Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(cancelled_at__isnull=True),
            ),
        ]


class Revision(models.Model):
    """The one row whose value changes whenever units, posts or successions change (database trigger).

    It is what a process compares before it trusts its copy of the organisation. Must not be written by code.
    """

    version = models.UUIDField()

    class Meta:
        db_table = "org_revision"
