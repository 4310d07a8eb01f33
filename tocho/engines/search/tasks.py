from django.utils.translation import gettext_lazy as _

from tocho.core.jobs.api import job
from tocho.engines.search import actions


@job(name="search.read_entry", title=_("検索できるようにする"), priority=-10)
def read_entry(*, kind: str, object_id: int) -> None:
    actions.read_entries(kind, [object_id])
