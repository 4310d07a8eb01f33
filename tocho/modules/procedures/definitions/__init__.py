"""A procedure as data: what stands in ``city/procedures/<key>/``, read, checked and compiled once for each version.

A folder holds ``procedure.toml`` (facts), ``form.json``, ``process.bpmn``, ``rules/*.dmn`` and ``notices/*.typ``.
Nothing here knows the database: :func:`read_folder` gives a plain source (JSON), :func:`compile_source` what runs.
"""

from .facts import (
    AutoSpec,
    BookingSpec,
    ConsultSpec,
    ConsultUnit,
    CosignRole,
    CosignSpec,
    DocumentSpec,
    NoticeSpec,
    ProcedureFacts,
    Question,
    Retention,
    RoundSpec,
    Source,
    Text,
    ViaSpec,
)
from .source import (
    LONGEST_SPOKEN,
    REASONS,
    UNSPOKEN,
    DefinitionError,
    Fault,
    ProcedureDefinition,
    compile_source,
    digest_of,
    facts_faults,
    in_language,
    read_folder,
    reference_faults,
    spoken_texts,
)

__all__ = [
    "LONGEST_SPOKEN",
    "REASONS",
    "UNSPOKEN",
    "AutoSpec",
    "BookingSpec",
    "ConsultSpec",
    "ConsultUnit",
    "CosignRole",
    "CosignSpec",
    "DefinitionError",
    "DocumentSpec",
    "Fault",
    "NoticeSpec",
    "ProcedureDefinition",
    "ProcedureFacts",
    "Question",
    "Retention",
    "RoundSpec",
    "Source",
    "Text",
    "ViaSpec",
    "compile_source",
    "digest_of",
    "facts_faults",
    "in_language",
    "read_folder",
    "reference_faults",
    "spoken_texts",
]
