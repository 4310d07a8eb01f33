from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tocho.core.jobs.actions import retry_job
from tocho.core.jobs.queries import failed_jobs, job_counts


class Command(BaseCommand):
    help = "Show how many jobs wait, run and have failed, and the failed ones; --retry ID runs a failed one again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--retry", type=int, metavar="ID", action="append", default=[])

    def handle(self, *args: Any, retry: list[int], **options: Any) -> None:
        for job_id in retry:
            retry_job(job_id=job_id)
            self.stdout.write(f"{job_id} will run again")
        for status, count in sorted(job_counts().items()):
            self.stdout.write(f"{status:10} {count}")
        for job in failed_jobs():
            self.stdout.write(
                f"{job.id} {job.failed_at:%Y-%m-%d %H:%M} {job.name} {job.arguments} after {job.attempts} attempts"
                f" {job.cause} {job.place}".rstrip()
            )
