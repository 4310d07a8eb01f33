"""Reads of the organisation, by noun."""

from tocho.core.org.queries import absences, people, structure, tree

__all__ = ["absences", "people", "structure", "tree"]
