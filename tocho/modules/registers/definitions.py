"""What a person or a company may register of itself, as forms of the form engine; and the documents that the
government has itself and need not ask for (デジタル手続法11条, ワンスオンリー)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tocho.engines.forms.api import FormDefinition, compile_form

PERSON, COMPANY = "person", "company"


def _field(key: str, kind: str, ja: str, en: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": {"ja": ja, "en": en}, **more}


BANK: dict[str, Any] = {
    "key": "bank",
    "title": {"ja": "振込先の口座", "en": "Bank account"},
    "help": {
        "ja": "給付や還付のときに、申請の画面へ入れるためのものです。",
        "en": "Used to fill in applications for payments and refunds.",
    },
    "fields": [_field("account", "bank_account", "口座", "Account")],
}

SOURCES: Mapping[str, dict[str, Any]] = {
    PERSON: {
        "schema_version": 1,
        "title": {"ja": "登録情報", "en": "My details"},
        "steps": [
            {
                "key": "details",
                "title": {"ja": "あなたのこと", "en": "About you"},
                "fields": [
                    _field("name", "name", "氏名", "Name"),
                    _field("birthday", "date", "生年月日", "Date of birth", autocomplete="bday"),
                    _field("address", "postal_address", "住所", "Address"),
                    _field("phone", "phone", "電話番号", "Telephone"),
                    _field("email", "email", "メールアドレス", "E-mail"),
                ],
            },
            BANK,
        ],
    },
    COMPANY: {
        "schema_version": 1,
        "title": {"ja": "登録情報", "en": "Company details"},
        "steps": [
            {
                "key": "details",
                "title": {"ja": "会社・団体のこと", "en": "About the organisation"},
                "fields": [
                    _field("number", "corporate_number", "法人番号", "Corporate number"),
                    _field("name", "text", "名称", "Name", max_length=200),
                    _field("kana", "kana", "名称（フリガナ）", "Name (kana)", max_length=200),
                    _field("address", "postal_address", "所在地", "Address"),
                    _field("representative", "name", "代表者", "Representative"),
                    _field("phone", "phone", "電話番号", "Telephone"),
                    _field("email", "email", "メールアドレス", "E-mail"),
                ],
            },
            BANK,
        ],
    },
}


@cache
def own_definition(kind: str) -> FormDefinition:
    """The form of a person's or a company's own data; compiled when it is first needed."""
    return compile_form(SOURCES[kind])


def read_source(name: str) -> tuple[str, str]:
    """Kind and key of a source as a form names it (``registers.person.name``); two empty words where it is not ours."""
    parts = name.split(".")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "registers" and parts[1] in SOURCES else ("", "")


# What a company's own data answer where a form asks for a person's.
OF_A_COMPANY = {
    "name": "representative",
    "address": "address",
    "phone": "phone",
    "email": "email",
    "account": "account",
}


def own_key(own_kind: str, source: str) -> str:
    """The key of one's own data that answers a source; "" where they have no answer."""
    kind, key = read_source(source)
    if kind == own_kind:
        return key
    return OF_A_COMPANY.get(key, "") if (kind, own_kind) == (PERSON, COMPANY) else ""


@dataclass(frozen=True)
class KnownDocument:
    """A document that the government already has or may look up: to ask for it is to ask twice."""

    key: str
    title: str
    register: str
    basis: str
    words: tuple[str, ...]  # other names it goes by in the lists of attachments


@cache
def documents() -> tuple[KnownDocument, ...]:
    """The list of ``city/registers/documents.toml``."""
    path = Path(settings.BASE_DIR) / "city" / "registers" / "documents.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["document"]
    return tuple(KnownDocument(**{**row, "words": tuple(row.get("words", ()))}) for row in rows)
