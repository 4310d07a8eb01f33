"""The one expected "no"."""

from collections.abc import Sequence


class Refused(Exception):
    """An expected refusal whose message a citizen can read and act on.

    Subclasses stand beside the action that raises them. A view puts the message on the form (422); the middleware
    ``ui.middleware.RefusedMiddleware`` renders any that escape.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FieldsRefused(Refused):
    """A refusal that lies with what was entered: ``problems`` are (name of the field, reason), the first one is the
    message."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(problems[0][1])
        self.problems = list(problems)
