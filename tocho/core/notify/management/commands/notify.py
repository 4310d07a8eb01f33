from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from tocho.core.notify.actions import retry_failed
from tocho.core.notify.models import Message


class Command(BaseCommand):
    help = "Show the messages that could not be delivered, or send them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["failed", "retry"])
        parser.add_argument("keys", nargs="*")

    def handle(self, *args: object, verb: str, keys: list[str], **options: object) -> None:
        if verb == "retry":
            self.stdout.write(f"{retry_failed(keys=keys or None)} 件を送り直します")
            return
        for message in Message.objects.filter(state=Message.State.FAILED).order_by("id"):
            self.stdout.write(f"{message.key}\t{message.to_email}\t{message.attempts}\t{message.last_error}")
