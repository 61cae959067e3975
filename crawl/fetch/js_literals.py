"""Data that a page writes as a program does, without the quotes of JSON: `{posts:[{id:7,title:'…'}],more:!0}`.

Read, not run. Also where a function is called at once to hand over what repeats, as Nuxt does:
`(function(a,b){return {posts:[{id:7,hot:a}]}}(false,null))`. What is no datum, a call say, is None.
"""

import re
from collections.abc import Mapping
from typing import Any

DEEPEST = 60  # objects within one another

_SPACE = re.compile(r"(?:\s|/\*[\s\S]{0,500}?\*/)*")
_WORDS = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.)*`""")
_BRACE = re.compile(rf"[{{}}]|{_WORDS.pattern}")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[\w$]+")
_CONSTANT = re.compile(r"(?:void\s+0|![01])(?!\w)|(?:true|false|null|undefined|NaN)(?![\w$])")
_TRUE = ("true", "!0")
_FALSE = ("false", "!1")
_AT_ONCE = re.compile(
    r"\(?\s*(?:function\s*\(([\w$,\s]*)\)\s*\{[^{}]{0,4000}?\breturn\b|\(([\w$,\s]*)\)\s*=>\s*\(?(?=\s*[{\[]))\s*"
)
_HAND_OVER = re.compile(r"[\s;})]*\(")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))")
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}


class NoLiteral(ValueError):
    """What stands there is no datum."""


def literal(text: str, at: int) -> tuple[Any, int]:
    """Return the datum that begins at an offset of a program, and where it ends. Raises NoLiteral."""
    if (called := _AT_ONCE.match(text, at)) is None:
        return _Reader(text).value(at)
    names = [name.strip() for name in (called[1] or called[2] or "").split(",") if name.strip()]
    _, end = _Reader(text).value(called.end())
    handed = _HAND_OVER.match(text, end)
    if handed is None:
        raise NoLiteral("a function that is not called")
    values, end = _Reader(text).values(handed.end(), ")")
    return _Reader(text, dict(zip(names, values, strict=False))).value(called.end())[0], end


class _Reader:
    """Reads data from a program. known: what its names stand for."""

    def __init__(self, text: str, known: Mapping[str, Any] | None = None) -> None:
        self._text = text
        self._known = known or {}

    def value(self, at: int, depth: int = 0) -> tuple[Any, int]:
        at = self._skip(at)
        sign = self._text[at : at + 1]
        if depth > DEEPEST:
            raise NoLiteral("too deep")
        if sign == "{":
            return self._object(at + 1, depth)
        if sign == "[":
            return self.values(at + 1, "]", depth)
        if words := _WORDS.match(self._text, at):
            return _meant(words.group()[1:-1]), words.end()
        if constant := _CONSTANT.match(self._text, at):
            said = constant.group()
            return (True if said in _TRUE else False if said in _FALSE else None), constant.end()
        if number := _NUMBER.match(self._text, at):
            return _number(number.group()), number.end()
        if name := _NAME.match(self._text, at):
            return self._named(name, depth)
        raise NoLiteral(self._text[at : at + 20])

    def values(self, at: int, closing: str, depth: int = 0) -> tuple[list[Any], int]:
        """Return what stands between commas up to a bracket that closes, and where that ends."""
        found: list[Any] = []
        while not self._is(closing, at):
            value, at = self.value(at, depth + 1)
            found.append(value)
            at = self._comma(at, closing)
        return found, self._skip(at) + 1

    def _object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        while not self._is("}", at):
            at = self._skip(at)
            name = _WORDS.match(self._text, at) or _NAME.match(self._text, at)
            if name is None:
                raise NoLiteral(self._text[at : at + 20])
            key = _meant(name.group()[1:-1]) if name.group()[0] in "'\"`" else name.group()
            if self._is(":", name.end()):
                found[key], at = self.value(self._skip(name.end()) + 1, depth + 1)
            elif self._is("(", name.end()):
                at = self._behind_program(name.end())
            else:
                found[key], at = self._known.get(key), name.end()
            at = self._comma(at, "}")
        return found, self._skip(at) + 1

    def _named(self, name: re.Match[str], depth: int) -> tuple[Any, int]:
        """Return what a name stands for; None for a call: `new Date(0)`, `Array(2)`."""
        at = self._skip(name.end())
        if name.group() == "new" and (made := _NAME.match(self._text, at)):
            at = self._skip(made.end())
        if name.group() in ("function", "async"):
            return None, self._behind_program(at)
        if self._is("(", at):
            return None, self.values(self._skip(at) + 1, ")", depth)[1]
        return self._known.get(name.group()), at

    def _behind_program(self, at: int) -> int:
        """Return where a function ends: behind the brace that closes its own."""
        opened = 0
        while found := _BRACE.search(self._text, at):
            at = found.end()
            opened += {"{": 1, "}": -1}.get(found.group(), 0)
            if not opened and found.group() == "}":
                return at
        raise NoLiteral("a function without an end")

    def _comma(self, at: int, closing: str) -> int:
        at = self._skip(at)
        if self._text[at : at + 1] == ",":
            return at + 1
        if self._text[at : at + 1] != closing:
            raise NoLiteral(self._text[at : at + 20])
        return at

    def _is(self, sign: str, at: int) -> bool:
        return self._text.startswith(sign, self._skip(at))

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _meant(text: str) -> str:
    """Return words of a program as they are meant."""

    def sign(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        return chr(min(int(code, 16), 0x10FFFF)) if code else _SHORT.get(found[4], found[4])

    if "\\" not in text:
        return text
    return _ESCAPE.sub(sign, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
