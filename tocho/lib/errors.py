"""The one expected "no"."""


class Refused(Exception):
    """An expected refusal whose message a citizen can read and act on.

    Subclasses stand beside the action that raises them. A view puts the message on the form (422); the middleware
    ``ui.middleware.RefusedMiddleware`` renders any that escape.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
