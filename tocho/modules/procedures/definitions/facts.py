"""The facts of a procedure, ``procedure.toml``: what each table of it may hold. Nothing here knows the database."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = str | dict[str, str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Part):
    """One yes/no question of 「自分は使えますか」; ``key`` is an input of the rule table ``eligibility``."""

    key: str
    text: Text
    help: Text = ""


class NoticeSpec(_Part):
    """Which notice goes out for an outcome: template in ``notices/``, title, who signs.

    ``agent``: whether it names the agent beside the applicant (制度による): dispositions do, unless said otherwise;
    certificates that are shown to others do not.
    """

    template: str
    title: Text
    profile: str = "none"
    agent: Literal["by_profile", "named", "omitted"] = "by_profile"
    rows: dict[str, str] = Field(default_factory=dict)  # label → FEEL over the answers, shown in the notice

    @property
    def names_agent(self) -> bool:
        return self.agent == "named" or (self.agent == "by_profile" and self.profile == "disposition")


class AutoSpec(_Part):
    """Lets the rule table ``auto`` decide without a person, on the strength of ``article``."""

    article: str


class BookingSpec(_Part):
    """The form field that names a slot of modules/bookings; ``waiting_list`` lets the applicant queue."""

    field: str
    kind: str
    quantity: str = ""
    waiting_list: bool = False


class DocumentSpec(_Part):
    """One document (提出書類) that a party must give: ``[[documents]]``.

    ``party``: applicant, agent, cosigner (each of them) or municipality. ``required`` is FEEL over answers and
    computed values: false, and the document is not asked for. ``later``: it may follow after the arrival.
    ``avoidable`` says by what the government sees the fact itself: then nobody has to give it. ``signed``:
    co-signers sign it together with the answers.
    """

    key: str
    title: Text
    help: Text = ""
    party: Literal["applicant", "agent", "cosigner", "municipality"] = "applicant"
    required: str = "true"
    optional: bool = False
    later: bool = False
    signed: bool = False
    via: bool = False  # the municipality sees it
    role: str = ""  # of the co-signers who give it; "": all of them
    formats: list[Literal["pdf", "jpeg", "png", "csv", "text", "docx", "xlsx"]] = ["pdf", "jpeg", "png"]
    max_files: int = Field(default=1, ge=1, le=100)
    max_mb: int = Field(default=10, ge=1, le=20)
    obtain: Text = ""
    avoidable: Text = ""


class CosignRole(_Part):
    """One role of people who sign beside the applicant (連署): ``[[cosign.roles]]``.

    ``least`` is a number or FEEL over answers and computed values (as many officers as were named). ``level``: the
    signer is signed in (``account``), or known by a mailed link and a mailed code (``link``). ``part`` names the form
    ``parts/<part>.json`` that each fills in for themselves; the applicant sees those answers only if ``shared``.
    """

    key: str
    title: Text
    help: Text = ""
    least: int | str = 1
    most: int = Field(default=20, ge=1, le=100)
    level: Literal["account", "link"] = "account"
    part: str = ""
    shared: bool = False
    declaration: Text


class CosignSpec(_Part):
    """Who signs together with the applicant; ``serial``: one after another.

    ``when``: before it can be submitted, or within ``days`` days after it: the application has arrived and its content
    stands, but the standard clock runs only when all have signed, and it lapses when they have not.
    """

    when: Literal["before", "after"] = "before"
    order: Literal["any", "serial"] = "any"
    days: int = Field(default=14, ge=1, le=90)  # to sign; in ``after`` counted from the submission for everybody
    roles: list[CosignRole]

    def role(self, key: str) -> CosignRole:
        """The role of a key. :raises StopIteration: there is none."""
        return next(one for one in self.roles if one.key == key)


class Retention(_Part):
    """保存期間: for how many years after the fiscal year in which the case ended what the applicant gave is kept.

    ``law`` is the rule it rests on, ``source`` where that was found. 0: to the end of the next fiscal year's first day.
    """

    years: int = Field(ge=0, le=30)
    law: str = ""
    source: str = ""


class ViaSpec(_Part):
    """The application passes through a municipality (区市町村経由), which forwards it with its opinion (進達).

    ``municipality`` is FEEL over the answers and gives an address or a name; ``days`` are business days that it has;
    ``steps`` are the steps of the form that it sees, with the documents marked ``via``. ``mode``: first the
    municipality and then the office (the process leads through it, ``procedures.begin_transit``), or both at the same
    time (``parallel``: any process; an approval waits for the opinion).
    """

    municipality: str
    mode: Literal["first", "parallel"] = "first"
    days: int = Field(default=10, ge=1, le=90)
    steps: list[str]


class ConsultUnit(_Part):
    """A section that is asked: its code, why it is, and when (FEEL over answers and computed values)."""

    unit: str
    why: Text
    when: str = "true"


class ConsultSpec(_Part):
    """Sections whose opinion the process asks for (意見照会): a list ``consulted`` of their codes in its context, each
    asked by the step ``procedures.ask_opinion``. They see the answers named in ``show`` and nothing else.
    """

    question: str = Field(min_length=1)
    days: int = Field(default=7, ge=1, le=60)  # business days to answer
    show: list[str] = Field(default_factory=list)
    units: list[ConsultUnit] = Field(min_length=1)


class RoundSpec(_Part):
    """One round of a case that is examined more than once (一次審査、交付決定、額の確定): ``[[rounds]]``.

    The first begins with the arrival, each other by the step ``procedures.begin_round``. ``passes_on``: it ends by
    「次の審査へ」, not an approval. ``unit`` examines it ("": the procedure's office), ``category`` says who decides
    ("": the procedure's). ``part`` names the form ``parts/<part>.json`` that the applicant first has to fill in
    (実績報告) within ``days`` days. Draft texts and notices under ``<key>_approve`` and ``<key>_reject`` are its own.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9]{0,19}$")
    title: Text
    passes_on: bool = False
    unit: str = ""
    category: str = ""
    part: str = ""
    days: int = Field(default=30, ge=1, le=365)


class Source(_Part):
    """Where a fact comes from."""

    fact: str
    source: str


class ProcedureFacts(_Part):
    """The facts of a procedure, as in ``procedure.toml``; texts are Japanese or {"ja": …, "en": …}."""

    key: str
    title: Text
    summary: Text
    who: Text
    office: str
    duration: Text
    fee: Text
    bring: list[Text] = Field(default_factory=list)
    law: list[str]
    sources: list[Source] = Field(default_factory=list)
    keywords: list[str] = Field(default_factory=list)
    category: str
    importance: str = "ordinary"
    standard_days: int = Field(ge=0)
    popularity: int = 0
    remedy: Text = ""
    draft_body: dict[str, str]
    questions: list[Question] = Field(default_factory=list)
    notices: dict[str, NoticeSpec] = Field(default_factory=dict)
    auto: AutoSpec | None = None
    booking: BookingSpec | None = None
    retention: Retention | None = None
    documents: list[DocumentSpec] = Field(default_factory=list)
    cosign: CosignSpec | None = None
    via: ViaSpec | None = None
    consult: ConsultSpec | None = None
    rounds: list[RoundSpec] = Field(default_factory=list)

    def round(self, number: int) -> RoundSpec | None:
        """The round of a number (from 1); None where there is none."""
        return self.rounds[number - 1] if 0 < number <= len(self.rounds) else None

    def outcome_key(self, number: int, outcome: str, known: Mapping[str, Any]) -> str:
        """Under which name an outcome of a round stands among notices or draft texts: its own, else everybody's."""
        now = self.round(number)
        own = f"{now.key}_{outcome}" if now else outcome
        return own if own in known else outcome
