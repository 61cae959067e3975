"""What was typed → Query. Nothing fails: what cannot be meant is read as plain words, and a note says so.

giải ngân "đầu tư công" -covid          words, a phrase, and what must not occur
lợn OR heo, (a OR b) c                  alternatives; OR binds weakest
tỉnh:bắc giang năm:2023 từ:1/6/2023 đến:12/2023 loại:bch        limits (names: query_fields.tsv)
tiêu đề:giải ngân, số:35-CT/TW, người:Châu Văn Lâm              parts of a document; they take the words after them
nói:"Châu Văn Lâm" giải ngân                                    what somebody says; the words beside stand in it
giải ng*, GPMB NEAR/5 "cao tốc"         beginnings, nearness
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from search.query import limits
from search.query.lexer import Token, tokens
from search.query.nodes import (
    NEAR_DISTANCE,
    And,
    Filters,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Spoken,
    Where,
    Words,
)
from search.query.speech import said_by
from search.text.normalization import parts, syllables

DEEPEST = 20  # parentheses inside parentheses; deeper ones are read as punctuation
MOST_OPERATORS = 50  # with quotes and fields; who types more has pasted something, and each costs a look at the index
NOT_CLOSED = "Dấu “(” chưa có “)” đi cùng nên được đọc như đóng ở cuối câu; hãy thêm “)” vào chỗ cần đóng."
NOT_OPENED = "Dấu “)” không có “(” đi trước nên được bỏ qua; hãy thêm “(”, hoặc bỏ dấu ấy."
TOO_MANY = f"Chỉ {MOST_OPERATORS} dấu và toán tử đầu được đọc như vậy; phần sau được tìm như chữ thường."
LONGEST_NEAR = 100  # syllables; further apart is not near
LONGEST_NAME = 5  # syllables of a person
LONGEST_PROVINCE = 6  # words: tỉnh Bà Rịa - Vũng Tàu
_LIST_MARK = re.compile(r"[^\W\d_]|[ivx]{1,4}|\d{1,2}")  # before ")": a) b), ii), 12)


@dataclass
class _Level:
    """What stands between two parentheses (or at the top), read so far. Alternatives are split by OR."""

    alternatives: list[list[Node]] = field(default_factory=lambda: [[]])
    negate: bool = False
    near: int | None = None

    def add(self, node: Node) -> None:
        current = self.alternatives[-1]
        if self.negate:
            node, self.negate, self.near = Not(node), False, None
        elif self.near is not None and current and (joined := _near(current[-1], node, self.near)):
            current[-1], self.near = joined, None
            return
        self.near = None
        current.append(node)


def parse(text: str) -> Query:
    """Return the query that text says. Limits for the whole are in filters, everything else in root."""
    found, notes = tokens(text)
    return _Parser(text, found, notes).query()


class _Parser:
    def __init__(self, text: str, found: list[Token], notes: list[str]) -> None:
        self.text = text
        self.tokens = found
        self.notes = notes
        self.at = 0
        self.operators = 0
        self.too_deep = 0  # parentheses that were opened and are read as punctuation
        self.in_list = False  # a mark of a list was read

    def query(self) -> Query:
        levels = [_Level()]
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            self._read(token, levels)
        if len(levels) > 1 and TOO_MANY not in self.notes:
            self.notes.append(NOT_CLOSED)
        while len(levels) > 1:
            _close(levels)
        filters = Filters()
        alternatives = []
        for nodes in levels[0].alternatives:
            wheres = [node for node in nodes if isinstance(node, Where)]
            others = [node for node in nodes if not isinstance(node, Where)]
            if others or len(levels[0].alternatives) == 1:
                for limit in wheres:
                    filters = limits.merge(filters, limit.filters)
                alternatives.append(_all_of(others))
            elif wheres:
                alternatives.append(_all_of(wheres))
        root = _any_of([node for node in alternatives if node is not None])
        return Query(text=self.text, root=root, filters=filters, notes=tuple(self.notes))

    def _read(self, token: Token, levels: list[_Level]) -> None:
        level = levels[-1]
        self.operators += token.kind != "word"
        if self.operators > MOST_OPERATORS:
            if token.kind != "word" and TOO_MANY not in self.notes:
                self.notes.append(TOO_MANY)
            level.negate, level.near = False, None
            if token.kind in ("word", "quoted", "prefix", "field"):
                level.add(Words(self.text[token.start : token.end]))
            return
        match token.kind:
            case "(":
                if len(levels) <= DEEPEST:
                    levels.append(_Level())
                else:
                    self.too_deep += 1
            case ")":
                if self.too_deep:
                    self.too_deep -= 1
                elif len(levels) > 1:
                    _close(levels)
                elif NOT_OPENED not in self.notes and not self._ends_list_mark(token):
                    self.notes.append(NOT_OPENED)
            case "or":
                if level.alternatives[-1]:
                    level.alternatives.append([])
                level.negate, level.near = False, None
            case "and":
                pass
            case "not":
                level.negate = True
                self._join_province()
            case "near":
                self._near(token, level)
            case "quoted":
                level.add(Phrase(token.value) if parts(token.value) else Words(token.value))
            case "prefix":
                level.add(Prefix(token.value))
            case "field":
                self._field(token, level)
            case _:
                level.add(Words(token.value))

    def _ends_list_mark(self, token: Token) -> bool:
        """Tell whether a parenthesis marks an item of a copied list: a) thu; b) chi. The first begins a part of it."""
        mark = self.tokens[self.at - 2] if self.at > 1 else None
        if mark is None or mark.end != token.start or not _LIST_MARK.fullmatch(mark.value):
            return False
        self.in_list = self.in_list or self.text[: mark.start].rstrip()[-1:] in ("", *".,;:")
        return self.in_list

    def _join_province(self) -> None:
        """Make one phrase of the name of a province that stands next: what is not wanted is all of it."""
        words = list(takewhile(lambda token: token.kind == "word", self.tokens[self.at : self.at + LONGEST_PROVINCE]))
        if len(words) < 2:
            return
        first = words[0].start
        text = self.text[first : words[-1].end]
        name = limits.province_at_start(text)
        if name is None or not name.sure:
            return
        inside = [word for word in words if word.end <= first + name.end]
        if len(inside) > 1:
            whole = Token("quoted", self.text[first : inside[-1].end], first, inside[-1].end)
            self.tokens[self.at : self.at + len(inside)] = [whole]

    def _near(self, token: Token, level: _Level) -> None:
        """NEAR joins the plain words before it with the plain words after it, or phrases."""
        current = level.alternatives[-1]
        before: list[str] = []
        while current and isinstance(current[-1], Words) and not current[-1].field:
            before.insert(0, current.pop().text)  # type: ignore[union-attr]
        if before:
            current.append(Words(" ".join(before)))
        level.near = min(int(token.value), LONGEST_NEAR) if token.value else NEAR_DISTANCE
        run = self._run()
        if run:
            self.at += len(run)
            level.add(Words(self.text[run[0].start : run[-1].end]))

    def _field(self, token: Token, level: _Level) -> None:
        if self.at >= len(self.tokens):
            self._unread(token, level)
        elif token.value == "speech":
            self._speaker(token, level)
        elif token.value in limits.NAMES:
            limit = self._limit(token.value)
            if limit:
                level.add(Where(limit))
            else:
                self._unread(token, level)
        else:
            self._in_field(token, level)

    def _speaker(self, token: Token, level: _Level) -> None:
        """Take the name after nói: as whose words are wanted: in quotes, or all capitalised words that follow.

        It stands right after the colon: in a headline (Bí thư nói: "Không chủ quan") follows what was said.
        """
        following = self.tokens[self.at]
        if following.start > token.end or following.kind not in ("quoted", "word"):
            self._unread(token, level)
            return
        if following.kind == "quoted":
            name, count = following.value, 1
        else:
            run = self._run()[:LONGEST_NAME]
            capital = list(takewhile(lambda word: word.value[:1].isupper(), run))
            name, count = " ".join(word.value for word in capital or run), len(capital or run)
        if not parts(name):
            self._unread(token, level)
            return
        self.at += count
        level.add(Spoken(name))

    def _unread(self, token: Token, level: _Level) -> None:
        """Take a field without a value it can have as the plain words that it is made of."""
        name = self.text[token.start : token.end].rstrip(":")
        following = self.tokens[self.at] if self.at < len(self.tokens) else None
        if following is None or following.start == token.end:
            value = self.text[following.start : following.end] if following else ""
            self.notes.append(f"“{name}:{value}” không đọc được như một điều kiện; được tìm như chữ thường.")
        level.add(Words(name))

    def _in_field(self, token: Token, level: _Level) -> None:
        name = token.value
        following = self.tokens[self.at]
        if following.kind in ("quoted", "prefix"):
            self.at += 1
            level.add(Phrase(following.value, name) if following.kind == "quoted" else Prefix(following.value, name))
            return
        run = self._run()
        if not run:
            self._unread(token, level)
            return
        value = self.text[run[0].start : run[-1].end]
        if name == "document_numbers":
            first = parts(value)[:1]
            if not first or not any(character.isdigit() for character in value):
                self._unread(token, level)
                return
            run = [word for word in run if word.start < _end_of_number(value) + run[0].start]
            value = self.text[run[0].start : run[-1].end]
        self.at += len(run)
        level.add(Words(value, name) if name == "title" else Phrase(value, name))

    def _run(self) -> list[Token]:
        """Return the plain words from here to the next operator, field or quote."""
        run = []
        for token in self.tokens[self.at :]:
            if token.kind != "word":
                break
            run.append(token)
        return run

    def _limit(self, name: str) -> Filters | None:
        """Return the limit whose value stands here, having passed over it; None (and nothing passed) if it is none."""
        token = self.tokens[self.at]
        run = [token] if token.kind == "quoted" else self._run()
        if not run:
            return None
        start = run[0].start
        value = token.value if token.kind == "quoted" else self.text[start : run[-1].end]
        read = limits.read(name, value)
        if read is None:
            return None
        limit, length = read
        self.at += 1 if token.kind == "quoted" else sum(word.start < start + length for word in run)
        return limit


def _end_of_number(value: str) -> int:
    """Return where the document number at the start of value ends: after the whole, or after the first word."""
    found = syllables(value)
    return next((s.end for s in found[:2] if s.whole), len(value.split()[0]))


def _close(levels: list[_Level]) -> None:
    """End the innermost parenthesis. One without OR, in which nothing is negated, is punctuation: (khóa XI)."""
    inner, outer = levels.pop(), levels[-1]
    alternatives = [node for nodes in inner.alternatives if (node := _all_of(nodes)) is not None]
    if len(alternatives) == 1 and not outer.negate and outer.near is None:
        for node in inner.alternatives[0]:
            outer.add(node)
    elif alternatives:
        outer.add(_any_of(alternatives) or Words(""))


def _near(left: Node, right: Node, distance: int) -> Near | None:
    texts: tuple[str, ...] = ()
    for node in (left, right):
        if isinstance(node, Near):
            texts += node.texts
        elif isinstance(node, Words | Phrase) and not node.field:
            texts += (node.text,)
        else:
            return None
    return Near(texts, distance)


def _all_of(nodes: Sequence[Node]) -> Node | None:
    """Join what must hold together; plain words become one Words, in the position of the first."""
    joined: list[Node] = []
    plain: list[str] = []
    at = 0
    for node in nodes:
        if isinstance(node, Words) and not node.field:
            at = at if plain else len(joined)
            plain.append(node.text)
        else:
            joined.append(node)
    if plain:
        joined.insert(at, Words(" ".join(plain)))
    joined = said_by([node for node in joined if not (isinstance(node, Words) and not parts(node.text))])
    if len(joined) > 1:
        return And(tuple(joined))
    return joined[0] if joined else None


def _any_of(nodes: list[Node]) -> Node | None:
    if len(nodes) > 1:
        return Or(tuple(nodes))
    return nodes[0] if nodes else None
