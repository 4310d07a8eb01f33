"""Two people at once, with real connections."""

import threading

import pytest
from django.db import connection

from tocho.lib.errors import Refused
from tocho.modules.seals.models import BureauReturn, SealRequirement
from tocho.modules.seals.queries.returns import answered

from .factories import TAX, TODAY, certify, make_seal, make_world


@pytest.mark.django_db(transaction=True)
def test_what_is_certified_is_what_was_there() -> None:
    world = make_world()
    make_seal(world.tax, disposition="abolish")

    def run(act: object) -> None:
        try:
            act()  # type: ignore[operator]
        except Refused:
            pass
        finally:
            connection.close()

    acts = [lambda n=n: make_seal(world.tax, document=f"書類{n}", disposition="abolish") for n in range(4)]
    acts.insert(2, lambda: certify(world, world.chief, TAX))
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (
        BureauReturn.objects.get(bureau=TAX).count == SealRequirement.objects.count() == answered(TAX, on=TODAY).count
    )
