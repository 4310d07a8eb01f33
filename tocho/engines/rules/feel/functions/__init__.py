"""FEEL's built-in functions, by name."""

from tocho.engines.rules.feel.functions import collections, conversion, figures, texts, times
from tocho.engines.rules.feel.functions.registry import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin", "collections", "conversion", "figures", "texts", "times"]
