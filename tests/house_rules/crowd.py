"""Two people and two offices that have everything a route can name: what belongs to one is no business of the other."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.core import signing
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.accounts.tests.factories import make_resident
from tocho.core.files import api as files
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org.models import Absence, Appointment
from tocho.engines.rest import actions as rest
from tocho.engines.rest.registry import event_titles
from tocho.modules.bookings.models import Resource, Slot
from tocho.modules.consultations import actions as consultations
from tocho.modules.consultations import permissions as consultation_links
from tocho.modules.consultations.tests.factories import asked, make_theme
from tocho.modules.cosigning import actions as cosigning
from tocho.modules.decisions import actions as decisions
from tocho.modules.decisions.tests.factories import UNIT, Office, make_draft, make_office
from tocho.modules.designer.tests.factories import make_design
from tocho.modules.dossiers.tests.factories import pdf
from tocho.modules.events import permissions as event_links
from tocho.modules.events.models import Material
from tocho.modules.events.tests.factories import join, make_event
from tocho.modules.improvement import actions as improvement
from tocho.modules.improvement.models import Review
from tocho.modules.inventory import actions as inventory
from tocho.modules.inventory.queries.listing import Filters
from tocho.modules.line.models import Friend
from tocho.modules.mandates.models import Evidence
from tocho.modules.mandates.permissions import mandate_token
from tocho.modules.mandates.tests.factories import make_agent, offer
from tocho.modules.messages import actions as messages
from tocho.modules.notices.tests.factories import new_notice
from tocho.modules.notices.tests.test_batches import new_batch
from tocho.modules.opinions import api as opinions
from tocho.modules.opinions.models import Opinion
from tocho.modules.payments.tests.factories import make_intent
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.permissions import access_token
from tocho.modules.procedures.tests.factories import make_version, submit
from tocho.modules.records import actions as records
from tocho.modules.records.models import Classification
from tocho.modules.seals.views.imports import SALT as SEALS

OTHER = "T-01-01-02"  # of the stranger in ``make_office``
ASKED = "T-01-09-01"


@dataclass
class Side:
    """A resident, an officer, and the value of each parameter of a route that names something of theirs.

    ``things`` by parameter, or by namespace and parameter where one name means several things. ``secret`` stands in
    every text the two have written.
    """

    secret: str
    unit: str
    resident: User
    officer: User
    application: Application
    things: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.officer.id)


def make_sides() -> tuple[Side, Side, Office]:
    """Ours and theirs, alike in everything, with nothing in common; and the office of the first."""
    office = make_office()
    make_agent()
    return (
        make_side("ひみつの甲", UNIT, office.drafter, office),
        make_side("ひみつの乙", OTHER, office.stranger, office),
        office,
    )


def make_side(secret: str, unit: str, officer: User, office: Office) -> Side:
    key = f"tetsuzuki-{unit[-1]}"
    resident = make_resident(f"{key}@example.jp", name=secret)
    version = make_version(key=key, office=unit)
    name = {"family": secret, "given": "花子", "family_kana": "ヒミツ", "given_kana": "ハナコ"}
    case = submit(version, user_id=resident.id, at=timezone.now(), kind="free", applicant_name=name)
    side = Side(secret, unit, resident, officer, case)
    side.things = {
        "key": key,
        "procedure": key,
        "case_id": case.id,
        "public_id": case.public_id,
        "procedures:token": access_token(case),
    }
    for add in (add_words, add_meetings, add_desk, add_own, add_records, add_notices):
        add(side)
    if unit == UNIT:
        draft = make_draft(office, title=secret, body=secret)
        paper = draft.attachments.create(revision=1, file_id=stored(side, officer), name=secret)
        side.things |= {"decision_id": draft.id, "decisions:file_id": paper.file_id}
    return side


def stored(side: Side, by: User) -> int:
    return files.store(BytesIO(pdf(side.secret)), name=f"{side.secret}.pdf", by=Actor(by.id), at=timezone.now()).id


def add_notices(side: Side) -> None:
    """A notice that is out, and a list of recipients that was only checked."""
    about = {"subject": Subject("application", side.application.id), "title": side.secret, "unit": side.unit}
    notice = new_notice(**about, profile="none", decision_id=None, at=timezone.now())
    batch = new_batch(side.officer, once=side.unit, title=side.secret, unit=side.unit, profile="none")
    side.things |= {"notice_id": notice.id, "batch_id": batch.id}


def add_words(side: Side) -> None:
    """A message with a file, a question to another section with a file, a review and an improvement of it."""
    at, case = timezone.now(), side.application
    side.things["procedures:file_id"] = stored(side, side.resident)
    draft = messages.Draft(side.secret, "once", [side.things["procedures:file_id"]])
    actions.ask_office(application=case, draft=draft, actor=Actor(side.resident.id), at=at)
    side.things["opinions:file_id"] = stored(side, side.officer)
    question = opinions.Question(
        text=side.secret,
        units=[ASKED],
        due_on=timezone.localdate() + timedelta(days=30),
        file_ids=[side.things["opinions:file_id"]],
        once=side.unit,
    )
    number = actions.ask_opinions(application=case, question=question, actor=side.actor, at=at)
    side.things["inquiry_id"] = number
    side.things["opinion_id"] = Opinion.objects.get(inquiry_id=number).id
    about = improvement.Reviewed(side.things["key"], 1, "見本", side.unit, Subject("application", case.id))
    improvement.give_review(about=about, rating=2, words=side.secret, actor=Actor(), at=at)
    side.things["review_id"] = Review.objects.get(unit=side.unit).id
    item = improvement.open_item(
        procedure=side.things["key"],
        procedure_title="見本",
        unit=side.unit,
        title=side.secret,
        actor=side.actor,
        at=at,
    )
    phrase = messages.save_phrase(phrase_id=None, unit=side.unit, title="礼", text=side.secret, actor=side.actor, at=at)
    side.things |= {"item_id": item.id, "phrase_id": phrase.id}


def add_meetings(side: Side) -> None:
    """A consultation that is booked, an event of the office with somebody on its list."""
    at, key = timezone.now(), f"sodan-{side.unit[-1]}"
    theme = make_theme(key, unit=side.unit)
    room = Resource.objects.create(key=key, kind="consultations", name="相談", unit=side.unit)
    starts_at = at + timedelta(days=2)
    slot = Slot.objects.create(
        resource=room, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), capacity=1, people=1
    )
    request = asked(slot, name=side.secret)
    talk = consultations.book(theme=theme, request=request, user_id=side.resident.id, at=at)
    event = make_event(at=at, unit=side.unit)
    seat = join(event, side.unit, at=at, name=side.secret, user_id=side.resident.id)
    sent = messages.Draft(side.secret, side.unit, [stored(side, side.resident)])
    consultations.write(consultation=talk, draft=sent, is_office=False, actor=Actor(side.resident.id), at=at)
    paper = Material.objects.create(event=event, file_id=stored(side, side.officer), is_public=False)
    side.things |= {
        "consultations:file_id": sent.file_ids[0],
        "events:file_id": paper.file_id,
        "material_id": paper.id,
        "consultation_id": talk.id,
        "consultations:token": consultation_links.token_of(talk),
        "event_id": event.id,
        "events:token": event_links.token_of(seat),
    }


def add_desk(side: Side) -> None:
    """A design of the office; an import into the inventory, a file of it and a change of many entries."""
    at = timezone.now()
    design = make_design(side.officer, unit=side.unit, at=at, key=f"{side.things['key']}-new", summary=side.secret)
    content = f"手続名\n{side.secret}\n".encode()
    kept = files.store(BytesIO(content), name=f"{side.secret}.csv", by=side.actor, at=at)
    run = inventory.start_import(
        file_id=kept.id,
        effective_on=timezone.localdate(),
        default_unit="T-01",
        once=side.unit,
        actor=side.actor,
        at=at,
    )
    number = decisions.reserve_number(unit=side.unit, purpose=side.secret, actor=side.actor, at=at)
    away = Absence.objects.create(user=side.officer, starts_at=at, ends_at=at + timedelta(days=1), reason="leave")
    batch = decisions.begin_batch(stations=[], once=side.unit, actor=side.actor, at=at)
    values = {"title": side.secret, "body": side.secret, "category": "certificate"}
    template = decisions.save_template(
        template_id=None, unit=side.unit, name=side.secret, values=values, actor=side.actor, at=at
    )
    side.things["template_id"] = template.id
    side.things |= {"batch_id": batch.id, "appointment_id": Appointment.objects.filter(user=side.officer)[0].id}
    side.things |= {"design_id": design.id, "run_id": run.id, "absence_id": away.id, "reservation_id": number.id}
    export = inventory.ask_export(
        filters=Filters(q=side.secret), form="csv", count=1, once=side.unit, actor=side.actor, at=at
    )
    change = inventory.ask_bulk_change(
        entry_ids=[0],
        seen=1,
        values={"method": "system"},
        reason=side.secret,
        once=side.unit,
        actor=side.actor,
        at=at,
    )
    side.things |= {"export_id": export.id, "change_id": change.id}


def add_own(side: Side) -> None:
    """A mandate, a program's key and its address, a bill."""
    at, resident = timezone.now(), side.resident
    mandate = offer(resident, at=at)
    token, _secret = rest.make_token(
        user_id=resident.id, is_staff=False, name=side.secret, scopes=["applications:read"], days=30, at=at
    )
    url = f"https://hooks.example/{side.secret}"
    hook = rest.make_hook(user_id=resident.id, url=url, kinds=sorted(event_titles())[:1], at=at)
    evidence = Evidence.objects.create(
        mandate=mandate, file_id=stored(side, resident), added_at=at, added_by_id=resident.id
    )
    friend = Friend.objects.create(line_id=side.unit, user=resident, added_at=at, linked_at=at)
    person = cosigning.Person("heir", side.secret, f"c-{side.unit[-1]}@example.jp", "link")
    asked_to_sign = cosigning.invite_person(
        subject=Subject("application", side.application.id),
        person=person,
        days=14,
        unit=side.unit,
        actor=Actor(resident.id),
        at=at,
    )
    side.things |= {
        "mandates:file_id": evidence.file_id,
        "mandates:token": mandate_token(mandate),
        "friend_id": friend.id,
        "line:token": side.things["procedures:token"],
        "invitation_id": asked_to_sign.id,
        "cosigner_id": asked_to_sign.id,
        "rest:file_id": side.things["procedures:file_id"],
        "signing": asked_to_sign.public_id,
        "mandates:public_id": mandate.public_id,
        "token_id": token.id,
        "hook_id": hook.id,
        "delivery_id": rest.try_hook(hook_id=hook.id, at=at).id,
        "payments:token": make_intent(description=side.secret, payer_email=resident.email, unit=side.unit, at=at).token,
    }


def add_records(side: Side) -> None:
    """A file with a document, held; one whose period is over, on a list; what has arrived; an import of papers."""
    at, today = timezone.now(), timezone.localdate()
    kind = Classification.objects.get_or_create(
        code="B02", defaults={"title": "証明", "retention": "y3", "valid_from": date(2015, 4, 1)}
    )[0]
    given: dict[str, Any] = {"unit": side.unit, "classification_id": kind.id, "actor": side.actor, "at": at}
    old = records.open_file(title=side.secret, on=today - timedelta(days=365 * 6), **given)
    records.close_file(file_id=old.id, on=today - timedelta(days=365 * 6 - 1), actor=side.actor, at=at)
    records.advance_files(at=at)
    listed = records.make_list(unit=side.unit, title=side.secret, actor=side.actor, at=at)
    file, paper = records.open_file(title=side.secret, **given), stored(side, side.officer)
    filing = records.Filing("other", side.secret, today, file_id=file.id, stored_id=paper)
    document = records.enter_document(filing, actor=side.actor, at=at)
    hold = records.hold_file(file_id=file.id, ground="audit", reason=side.secret, actor=side.actor, at=at)
    arrived = records.receive_document(
        unit=side.unit,
        title=side.secret,
        sender=side.secret,
        channel="post",
        arrived_on=today,
        once=side.unit,
        stored_id=paper,
        actor=side.actor,
        at=at,
    )
    link = records.link_received(
        received_id=arrived.id, subject_type="application", subject_id=side.things["case_id"], actor=side.actor, at=at
    )
    asked = records.open_request(
        unit=side.unit, title=side.secret, requested_on=today, once=side.unit, actor=side.actor, at=at
    )
    records.add_items(request_id=asked.id, document_ids=[document.id], actor=side.actor, at=at)
    answers = files.store(BytesIO(side.secret.encode()), name="回答.csv", by=side.actor, at=at)
    side.things |= {
        "records:file_id": file.id,
        "document_id": document.id,
        "hold_id": hold.id,
        "list_id": listed.id,
        "records:item_id": listed.items.get().id,
        "received_id": arrived.id,
        "link_id": link.id,
        "request_id": asked.id,
        "records:entry_id": asked.items.get().id,
        "seals:token": signing.dumps([answers.id, side.unit, side.officer.id], salt=SEALS),
    }
