"""Walking over the tokens of one text, and saying in Japanese what does not fit."""

from django.utils.translation import gettext as _

from tocho.engines.rules.errors import RuleError
from tocho.engines.rules.feel.functions import BUILTINS
from tocho.engines.rules.feel.tokens import Names, Token, tokenize

KINDS = frozenset({
    "number", "string", "boolean", "date", "time", "date and time", "list", "context", "function", "Any",
    "days and time duration", "years and months duration",
})  # fmt: skip

_FUNCTION_NAMES = Names(BUILTINS)
_KIND_NAMES = Names(KINDS)


class Cursor:
    """A place in the tokens of a text; ``index`` is the token that comes next."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.tokens = tokenize(text)
        self.index = 0

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.index]

    def advance(self) -> Token:
        """The next token, stepped over."""
        token = self.tokens[self.index]
        self.index += 1
        return token

    def accept(self, text: str) -> bool:
        """Steps over a sign or keyword if it comes next."""
        token = self.next
        if token.text != text or token.kind not in ("sign", "keyword"):
            return False
        self.index += 1
        return True

    def expect(self, text: str) -> None:
        """Steps over a sign or keyword.

        :raises RuleError: if something else comes next."""
        if not self.accept(text):
            raise self.fail(_("ここには「%(expected)s」が必要です。") % {"expected": text})

    def fail(self, reason: str) -> RuleError:
        """The error to raise, pointing at the next token."""
        return RuleError(reason, text=self.text, position=min(self.next.position, max(len(self.text), 1)))

    def unexpected(self) -> RuleError:
        """The error for a token that cannot stand here."""
        token = self.next
        if token.kind == "end":
            return self.fail(_("式が途中で終わっています。"))
        if token.text in ("and", "or"):
            reason = _("ここで「%(word)s」は使えません。範囲は [18..65) のように書きます。")
            return self.fail(reason % {"word": token.text})
        return self.fail(_("「%(found)s」の位置が正しくありません。") % {"found": token.text})

    def finish(self) -> None:
        """:raises RuleError: if anything is left."""
        if self.next.kind != "end":
            raise self.unexpected()

    def name(self) -> str:
        """A name, known to hold blanks or signs, or put together from the words that stand side by side."""
        known = self.names.match(self.tokens, self.index)
        called = _FUNCTION_NAMES.match(self.tokens, self.index)
        if called and self.tokens[called[1]].text == "(":
            known = called
        if known:
            name, self.index = known
            return name
        words = []
        while self.next.kind == "name":
            words.append(self.advance().text)
        if not words:
            raise self.unexpected()
        return " ".join(words)

    def kind(self) -> str:
        """The name of a type."""
        known = _KIND_NAMES.match(self.tokens, self.index)
        if known:
            name, self.index = known
            return name
        token = self.advance()
        if token.text not in KINDS:
            self.index -= 1
            raise self.fail(_("「%(found)s」という型はありません。") % {"found": token.text})
        return token.text
