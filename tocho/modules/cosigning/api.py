"""The door to co-signing (連署): several people sign one thing, each under their own identity."""

from .actions import (
    AskedAlready,
    NotOpen,
    Person,
    WrongCode,
    decline_invitation,
    erase_people,
    invite_person,
    make_code,
    mark_told,
    sign_content,
    try_code,
    void_others,
    withdraw_invitation,
)
from .queries import HeldInvitation, InvitationView, SignatureView, held_of, invitation, invitations_of, to_remind
from .rules import is_turn, missing

__all__ = [
    "AskedAlready",
    "HeldInvitation",
    "InvitationView",
    "NotOpen",
    "Person",
    "SignatureView",
    "WrongCode",
    "decline",
    "erase",
    "held_of",
    "invitation",
    "invitations_of",
    "invite",
    "is_turn",
    "make_code",
    "mark_told",
    "missing",
    "sign",
    "to_remind",
    "try_code",
    "void_others",
    "withdraw",
]

invite = invite_person
withdraw = withdraw_invitation
sign = sign_content
decline = decline_invitation
erase = erase_people
