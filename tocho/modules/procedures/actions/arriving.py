"""The application is complete: billed, acknowledged, handed to its process; at the arrival, or when all have signed."""

from datetime import datetime
from functools import lru_cache

from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.modules.payments import api as payments

from ..models import Application, ProcedureVersion
from ..queries import consulted, definition, municipality_of
from .forwarding import share_with_municipality
from .recording import subject_of, tell_applicant


def take_up(application: Application, *, at: datetime) -> None:
    """Bill the fee, say that it is received, and start the process. The caller holds the row, in its new state."""
    _bill(application, at=at)
    tell_applicant(application, "application_received", key="1", at=at, fee=application.fee)
    if not application.fee:
        share_with_municipality(application, at=at)
    process.start(
        _process_definition(application.version_id),
        subject=subject_of(application),
        context={
            "office": f"unit:{org.unit(application.unit).id}",
            "fee": application.fee,
            "via": _first_address(application),
            "title": f"{definition(application.version_id).title()} {application.receipt_number}",
            "examiner": f"unit:{org.unit(application.unit).id}",
            "round": application.round,
            "rounds": len(definition(application.version_id).facts.rounds),
            "consulted": consulted(application, at=at),
        },
        at=at,
    )


def _first_address(application: Application) -> str:
    """The address of the municipality through which the process leads; "" where it works beside the office."""
    via = definition(application.version_id).facts.via
    through = municipality_of(application) if via is not None and via.mode == "first" else None
    return f"unit:{through.id}" if through else ""


@lru_cache(maxsize=512)
def _process_definition(version_id: int) -> int:
    return ProcedureVersion.objects.values_list("process_definition_id", flat=True).get(id=version_id)


def _bill(application: Application, *, at: datetime) -> None:
    if not application.fee:
        return
    title = definition(application.version_id).title(application.language)
    payments.create_intent(
        subject=subject_of(application),
        amount=application.fee,
        description=f"{title} {application.receipt_number}",
        payer_email=application.applicant_email,
        return_path=f"/applications/{application.public_id}/",
        unit=application.unit,
        at=at,
    )
