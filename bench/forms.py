"""Promise (h): a posted step of 80 questions validated — kinds of all sorts, one in eight under a condition."""

import time
from statistics import median
from typing import Any

from bench.meter import report
from bench.server import City

PROMISE_MS = 2
GROUPS, ROUNDS = 8, 200  # ten questions each
WORDS = {"ja": "質問", "en": "Question"}
CHOICES = [{"value": f"c{n}", "label": {"ja": f"選択肢{n}", "en": f"Choice {n}"}} for n in range(6)]


def questions(group: int) -> list[dict[str, Any]]:
    """Ten questions, each of another kind; the last is asked only where the choice was made."""
    kinds: tuple[tuple[str, dict[str, Any]], ...] = (
        ("choice", {"choices": CHOICES}),
        ("multichoice", {"choices": CHOICES}),
        ("text", {"max_length": 80}),
        ("multiline", {"max_length": 400}),
        ("number", {"min": 0, "max": 1000}),
        ("date", {}),
        ("email", {}),
        ("phone", {}),
        ("name", {}),
        ("text", {"max_length": 80, "condition": f'q{group}_0 = "c1"'}),
    )
    return [
        {"key": f"q{group}_{n}", "type": kind, "label": WORDS, "required": True, **more}
        for n, (kind, more) in enumerate(kinds)
    ]


def answers(group: int) -> dict[str, str | list[str]]:
    """What a browser posts for them."""
    said: tuple[str | list[str], ...] = (
        "c1",
        ["c1", "c4"],
        "納税証明書",
        "窓口で\n受け取る",
        "40",
        "2020-11-20",
        "hanako@mail.example",
        "03-5321-1111",
    )
    posted: dict[str, str | list[str]] = {f"q{group}_{n}": value for n, value in enumerate(said)}
    name = {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"}
    return {**posted, **{f"q{group}_8-{part}": words for part, words in name.items()}, f"q{group}_9": "ほか"}


def run(city: City, *, quick: bool) -> bool:
    from django.http import QueryDict

    from tocho.engines.forms.api import compile_form

    fields = [question for group in range(GROUPS) for question in questions(group)]
    step = {"key": "all", "title": WORDS, "fields": fields}
    form = compile_form({"schema_version": 1, "title": WORDS, "steps": [step]}).steps_for({})[0]
    data = QueryDict(mutable=True)
    for group in range(GROUPS):
        for key, value in answers(group).items():
            data.setlist(key, value if isinstance(value, list) else [value])
    costs = []
    for _ in range(ROUNDS):
        started = time.process_time()
        posted = form.form(data=data, initial={}, language="ja")
        valid = posted.is_valid()
        costs.append((time.process_time() - started) * 1000)
        if not valid:
            raise AssertionError(posted.errors.as_text())
    print(f"  a step of {len(fields)} questions: median {median(costs):.2f} ms, worst {max(costs):.2f} ms", flush=True)
    return report("form_80", median(costs), "ms", PROMISE_MS)
