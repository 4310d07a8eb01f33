"""Which procedures a mandate may name: those that are offered, by title."""

from django.utils.translation import get_language

from tocho.modules.mandates import api as mandates
from tocho.modules.procedures import api as procedures


def _topics() -> list[mandates.Topic]:
    titles = procedures.category_titles()
    return [
        mandates.Topic(card.key, card.title, card.category, titles.get(card.category, titles[""]))
        for card in procedures.offered(get_language() or "ja")
    ]


def install_mandates() -> None:
    """Tell the module of mandates what there is to do for others, once."""
    mandates.install(_topics)
