"""The form of a design as the builder shows it: steps and questions with their faults, and what the applicant sees."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tocho.engines.forms.api import FormDefinition, say
from tocho.engines.forms.api import StepForm as PaintedStep

from ..definitions import LANGUAGES, PLACE, Problem, kind_label, languages, tolerant_form
from ..rules.outline import Place


@dataclass(frozen=True)
class OutlineItem:
    """One question (or row question) in the builder."""

    place: str  # "0-2", "0-2-1"
    key: str
    label: str
    kind: str
    need: str
    condition: str
    faults: list[str]
    rows: list["OutlineItem"] = field(default_factory=list)
    is_group: bool = False

    @property
    def anchor(self) -> str:
        return f"step-{self.place}"

    @property
    def is_bad(self) -> bool:
        return bool(self.faults)


@dataclass(frozen=True)
class OutlineStep:
    """One step in the builder."""

    index: int
    number: int
    key: str
    title: str
    condition: str
    faults: list[str]
    items: list[OutlineItem]

    @property
    def place(self) -> str:
        return str(self.index)

    @property
    def end(self) -> str:
        """The place after the last question, where something dragged to the end lands."""
        return f"{self.index}-{len(self.items)}"


def outline(form: Mapping[str, Any], found: list[Problem]) -> list[OutlineStep]:
    """The steps of a form that may be faulty."""
    steps = form.get("steps", [])
    return [_step(index, step, found) for index, step in enumerate(steps) if isinstance(step, dict)]


def _step(index: int, step: Mapping[str, Any], found: list[Problem]) -> OutlineStep:
    fields = step.get("fields") or []
    return OutlineStep(
        index=index,
        number=index + 1,
        key=str(step.get("key", "")),
        title=words(step.get("title")) or _("（見出しなし）"),
        condition=str(step.get("condition") or ""),
        faults=faults_at((index,), found),
        items=[_item((index, n), one, found) for n, one in enumerate(fields) if isinstance(one, dict)],
    )


def _item(place: Place, spec: Mapping[str, Any], found: list[Problem]) -> OutlineItem:
    required = spec.get("required", False)
    need = required if isinstance(required, str) else _("必須") if required else ""
    rows = spec.get("fields") if spec.get("type") == "group" else []
    return OutlineItem(
        place="-".join(map(str, place)),
        key=str(spec.get("key", "")),
        label=words(spec.get("label")) or _("（質問なし）"),
        kind=str(kind_label(str(spec.get("type", "")))),
        need=str(need),
        condition=str(spec.get("condition") or ""),
        faults=faults_at(place, found) if len(place) == 2 else [],
        rows=[_item((*place, n), one, []) for n, one in enumerate(rows or []) if isinstance(one, dict)],
        is_group=spec.get("type") == "group",
    )


def words(text: Any) -> str:
    """A text that may be of any shape, in the reader's language."""
    return say(text) if isinstance(text, str | dict) else ""


def faults_at(place: Place, found: list[Problem]) -> list[str]:
    """What is wrong with a step itself, or with one of its questions; ``found`` are the problems of that form alone."""
    said = []
    for problem in found:
        match = PLACE.match(problem.place)
        here = (int(match[1]), *([int(match[2])] if match[2] else [])) if match else ()
        if here == place[:2]:
            said.append(problem.reason)
    return said


def earlier_questions(form: Mapping[str, Any], place: Place) -> list[tuple[str, str]]:
    """Key and words of the questions that stand before a place: what conditions there may look at."""
    return [
        (str(spec.get("key", "")), words(spec.get("label")) or str(spec.get("key", "")))
        for spec in _before(form, place)
        if spec.get("type") != "note"
    ]


def _before(form: Mapping[str, Any], place: Place) -> Iterator[Mapping[str, Any]]:
    for index, step in enumerate(form.get("steps", [])[: place[0] + 1]):
        fields = step.get("fields") or []
        before = fields if index < place[0] else fields[: place[1]] if len(place) > 1 else []
        yield from (spec for spec in before if isinstance(spec, dict))


def simple_conditions(form: Mapping[str, Any], place: Place) -> list[tuple[str, list[tuple[str, str]]]]:
    """Conditions to choose from, by question: (question, [(FEEL, words), …])."""
    found = [(words(spec.get("label")), list(_conditions_on(spec))) for spec in _before(form, place)]
    return [(label, rows) for label, rows in found if rows]


def _conditions_on(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    key, kind = spec.get("key", ""), spec.get("type")
    if kind == "choice":
        for row in spec.get("choices") or []:
            value = _quoted(row.get("value"))
            yield f"{key} = {value}", _("「%s」のとき") % words(row.get("label"))
            yield f"{key} != {value}", _("「%s」でないとき") % words(row.get("label"))
    elif kind == "multichoice":
        for row in spec.get("choices") or []:
            yield (
                f"list contains({key}, {_quoted(row.get('value'))})",
                _("「%s」をふくむとき") % words(row.get("label")),
            )
    elif kind == "yes_no":
        yield f"{key} = true", _("「はい」のとき")
        yield f"{key} = false", _("「いいえ」のとき")
    elif kind in ("number", "money"):
        yield f"{key} > 0", _("0より大きいとき")
    elif kind == "file":
        yield f"count({key}) > 0", _("添付されたとき")
    if kind not in ("note", "choice", "yes_no", "file", "group"):
        yield f"{key} != null", _("記入されたとき")


def _quoted(value: Any) -> str:
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# --- what the applicant sees -----------------------------------------------------------------------------------------


class SampleSources(dict[str, Callable[[], list[tuple[str, str, str]]]]):
    """Sample slots for whatever list a form asks for: nothing of the real ones is read."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Callable[[], list[tuple[str, str, str]]]:
        return lambda: [
            ("1", _("12月1日（火）10時〜11時"), _("空き3")),
            ("2", _("12月2日（水）14時〜15時"), _("空き1")),
        ]


@dataclass(frozen=True)
class Preview:
    """A step as the applicant sees it: title, help, its questions, and which of them appear only sometimes."""

    index: int
    number: int
    total: int
    title: str
    help: str
    form: PaintedStep | None
    sometimes: list[tuple[str, str]]  # question and condition
    titles: list[str]
    language: str
    languages: tuple[tuple[str, str], ...] = ()  # to switch to, where the page can


def preview(raw: Mapping[str, Any], index: int, *, language: str = "ja", switches: bool = False) -> Preview | None:
    """The step of a form that may be faulty, all its questions shown whatever their conditions; None without one."""
    form, _faults = tolerant_form(raw)
    if form is None or not form.steps:
        return None
    index = min(max(index, 0), len(form.steps) - 1)
    codes = tuple((code, str(LANGUAGES.get(code, code))) for code in languages()) if switches else ()
    with translation.override(language if language in dict(settings.LANGUAGES) else "ja"):
        return replace(_preview(form, raw, index, language), languages=codes)


def _preview(form: FormDefinition, raw: Mapping[str, Any], index: int, language: str) -> Preview:
    step = form.steps[index]
    specs = raw["steps"][index].get("fields") or []
    context = dict.fromkeys(form.questions)
    painted = form.make_form(
        step.questions, context, None, None, initial={}, sources=SampleSources(), store=None, language=language
    )
    sometimes = [
        (words(one.get("label")), str(one["condition"]))
        for one in specs
        if isinstance(one, dict) and one.get("condition")
    ]
    return Preview(
        index=index,
        number=index + 1,
        total=len(form.steps),
        title=step.title,
        help=step.help,
        form=painted,
        sometimes=sometimes,
        titles=[one.title for one in form.steps],
        language=language,
    )
