from django.db.models import QuerySet

from tocho.modules.notices.models import UNSEALED, Notice


def notices_for_bearer(token: str) -> QuerySet[Notice]:
    """The notice whose token somebody holds, once it is out. The token is the permission (256 random bits)."""
    return Notice.objects.filter(token=token).exclude(state__in=UNSEALED)
