import gc
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tocho.core.jobs.worker import Worker


class Command(BaseCommand):
    help = "Run background jobs until SIGTERM or Ctrl-C; running jobs are finished first. Start as many as needed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at a time (default 2)")

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        worker = Worker(concurrency=concurrency)
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        gc.freeze()  # what start-up made lives as long as the process: the collector need not look at it again
        gc.set_threshold(20_000, 20, 20)
        self.stdout.write(f"Worker ready, {concurrency} jobs at a time.")
        self.stdout.flush()
        worker.run()
