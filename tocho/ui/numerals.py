"""Numbers as people say them: 1,234件、12万、3.4億、400円."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language

Number = int | float | Decimal


def rounded(value: Number, digits: int) -> Decimal:
    """Half up, as published figures are rounded; never banker's rounding."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def count(value: Number, *, digits: int | None = None) -> str:
    """``1234567`` → ``1,234,567``; ``digits`` = places after the point, None = as they are."""
    number = value if digits is None else rounded(value, digits)
    return f"{number:,}"


def short(value: Number) -> str:
    """For axes and labels: ``12000`` → ``1.2万`` and ``340000000`` → ``3.4億``; in English ``12K``, ``340M``."""
    size = float(value)
    steps: tuple[tuple[int, str], ...] = ((10**12, "兆"), (10**8, "億"), (10**4, "万"))
    if get_language() == "en":
        steps = ((10**9, "B"), (10**6, "M"), (10**3, "K"))
    for step, name in steps:
        if size >= step:
            scaled = rounded(Decimal(str(value)) / step, 1)
            return f"{scaled.normalize():,f}{name}"
    return f"{rounded(value, 1).normalize():,f}" if value != int(value) else f"{int(value):,}"


def yen(value: Number) -> str:
    """``400円``; in English ``¥400``."""
    amount = f"{int(value):,}"
    return f"¥{amount}" if get_language() == "en" else f"{amount}円"


def exact_yen(value: int) -> str:
    """``250000000`` → ``2億5,000万円``: to the yen, as regulations write amounts; in English ``¥250,000,000``."""
    if get_language() == "en":
        return yen(value)
    large, rest = divmod(value, 10**8)
    middle, small = divmod(rest, 10**4)
    parts = [f"{large:,}億" if large else "", f"{middle:,}万" if middle else "", f"{small:,}" if small else ""]
    return f"{''.join(parts) or 0}円"


def file_size(size: int) -> str:
    """Bytes as people read them: ``64KB``, ``1.2MB``."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024)):,}KB"
    return f"{rounded(size / (1024 * 1024), 1)}MB"
