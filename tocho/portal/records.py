"""Where the documents of the modules stand, for the files that they are kept in."""

from tocho.modules.decisions import api as decisions
from tocho.modules.records import api as records


def install_records() -> None:
    """Tell records how each module's documents are rendered and where they are opened, once."""
    records.install_sources({"decision": decisions.record_source()})
