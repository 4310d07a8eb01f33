"""Which modules' facts the platform counts and shows: the one list, in the order in which pages show them."""

from tocho.engines.facts.api import install
from tocho.modules.consultations.facts import FACTS as CONSULTATIONS
from tocho.modules.cosigning.facts import FACTS as COSIGNING
from tocho.modules.decisions.facts import FACTS as DECISIONS
from tocho.modules.designer.facts import FACTS as DESIGNER
from tocho.modules.dossiers.facts import FACTS as DOSSIERS
from tocho.modules.events.facts import FACTS as EVENTS
from tocho.modules.improvement.facts import FACTS as IMPROVEMENT
from tocho.modules.inventory.facts import FACTS as INVENTORY
from tocho.modules.line.facts import FACTS as LINE
from tocho.modules.mandates.facts import FACTS as MANDATES
from tocho.modules.messages.facts import FACTS as MESSAGES
from tocho.modules.notices.facts import FACTS as NOTICES
from tocho.modules.opinions.facts import FACTS as OPINIONS
from tocho.modules.payments.facts import FACTS as PAYMENTS
from tocho.modules.procedures.facts import FACTS as PROCEDURES
from tocho.modules.records.facts import FACTS as RECORDS
from tocho.modules.registers.facts import FACTS as REGISTERS
from tocho.modules.seals.facts import FACTS as SEALS


def install_facts() -> None:
    """Give the facts engine what the modules declare, once."""
    install(
        (
            DECISIONS,
            PROCEDURES,
            INVENTORY,
            SEALS,
            RECORDS,
            MESSAGES,
            REGISTERS,
            OPINIONS,
            PAYMENTS,
            NOTICES,
            DOSSIERS,
            COSIGNING,
            CONSULTATIONS,
            EVENTS,
            LINE,
            IMPROVEMENT,
            MANDATES,
            DESIGNER,
        )
    )
