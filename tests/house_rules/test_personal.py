"""What is held about people can be seen and taken away by them: no module forgets 「わたしの情報」.

A table that ties rows to a person (a key to an account, an address of mail) or says of itself that it holds personal or
confidential data either stands in the copy that a person takes away, or here with the reason why not.
"""

import re

import pytest
from django.apps import apps
from django.db.models import EmailField, ForeignKey, Model
from django.utils import timezone

from tests.house_rules.crowd import make_sides
from tocho.core.accounts.models import User
from tocho.modules.consultations.tests.factories import book, make_slot, make_theme
from tocho.portal.held import copy_as_json, copy_of

# Table → where its rows about the person stand in ``tocho.portal.held.copy_of``.
HELD = {
    "accounts.User": "account",
    "registers.OwnRecord": "details",
    "procedures.Application": "applications",
    "procedures.Correction": "applications",  # what was corrected stands in the answers
    "procedures.Representation": "mandates",
    "exchanges.Message": "applications",
    "dossiers.Item": "applications",
    "dossiers.Sheet": "applications",  # the files
    "files.StoredFile": "applications",
    "notices.Notice": "applications",  # its documents
    "notices.StandingWish": "notice_by",
    "events.Registration": "events",
    "consultations.Consultation": "consultations",
    "mandates.Mandate": "mandates",
    "cosigning.Invitation": "signatures",
    "cosigning.Signature": "signatures",
    "rest.Token": "programs",
    "rest.Hook": "programs",
    "line.Friend": "line_linked_at",
    "notify.Message": "inbox",
}

STAFF = "names employees in their office: what they did there is the government's record, not theirs"
LEDGER = "what happened is told where it happened; the person's part of it stands in the copy of that thing"
UNNAMED = "holds nothing that leads to a person without a secret of theirs"
# Table → why its rows stand in no copy.
ELSEWHERE = {
    "org.Appointment": STAFF,
    "org.Absence": STAFF,
    "process.Task": STAFF,
    "process.Incident": STAFF,
    "payments.Refund": STAFF,
    "opinions.Inquiry": STAFF,
    "opinions.Opinion": STAFF,
    "improvement.Trial": STAFF,
    "improvement.Review": STAFF,
    "improvement.Item": STAFF,
    "events.Event": STAFF,
    "mandates.Evidence": STAFF,
    "procedures.RetentionHold": STAFF,
    "procedures.Transit": STAFF,
    "procedures.VersionMove": STAFF,
    "seals.BureauReturn": STAFF,
    "ledger.LedgerEntry": LEDGER,
    "ledger.LedgerPersonal": LEDGER,
    "notify.UnprovedMail": "a digest of an address, for a day",
    "process.Instance": "says of itself that it holds nothing personal",
    "jobs.JobFailure": "says of itself that it names nobody",
    "improvement.Invitation": "an address that is asked for an opinion; emptied when it has answered or lapsed",
    "notices.NoticeBatch": STAFF,
    "notices.SealAuthorisation": STAFF,
    "notices.BatchRow": "a row of a letter to many: the letter itself is a notice",
    "line.Ticket": "a word for thirty minutes",
    "line.Arrival": "what was typed to the account on LINE, for seven days, by LINE's id of a telephone",
    "rest.Answered": "an answer to a program of the person's own, for two days",
}
STAFF_APPS = ("decisions", "designer", "inventory", "records", "seals", "facts")  # these know employees only
SAYS_SO = re.compile(r"\bpersonal\b|\bconfidential\b", re.IGNORECASE)


def is_personal(model: type[Model]) -> bool:
    ties = any(
        isinstance(field, EmailField) or (isinstance(field, ForeignKey) and field.related_model is User)
        for field in model._meta.concrete_fields
    )
    return (
        ties
        or any(field.name == "user_id" for field in model._meta.concrete_fields)
        or bool(SAYS_SO.search(model.__doc__ or ""))
    )


def personal_tables() -> set[str]:
    own = (model for model in apps.get_models() if model.__module__.startswith("tocho."))
    return {model._meta.label for model in own if is_personal(model) and model._meta.app_label not in STAFF_APPS}


def test_every_personal_table_is_in_the_copy_or_says_why_not() -> None:
    forgotten = sorted(personal_tables() - set(HELD) - set(ELSEWHERE))
    assert forgotten == [], "add it to tocho/portal/held.py (and HELD here), or say in ELSEWHERE why not"
    known = {model._meta.label for model in apps.get_models()}
    assert sorted((set(HELD) | set(ELSEWHERE)) - known) == []
    assert set(HELD) & set(ELSEWHERE) == set()


@pytest.mark.django_db
def test_the_copy_holds_what_is_ones_own_and_no_word_of_another() -> None:
    ours, theirs, _office = make_sides()
    at = timezone.now()
    theme = make_theme(key="hitori", confidential=True)
    for number, side in enumerate((ours, theirs)):
        slot = make_slot(at=at, hours=48 + number, key="hitori")
        book(theme, slot, user=side.resident, at=at, name=side.secret, once=f"held-{number}")
    copy = copy_of(ours.resident.id)
    assert set(HELD.values()) <= set(copy)
    text = copy_as_json(ours.resident.id).decode()
    assert ours.secret in text
    assert theirs.secret not in text
    assert {key for key in set(HELD.values()) if not copy[key]} <= {"details", "inbox", "signatures", "notice_by"}
