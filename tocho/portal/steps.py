"""The automatic steps that processes may name, module by module; handed to the engine when the app starts."""

from tocho.engines.process import api as process
from tocho.modules.procedures import api as procedures
from tocho.modules.procedures.steps import STEPS as PROCEDURES


def install_steps() -> None:
    """Give the process engine its handlers, once."""
    process.install({**PROCEDURES}, offices={procedures.SUBJECT: procedures.unit_of})
