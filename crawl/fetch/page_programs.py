"""What the small programs of a page do when a control is pressed: go to an address, or fill in a form and send it.

Nothing is run. Read are those programs of a page that put one address together from words, numbers and what they are
called with (`function go(n){location.href='/tin?p='+n}`), or set fields of a form and send it
(`document.f.page.value=n; document.f.submit()`). Any other program stays unknown.
"""

import json
import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

from lxml import html

from crawl.fetch.js_literals import literal
from crawl.fetch.link_shapes import leads_on
from crawl.fetch.pagination import counts_by_name

MOST_CHARACTERS = 200_000  # of the programs of one page
MOST_OBJECTS = 50  # that a page hands to its programs
MOST_WITH_DATA = 3_000  # elements of a page that have data for its programs
MOST_TEXTS = 6  # pieces of text within a control
MOST_BODY = 1_500  # characters of one function: longer ones do more than to turn a page

COUNTED = "\0"  # stands for the number of a page in an address
ANY = "?"  # among what is known: stands for every parameter of an address that is unknown

Value = str | None  # None: known to the program alone

_FUNCTION = re.compile(
    r"(?:function\s+(\w+)\s*\(([\w\s,$]*)\)|(?<![\w.])([\w.]{1,80})\s*[=:]\s*(?:async\s*)?(?:function\s*\(([\w\s,$]*)\)|\(([\w\s,$]*)\)\s*=>))\s*\{"
)
_NAMED = re.compile(r"""(?:(?:\b(?:var|let|const)\s|,)\s*|\bthis\.)([\w$]+)\s*=(?!=)\s*""")
_ROOT = re.compile(
    r"""\b(\w{0,40}?(?:url|api|base|root|host)\w{0,40})['"]?\s*:\s*(['"])((?:https?:/)?/[^'"\s]*)\2""", re.IGNORECASE
)
_OBJECT = re.compile(r"""\b([\w$]+)\s*=\s*(?=\{\s*["'\w$]+\s*:)""")  # as WordPress hands values to its programs
_CALL = re.compile(r"\s*(?:javascript:)?\s*(?:return\s+)?([\w.]+)\s*\(([^()]*)\)")
LOCATION = re.compile(
    r"(?<![\w$])(?:location(?:\.href)?\s*=(?!=)|location\.(?:assign|replace)\s*\(|window\.open\s*\()\s*"
)
_SETS = re.compile(
    r"""(?:\.|\[\s*['"]|ById\(\s*['"]|ByName\(\s*['"]|\(\s*['"][^'"()]*?[#=]['"]?)([\w$:-]+)['"]?\s*[\])]*\s*(?:\[0\])?"""
    r"""\s*\.(?:value\s*=(?!=)|val\()\s*"""
)
_SENDS = re.compile(r"\.(?:submit|requestSubmit)\s*\(")
_PART = re.compile(
    r"""\s*(?:('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|`([^`]*)`|(\d+)"""
    r"""|(?:(?:encodeURI(?:Component)?|String|parseInt|Number)\s*)?((?:\+\+)?[\w$.]+(?:\+\+)?|\([\w$.\s+-]+\)))\s*"""
)
_END = re.compile(r"[;,)}\n]|$")
_OPERAND = re.compile(  # whatever is counted: n, page++, (n + 1), $(this).data('page')
    r"""\s*(?:\([^()'"]*\)|\+\+[\w$.]+|[\w$.]+(?:\+\+)?(?:\([^()]*\)(?:\.\w+)*)*)\s*(?=[+;,)}\n]|$)"""
)
_ASKED = re.compile(r"[?&]([\w-]+)=$")
_IN_TEMPLATE = re.compile(r"\$\{([^}]*)\}")
_READS_ADDRESS = re.compile(
    r"""(?<!\.)(?:(?:window|document|self|top)\.){0,3}(?:location\.(?:href|(pathname))\b|document\.URL\b)(?!\s*=[^=])"""
    r"""(?:(\.split\(\s*['"]\?['"]\s*\)\[\s*0\s*\]))?"""
)
_READS = re.compile(
    r"""(?:(?:\$|jQuery)\(\s*['"]#|document\.getElementById\(\s*['"])([\w-]+)['"]\s*\)\."""
    r"""(?:(?:data|attr|getAttribute)\(\s*['"]([\w-]+)['"]\s*\)|val\(\s*\)|value\b(?!\s*=[^=])|dataset\.(\w+))"""
)
_ELEMENT = re.compile(
    r"""(?<![\w$.])([\w$]+)\s*=\s*(?:(?:\$|document\.querySelector)\(\s*['"]#([\w-]+)['"]\s*\)"""
    r"""|document\.getElementById\(\s*['"]([\w-]+)['"]\s*\))(?=\s*[;,\n])"""
)
_SELECTOR = re.compile(r"""['"]([#.][\w-]+)['"]""")
READS_PRESSED = re.compile(
    r"""(?<![\w$.])(?:\$\(\s*this\s*\)|[\w$]{1,40}(?:\.(?:target|currentTarget))?)\."""
    r"""(?:(?:data|attr|getAttribute)\(\s*['"]([\w-]+)['"]\s*\)|dataset\.(\w+)(?!\s*=[^=]))"""
)
_READS_QUERY = re.compile(
    r"""(?:new\s+URLSearchParams\([^()]{0,80}\)|(?<![\w$.])\w{1,40})\.get\(\s*['"]([\w-]+)()['"]\s*\)"""
)
_COUNTS = re.compile(  # parseInt(t.attr('data-page')) + 1
    r"""\+?\s*(?:(?:parseInt|Number)\(\s*)?(?:\$\(\s*this\s*\)|[\w$]{1,40}(?:\.[\w$]{1,40}){0,2})\."""
    r"""(?:(?:data|attr|getAttribute)\(\s*['"](?:data-)?([\w-]{1,40})['"]\s*\)|dataset\.(\w{1,40}))"""
)
_SCROLLS = re.compile(
    r"""\.scroll\s*\(|\bonscroll\s*=|(?:addEventListener|\.on)\(\s*['"]scroll|\bnew IntersectionObserver\b"""
)
_COUNTS_UP = re.compile(
    r"(?:page|trang)\w{0,20}\s*(?:\+\+|\+=?\s*1\b)|\+\+\s*(?:\w{1,20}\.)?\w{0,20}(?:page|trang)", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a control does. address: where it leads, "" where nowhere; fields: what it sets in a form that it sends."""

    address: str = ""
    fields: tuple[tuple[str, str], ...] = ()


NOTHING = Effect()
NONE_KNOWN: Mapping[str, Value] = MappingProxyType({})


class PagePrograms:
    """The functions and constants that a page defines itself, or in files that it names."""

    def __init__(self, root: html.HtmlElement, url: str = "", files: str = "") -> None:
        """url: the address of the page, which its programs may build on. files: the programs of the files it names."""
        texts, left = [], MOST_CHARACTERS
        for script in root.iter("script"):
            if script.get("src") or "json" in script.get("type", ""):
                continue
            text = (script.text or "")[:left]
            left -= len(text)
            texts.append(text)
        self._here = url
        own = "\n".join(texts)
        pressed = _pressed(root) if files or READS_PRESSED.search(own) else {}
        self.own_text = self._with_address(_with_values(own, root, url, pressed))
        self.text = (
            f"{self.own_text}\n{self._with_address(_with_values(files, root, url, pressed))}"
            if files
            else self.own_text
        )
        self.constants: dict[str, Value] = {}
        self.tell(pressed)
        self._set_objects()
        for name, _, address in _ROOT.findall(self.text):
            self.constants.setdefault(name, address)
        self._set(self.constants, self.text)
        self._functions = dict(self._defined())

    def tell(self, told: Mapping[str, str]) -> None:
        """Take what the page says of itself for what its programs put behind `?name=`: {"category": "thoi-su"}."""
        self.constants |= {f"?{name}": value for name, value in told.items()}

    def know(self, element: html.HtmlElement) -> bool:
        """Tell whether a program names an element, by its id or a class: `$('#xem-them').click(…)`."""
        classes = (f".{name}" for name in (element.get("class") or "").split())
        return not self._selected.isdisjoint((f"#{element.get('id')}", *classes))

    @cached_property
    def _selected(self) -> frozenset[str]:
        return frozenset(_SELECTOR.findall(self.text))

    @cached_property
    def load_on_scrolling(self) -> bool:
        """Whether a program counts a page more as the reader comes to the end of this one."""
        handlers = (self.text[found.end() : found.end() + MOST_BODY // 2] for found in _SCROLLS.finditer(self.text))
        return any(map(_COUNTS_UP.search, islice(handlers, MOST_OBJECTS)))

    def effect_of(self, program: str, chosen: str | None = None) -> Effect:
        """Return what a program does: of `href="javascript:…"` or `onclick`; of `onchange` where a value is chosen."""
        if len(program) > MOST_BODY:
            return NOTHING
        program = self._with_address(program.strip().removeprefix("javascript:"))
        known: dict[str, Value] = {} if chosen is None else {"this.value": chosen}
        if effect := self._effect(program, known):
            return effect
        for body, values in self._called(program, known):
            if effect := self._effect(body, values):
                return effect
        return NOTHING

    def address_of(self, body: str) -> str:
        """Return the one address that what stands in a function goes to, "" where it does anything else."""
        effect = self._effect(body, NONE_KNOWN)
        return effect.address if effect else ""

    def tell_calls(self, calls: Iterable[tuple[str, str]]) -> None:
        """Take what the programs of all controls of a pager are called with for what it stands for.

        'dang' of `go('dang', 2)`. calls: the number that each control names, and its program.
        """
        given: dict[str, set[Value]] = {}
        for number, program in calls:
            for _, values in self._called(program.strip().removeprefix("javascript:")):
                for name, value in values.items():
                    given.setdefault(name, set()).add(None if value == number else value)
        for name, values_of_all in given.items():
            value = values_of_all.pop()
            if not values_of_all and value is not None:
                self.constants.setdefault(name, value)

    def _called(self, program: str, known: Mapping[str, Value] = NONE_KNOWN) -> Iterator[tuple[str, dict[str, Value]]]:
        """Yield the functions of the page that a program calls: what they do, and what their parameters are then."""
        for name, given in _CALL.findall(program):
            parameters, body = self._functions.get(name.rpartition(".")[2], ((), ""))
            if body:
                values = [evaluated(value, known) if value.strip() else None for value in given.split(",")]
                yield body, dict(zip(parameters, values, strict=False))

    def _effect(self, body: str, values: Mapping[str, Value]) -> Effect | None:
        own: dict[str, Value] = {}
        known = ChainMap[str, Value](own, dict(values), self.constants)
        for named in _NAMED.finditer(body):  # what stays unknown hides a name of another part of the program
            own.setdefault(named.group(1), evaluated(body[named.end() : named.end() + MOST_BODY], known))
        fields = []
        for found in _SETS.finditer(body):
            value = evaluated(body[found.end() :], known)
            if value is None:
                return None
            fields.append((found.group(1), value))
        if fields and _SENDS.search(body):
            return Effect(fields=tuple(fields))
        addresses = {evaluated(body[found.end() :], known) for found in LOCATION.finditer(body)}
        if len(addresses) == 1 and (address := addresses.pop()):
            return Effect(address)
        return None

    def _with_address(self, text: str) -> str:
        """Return a program with the address of its page in the places where it reads it."""

        def here(found: re.Match[str]) -> str:
            bare = self._here.partition("?")[0] if found.group(1) or found.group(2) else self._here
            return json.dumps(bare, ensure_ascii=False)

        return _READS_ADDRESS.sub(here, text)

    def known_at(self, place: int) -> Mapping[str, Value]:
        """Return what is known at a place of the programs: first what they name shortly before it, then all else.

        COUNTED is what they read from data that count pages: `n = parseInt($(this).attr('data-page')) + 1`.
        """
        near: dict[str, Value] = {}
        known = ChainMap[str, Value](near, self.constants)
        before = self.text[max(0, place - MOST_BODY // 2) : place]
        for named in _NAMED.finditer(before):
            said = before[named.end() :]
            counts = _COUNTS.match(said)
            is_counter = counts is not None and counts_by_name(counts[1] or counts[2])
            near[named[1]] = COUNTED if is_counter else evaluated(said, known)
        return known

    @staticmethod
    def _set(known: MutableMapping[str, Value], text: str) -> None:
        """Add the names that a program gives to what it puts together, from its beginning on."""
        for found in _NAMED.finditer(text):
            if (value := evaluated(text[found.end() : found.end() + MOST_BODY], known)) is not None:
                known.setdefault(found.group(1), value)

    def _set_objects(self) -> None:
        """Add what objects of the page hold: `params.ajaxurl` of `var params = {"ajaxurl": "/tai"}`, `this.nhom`."""
        for found in islice(_OBJECT.finditer(self.text), MOST_OBJECTS):
            try:
                given, _ = literal(self.text, found.end())
            except ValueError:
                continue
            for name, value in given.items():
                if isinstance(value, str | int) and not isinstance(value, bool):
                    self.constants[f"{found.group(1)}.{name}"] = str(value)
                    self.constants.setdefault(f"this.{name}", str(value))

    def _defined(self) -> list[tuple[str, tuple[tuple[str, ...], str]]]:
        defined = []
        for found in _FUNCTION.finditer(self.text):
            name = (found.group(1) or found.group(3)).rpartition(".")[2]
            given = found.group(2) or found.group(4) or found.group(5) or ""
            parameters = tuple(part.strip() for part in given.split(",") if part.strip())
            defined.append((name, (parameters, closed_body(self.text, found.end()))))
        return defined


def _with_values(text: str, root: html.HtmlElement, url: str, pressed: Mapping[str, str]) -> str:
    """Return programs with what they read from the page in its place: `$('#ds').data('url')`, `$(this).data('cate')`.

    Of this, where nothing else is said, is the control that leads on; of the address, its query.
    """

    named: dict[str, html.HtmlElement] = {}
    asked = dict(parse_qsl(urlsplit(url).query))

    def value_of(found: re.Match[str]) -> str:
        if not named:
            named.update({element.get("id"): element for element in root.xpath("//*[@id]")})
        name, attribute = found.group(1), found.group(2) or attribute_of(found.group(3))
        if (element := named.get(name)) is not None:
            value = element.get("value" if attribute is None else attribute) or element.get(f"data-{attribute}")
            if value is not None and len(value) < MOST_BODY:
                return json.dumps(value, ensure_ascii=False)
        return found.group()

    def told(found: re.Match[str], values: Mapping[str, str]) -> str:
        value = values.get((found.group(1) or attribute_of(found.group(2)) or "").removeprefix("data-").casefold())
        return found.group() if value is None else json.dumps(value, ensure_ascii=False)

    text = _READS.sub(value_of, _with_elements(text))
    text = READS_PRESSED.sub(lambda found: told(found, pressed), text) if pressed else text
    return _READS_QUERY.sub(lambda found: told(found, asked), text) if asked else text


def attribute_of(data_name: str | None) -> str | None:
    """Return the name that stands in the page for one of `dataset`: "category-id" of `dataset.categoryId`."""
    return data_name and re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", data_name).casefold()


def _with_elements(text: str) -> str:
    """Return programs that read an element by the name they gave it as if they named it each time anew."""
    named = {found[1]: found[2] or found[3] for found in islice(_ELEMENT.finditer(text), MOST_OBJECTS)}
    if not named:
        return text
    names = "|".join(map(re.escape, named))
    return re.sub(
        rf"(?<![\w$.])({names})(?=\.(?:dataset|data|attr|getAttribute|val(?:ue)?)\b)",
        lambda found: f"document.getElementById('{named[found[1]]}')",
        text,
    )


def _pressed(root: html.HtmlElement) -> dict[str, str]:
    """Return the data that all controls of a page that lead on have in common: {"cate": "31"} of `data-cate`."""
    values: dict[str, set[str]] = {}
    for control in root.xpath("//*[@*[starts-with(name(), 'data-')]]")[:MOST_WITH_DATA]:
        texts = list(islice(control.itertext(), MOST_TEXTS))
        if len(texts) < MOST_TEXTS and leads_on(" ".join(texts)):
            for name, value in control.items():
                if name.startswith("data-") and len(value) < MOST_BODY and not counts_by_name(name):
                    values.setdefault(name.removeprefix("data-"), set()).add(value)
    return {name: held.pop() for name, held in values.items() if len(held) == 1}


def closed_body(text: str, start: int) -> str:
    """Return the text of a function up to the brace that closes it; "" where it is too long to be a small one."""
    depth = 1
    for at in range(start, min(len(text), start + MOST_BODY)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return text[start:at]
    return ""


def evaluated(
    text: str,
    known: Mapping[str, Value],
    counts: re.Pattern[str] | None = None,
    said: str = "",
) -> Value:
    """Return what words, numbers and names put together by + say; None where something is unknown.

    counts: see program_calls.counted_addresses; the number that is counted comes back as COUNTED. said: what stands
    before them, and comes back with them.
    """
    at = 0
    while True:
        if counts is not None and counts.search(said) and (operand := _OPERAND.match(text, at)):
            said, at = said + COUNTED, operand.end()
            if text[at : at + 1] != "+":
                return said
            at += 1
            continue
        part = _PART.match(text, at)
        if not part:
            return None
        words, template, number, name = part.group(1, 2, 3, 4)
        if words is not None:
            said += _literal(words)
        elif template is not None:
            filled = _filled(said, template, known, counts)
            if filled is None:
                return None
            said = filled
        else:
            value = number if number is not None else _value(name, known, said, counts)
            if value is None:
                return None
            said += value
        at = part.end()
        if text[at : at + 1] != "+":
            return said if _END.match(text, at) else None
        at += 1


def _filled(said: str, template: str, known: Mapping[str, Value], counts: re.Pattern[str] | None) -> Value:
    at = 0
    for found in _IN_TEMPLATE.finditer(template):
        said += template[at : found.start()]
        words = found.group(1).strip()
        is_literal = len(words) > 1 and words[0] == words[-1] and words[0] in "'\""
        value = _literal(words) if is_literal else _value(words, known, said, counts)
        if value is None:
            return None
        said += value
        at = found.end()
    return said + template[at:]


def _value(name: str, known: Mapping[str, Value], said: str, counts: re.Pattern[str] | None) -> Value:
    """Return what a name stands for, where said stands before it."""
    if counts is not None and counts.search(said):
        return COUNTED
    whole = name.strip("()+ ")
    name = whole.rpartition(".")[2]
    for way in (whole, name):
        if (value := known.get(way)) is not None:
            return value
    asked = _ASKED.search(said)
    if asked is None:
        return None
    return known.get(f"?{asked[1]}.{name}", known.get(f"?{asked[1]}", known.get(ANY)))


def _literal(text: str) -> str:
    return unescaped(text[1:-1]) if text[:1] in "'\"" else text


def unescaped(text: str) -> str:
    """Return words of a program as they are meant: `\\u002ftin\\u002f` is /tin/."""
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3], text)
