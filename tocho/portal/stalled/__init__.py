"""What stands still until a person looks at it: one list for each source, one more source is one more function.

Who tends an office sees its cases' failed steps and refused refunds; who runs the platform sees all, and the machinery:
failed jobs, mails that could not be sent, webhooks that were given up.
"""

from .pages import StalledPage, StalledRow, StalledThing, stalled_count, stalled_page, stalled_thing, units_of
from .source import Found, Source, Units
from .sources import retry, source_of

__all__ = [
    "Found",
    "Source",
    "StalledPage",
    "StalledRow",
    "StalledThing",
    "Units",
    "retry",
    "source_of",
    "stalled_count",
    "stalled_page",
    "stalled_thing",
    "units_of",
]
