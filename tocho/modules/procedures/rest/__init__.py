"""The HTTP API of procedures: the catalogue for anybody, applications for their applicants, cases for their offices."""

from .applying import router as applications
from .casework import router as cases
from .catalogue import router as procedures
from .cosigners import router as cosigners
from .documents import router as documents
from .events import EVENTS, SCOPES

__all__ = ["EVENTS", "SCOPES", "applications", "cases", "cosigners", "documents", "procedures"]
