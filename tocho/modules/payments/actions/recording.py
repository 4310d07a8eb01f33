from datetime import datetime

from django.urls import reverse

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.notify import api as notify

from ..models import PaymentIntent


def lock_intent(intent_id: int) -> PaymentIntent:
    """The intent, locked until the transaction ends: whoever changes it or its attempts begins here."""
    return PaymentIntent.objects.select_for_update(of=("self",)).get(id=intent_id)


def record(intent: PaymentIntent, kind: str, *, actor: Actor, at: datetime, amount: int, **data: JSON) -> None:
    """One ledger entry about an intent, for the unit whose revenue it is; ``amount`` in yen."""
    ledger.append(
        subject=Subject("payment", intent.id),
        kind=f"payment.{kind}",
        actor=actor,
        at=at,
        unit=intent.unit,
        data={"amount": amount, **data},
    )


def tell_payer(intent: PaymentIntent, template: str, *, key: str, at: datetime, **context: JSON) -> None:
    """A mail to the payer; nothing where no address was given."""
    if not intent.payer_email:
        return
    notify.send(
        key=f"payments.{template}:{key}",
        template=f"payments/{template}",
        to_email=intent.payer_email,
        context={
            "description": intent.description,
            "receipt_link": reverse("payments:receipt_detail", args=[intent.token]),
            "link": intent.return_path,
            **context,
        },
        language=intent.language,
        at=at,
    )
