from django.db import transaction

from tocho.lib.ruby import reader

from ..definitions import spoken_texts
from ..models import ProcedureVersion, VersionReadings


@transaction.atomic
def write_readings(*, version_id: int) -> None:
    """How each Japanese text of a version is read (ふりがな). Done again it changes nothing; nothing of it is recorded,
    for it follows from the version.
    """
    if VersionReadings.objects.filter(version_id=version_id).exists():
        return
    source = ProcedureVersion.objects.values_list("source", flat=True).get(id=version_id)
    with reader() as read:
        words = {text: read(text) for text in spoken_texts(source)}
    VersionReadings.objects.get_or_create(version_id=version_id, defaults={"words": words})
