from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from tocho.core.ledger import api as ledger
from tocho.core.org import api
from tocho.core.org.actions import (
    AbsenceRefused,
    AppointmentRefused,
    appoint,
    cancel_absence,
    end_appointment,
    register_absence,
)
from tocho.core.org.models import Absence, AbsenceReason, Appointment, AppointmentKind, OrgUnit, Rank, UnitVersion
from tocho.core.org.tests.factories import make_officer, make_post, make_unit, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo
TODAY = date(2020, 11, 20)


def kinds(subject_type: str, subject_id: int) -> list[str]:
    return [entry.kind for entry in ledger.entries_of(ledger.Subject(subject_type, subject_id))]


def test_appoint_is_recorded_and_done_once() -> None:
    post = make_post(make_unit("A", "主税局"), "局長", Rank.BUREAU_CHIEF)
    user = make_user("sato")
    wanted = {"user_id": user.id, "post_id": post.id, "starts_on": TODAY, "actor": ledger.SYSTEM, "at": AT}
    first = appoint(**wanted)
    assert appoint(**wanted) == first
    assert kinds("appointment", first) == ["org.appointed"]
    assert [held.label for held in api.posts_of(user.id, at=AT)] == ["主税局長"]


def test_appoint_refuses_a_second_holder_and_a_second_main_post() -> None:
    bureau = make_unit("A", "主税局")
    chief, other = make_post(bureau, "局長", Rank.BUREAU_CHIEF), make_post(bureau, "次長", Rank.DIVISION_CHIEF)
    holder, newcomer = make_officer("sato", chief), make_user("ito")
    with pytest.raises(AppointmentRefused, match="在任者"):
        appoint(user_id=newcomer.id, post_id=chief.id, starts_on=TODAY, actor=ledger.SYSTEM, at=AT)
    with pytest.raises(AppointmentRefused, match="本務"):
        appoint(user_id=holder.id, post_id=other.id, starts_on=TODAY, actor=ledger.SYSTEM, at=AT)
    acting = AppointmentKind.ACTING
    appoint(user_id=holder.id, post_id=other.id, starts_on=TODAY, kind=acting, actor=ledger.SYSTEM, at=AT)
    assert [held.title for held in api.posts_of(holder.id, at=AT)] == ["局長", "次長"]


def test_appoint_refuses_a_period_without_the_post() -> None:
    post = make_post(make_unit("A", "主税局"), "局長", Rank.BUREAU_CHIEF, since=date(2021, 4, 1))
    with pytest.raises(AppointmentRefused, match="存在しません"):
        appoint(user_id=make_user("sato").id, post_id=post.id, starts_on=TODAY, actor=ledger.SYSTEM, at=AT)


def test_end_appointment_takes_the_powers_from_that_day_on() -> None:
    post = make_post(make_unit("A", "主税局"), "局長", Rank.BUREAU_CHIEF)
    user = make_officer("sato", post)
    appointment = Appointment.objects.get(user=user)
    end_appointment(appointment_id=appointment.id, ends_on=TODAY, actor=ledger.SYSTEM, at=AT)
    end_appointment(appointment_id=appointment.id, ends_on=TODAY, actor=ledger.SYSTEM, at=AT)
    assert kinds("appointment", appointment.id) == ["org.appointment_ended"]
    assert api.may_act(user.id, f"post:{post.id}", at=AT - timedelta(hours=11))  # 23:00 on the day before, in Tokyo
    assert not api.may_act(user.id, f"post:{post.id}", at=AT - timedelta(hours=10))
    assert api.posts_of(user.id, at=AT) == ()
    with pytest.raises(AppointmentRefused):
        end_appointment(appointment_id=appointment.id, ends_on=date(2021, 4, 1), actor=ledger.SYSTEM, at=AT)


def test_register_absence_is_recorded_without_its_reason_and_done_once() -> None:
    user = make_user("sato")
    wanted = {
        "user_id": user.id,
        "starts_at": AT,
        "ends_at": AT + timedelta(days=1),
        "reason": AbsenceReason.LEAVE,
        "actor": ledger.Actor(user.id),
        "at": AT,
    }
    absence = register_absence(**wanted)
    assert register_absence(**wanted) == absence
    (entry,) = ledger.entries_of(ledger.Subject("absence", absence))
    assert entry.kind == "org.absence_registered"
    assert "leave" not in str(entry.data)
    with pytest.raises(AbsenceRefused, match="重なって"):
        register_absence(**(wanted | {"ends_at": AT + timedelta(days=2)}))


@pytest.mark.parametrize(("starts", "ends"), [(0, 0), (2, 1), (-5, -1), (1, 24 * 400)])
def test_register_absence_refuses_senseless_periods(starts: int, ends: int) -> None:
    with pytest.raises(AbsenceRefused):
        register_absence(
            user_id=make_user("sato").id,
            starts_at=AT + timedelta(hours=starts),
            ends_at=AT + timedelta(hours=ends),
            reason=AbsenceReason.OTHER,
            actor=ledger.SYSTEM,
            at=AT,
        )


def test_cancel_absence_keeps_what_has_passed() -> None:
    user = make_user("sato")
    begun = Absence.objects.create(user=user, starts_at=AT, ends_at=AT + timedelta(days=2), reason="leave")
    later = Absence.objects.create(
        user=user, starts_at=AT + timedelta(days=5), ends_at=AT + timedelta(days=6), reason="travel"
    )
    now = AT + timedelta(days=1)
    cancel_absence(absence_id=begun.id, actor=ledger.Actor(user.id), at=now)
    cancel_absence(absence_id=later.id, actor=ledger.Actor(user.id), at=now)
    cancel_absence(absence_id=later.id, actor=ledger.Actor(user.id), at=now)
    begun.refresh_from_db()
    assert begun.ends_at == now
    assert begun.cancelled_at is None
    assert kinds("absence", begun.id) == ["org.absence_shortened"]
    assert kinds("absence", later.id) == ["org.absence_cancelled"]
    with pytest.raises(AbsenceRefused, match="終わって"):
        cancel_absence(absence_id=begun.id, actor=ledger.Actor(user.id), at=now + timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_register_one_absence() -> None:
    user, barrier, ids = make_user("sato"), Barrier(2), []

    def register() -> None:
        barrier.wait()
        ids.append(
            register_absence(
                user_id=user.id,
                starts_at=AT,
                ends_at=AT + timedelta(days=1),
                reason=AbsenceReason.TRAVEL,
                actor=ledger.SYSTEM,
                at=AT,
            )
        )
        connection.close()

    threads = [Thread(target=register) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert Absence.objects.count() == 1


def test_the_database_itself_refuses_what_the_rules_refuse() -> None:
    bureau, section = make_unit("A", "主税局"), make_unit("B", "徴収課", kind="section")
    post = make_post(section, "課長", Rank.SECTION_CHIEF)
    make_officer("sato", post)
    wrong = [
        lambda: make_officer("ito", post),
        lambda: make_post(section, "課長", Rank.SECTION_CHIEF),
        lambda: make_post(section, "何か", 99),
        lambda: UnitVersion.objects.create(unit=section, name="二つめ", valid_from=TODAY),
        lambda: UnitVersion.objects.filter(unit=bureau).update(parent=section),
        lambda: OrgUnit.objects.create(code="C", kind="team"),
        lambda: Appointment.objects.update(ends_on=date(2019, 1, 1)),
    ]
    for attempt in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
