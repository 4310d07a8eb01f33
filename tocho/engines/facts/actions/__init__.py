"""Writes of the facts engine: the projection of the ledger, and what certified people add to it."""
