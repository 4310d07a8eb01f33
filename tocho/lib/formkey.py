"""What makes two submissions of one form the same: the key that the page gave it, and what was typed into it."""

import hashlib
import json
import secrets
from collections.abc import Sequence


def form_key(once: str, *content: str | Sequence[str]) -> str:
    """A key for the unique constraint: 64 letters, the same when the same form was sent twice with the same content.

    Somebody who goes back, corrects the text and sends the form again means another thing; only a second press means
    the same. Without a key of the form (a program that left it out) nothing is the same.
    """
    words = json.dumps([once or secrets.token_hex(16), *content])
    return hashlib.sha256(words.encode()).hexdigest()
