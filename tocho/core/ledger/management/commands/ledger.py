"""``manage.py ledger verify`` and its siblings."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tocho.core.ledger.api import Subject, anchor, entries_of, seal, verify


class Command(BaseCommand):
    help = "The ledger: verify it, print its anchor, seal what waits, show a subject's entries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verifying = actions.add_parser("verify", help="find altered, missing, reordered entries")
        verifying.add_argument("--anchor", action="append", default=[], metavar="HEIGHT:DIGEST")
        verifying.add_argument("--limit", type=int, default=100, help="stop after so many problems")
        actions.add_parser("anchor", help="height:digest of the newest block, to be published")
        actions.add_parser("seal")
        actions.add_parser("show").add_argument("subject", metavar="TYPE:ID")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["action"])(**options)

    def verify(self, **options: Any) -> None:
        anchors = tuple(_anchor(text) for text in options["anchor"])
        verdict = verify(anchors=anchors, limit=options["limit"])
        for problem in verdict.problems:
            self.stdout.write(f"{problem.name}: {problem.text}")
        seen = f"{verdict.entries} entries, {verdict.blocks} blocks, {verdict.waiting} waiting"
        if not verdict.ok:
            raise CommandError(f"{len(verdict.problems)} problems in {seen}")
        self.stdout.write(f"ok: {seen}")

    def anchor(self, **options: Any) -> None:
        height, digest = anchor()
        self.stdout.write(f"{height}:{digest.hex()}")

    def seal(self, **options: Any) -> None:
        self.stdout.write(f"sealed {seal(at=timezone.now())} entries")

    def show(self, **options: Any) -> None:
        kind, _, number = options["subject"].rpartition(":")
        for entry in entries_of(Subject(kind, int(number))):
            self.stdout.write(
                f"{entry.seq} {entry.kind} {entry.at.isoformat()} unit={entry.unit} user={entry.actor.user_id} "
                f"post={entry.actor.post_id} data={entry.data} digest={entry.digest.hex()}"
            )


def _anchor(text: str) -> tuple[int, bytes]:
    height, _, digest = text.partition(":")
    try:
        return int(height), bytes.fromhex(digest)
    except ValueError:
        raise CommandError(f"an anchor looks like 12:ab34…, not {text!r}") from None
