"""Numeric functions (DMN 1.3, table 76). Scale is the number of digits behind the point, negative before it."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from tocho.engines.rules.feel.functions.registry import builtin
from tocho.engines.rules.feel.values import NUMBERS, finite


def rounded(number: Decimal, scale: int, rounding: str) -> Decimal | None:
    """The number to that many digits behind the point, in plain notation; null beyond 34 digits."""
    if not -6111 <= scale <= 6176:
        return None
    result = number.quantize(Decimal(1).scaleb(-scale), rounding=rounding, context=NUMBERS)
    return finite(result) if scale >= 0 else finite(NUMBERS.plus(Decimal(format(result, "f"))))


@builtin("decimal", "n i")
def decimal(n: Decimal, scale: int) -> Decimal | None:
    """Rounded, halves to the even digit."""
    return rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n i?")
def floor(n: Decimal, scale: int = 0) -> Decimal | None:
    """Rounded towards minus infinity."""
    return rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n i?")
def ceiling(n: Decimal, scale: int = 0) -> Decimal | None:
    """Rounded towards plus infinity."""
    return rounded(n, scale, ROUND_CEILING)


@builtin("round half up", "n i?")
def round_half_up(n: Decimal, scale: int = 0) -> Decimal | None:
    """四捨五入: halves away from zero."""
    return rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n i?")
def round_half_down(n: Decimal, scale: int = 0) -> Decimal | None:
    """五捨六入: halves towards zero."""
    return rounded(n, scale, ROUND_HALF_DOWN)


@builtin("round up", "n i?")
def round_up(n: Decimal, scale: int = 0) -> Decimal | None:
    """切上げ: away from zero."""
    return rounded(n, scale, ROUND_UP)


@builtin("round down", "n i?")
def round_down(n: Decimal, scale: int = 0) -> Decimal | None:
    """切捨て: towards zero."""
    return rounded(n, scale, ROUND_DOWN)


@builtin("modulo", "n n")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The remainder, with the sign of the divisor."""
    if not divisor:
        return None
    rest = NUMBERS.remainder(dividend, divisor)
    return finite(NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest)


@builtin("sqrt", "n")
def sqrt(number: Decimal) -> Decimal | None:
    """The square root; null of a negative number."""
    return finite(NUMBERS.sqrt(number))


@builtin("odd", "n")
def odd(number: Decimal) -> bool:
    """Whether the number is odd."""
    return NUMBERS.remainder(number, Decimal(2)) in (1, -1)


@builtin("even", "n")
def even(number: Decimal) -> bool:
    """Whether the number is even."""
    return NUMBERS.remainder(number, Decimal(2)) == 0
