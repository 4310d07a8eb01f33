"""Where the documents of the modules stand, for the files that they are kept in, and what comes of what arrives."""

from tocho.modules.decisions import api as decisions
from tocho.modules.procedures import api as procedures
from tocho.modules.records import api as records


def install_records() -> None:
    """Tell records how each module's documents are rendered, where they are opened, and what may come of what was
    received, once."""
    records.install_sources({"decision": decisions.record_source()})
    records.install_matters({"decision": decisions.received_matter(), "application": procedures.received_matter()})
