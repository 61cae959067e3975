"""What the small programs of a page do when a control is pressed: go to an address, or fill in a form and send it.

Nothing is run. Read are those programs of a page that put one address together from words, numbers and what they are
called with (`function go(n){location.href='/tin?p='+n}`), or set fields of a form and send it
(`document.f.page.value=n; document.f.submit()`). Any other program stays unknown.
"""

import json
import re
from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass

from lxml import html

MOST_CHARACTERS = 200_000  # of the programs of one page
MOST_LISTS = 20  # parts of a page that say which of their pages they show
MOST_BODY = 1_500  # characters of one function: longer ones do more than to turn a page

COUNTED = "\0"  # stands for the number of a page in an address

Value = str | None  # None: known to the program alone

_FUNCTION = re.compile(
    r"(?:function\s+(\w+)\s*\(([\w\s,$]*)\)|(?<![\w.])([\w.]{1,80})\s*[=:]\s*(?:async\s*)?(?:function\s*\(([\w\s,$]*)\)|\(([\w\s,$]*)\)\s*=>))\s*\{"
)
_NAMED = re.compile(r"""\b(?:var\s|let\s|const\s|,)\s*([\w$]+)\s*=(?!=)\s*""")
_CALL = re.compile(r"\s*(?:javascript:)?\s*(?:return\s+)?([\w.]+)\s*\(([^()]*)\)")
_LOCATION = re.compile(
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
_IN_TEMPLATE = re.compile(r"\$\{([^}]*)\}")
_POSTS = re.compile(r"""\$\.post\(\s*([^,{}()]{1,200}),\s*\{([^{}]{1,300})\}""")
_FIELD = re.compile(r"""['"]?([\w-]+)['"]?\s*:\s*([^,]+)""")
_READS_ADDRESS = re.compile(
    r"""(?<!\.)(?:(?:window|document|self|top)\.){0,3}(?:location\.(?:href|(pathname))\b|document\.URL\b)(?!\s*=[^=])"""
    r"""(?:(\.split\(\s*['"]\?['"]\s*\)\[\s*0\s*\]))?"""
)
_READS = re.compile(
    r"""(?:\$\(\s*['"]#|document\.getElementById\(\s*['"])([\w-]+)['"]\s*\)\."""
    r"""(?:(?:data|attr|getAttribute)\(\s*['"]([\w-]+)['"]\s*\)|val\(\s*\)|value\b(?!\s*=[^=])|dataset\.(\w+))"""
)
_ADDRESS = re.compile(r"(?:https?:/)?/[^/\s]\S*$|\?\S+=\S*$")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a control does. address: where it leads, "" where nowhere; fields: what it sets in a form that it sends."""

    address: str = ""
    fields: tuple[tuple[str, str], ...] = ()


NOTHING = Effect()


class PagePrograms:
    """The functions and constants that a page defines itself."""

    def __init__(self, root: html.HtmlElement, url: str = "") -> None:
        """url: the address of the page, which its programs may build on."""
        texts, left = [], MOST_CHARACTERS
        for script in root.iter("script"):
            if script.get("src") or "json" in script.get("type", ""):
                continue
            text = (script.text or "")[:left]
            left -= len(text)
            texts.append(text)
        self._here = url
        self.text = self._with_address(_with_values("\n".join(texts), root))
        self.constants: dict[str, Value] = {}
        self._set(self.constants, self.text)
        self._functions = dict(self._defined())

    def effect_of(self, program: str) -> Effect:
        """Return what a program does: of `href="javascript:…"` or `onclick`."""
        if len(program) > MOST_BODY:
            return NOTHING
        program = self._with_address(program.strip().removeprefix("javascript:"))
        if effect := self._effect(program, {}):
            return effect
        for name, given in _CALL.findall(program):
            parameters, body = self._functions.get(name.rpartition(".")[2], ((), ""))
            if not body:
                continue
            values = [_evaluated(value, {}) if value.strip() else None for value in given.split(",")]
            if effect := self._effect(body, dict(zip(parameters, values, strict=False))):
                return effect
        return NOTHING

    def _effect(self, body: str, values: Mapping[str, Value]) -> Effect | None:
        own: dict[str, Value] = {}
        known = ChainMap[str, Value](own, dict(values), self.constants)
        for named in _NAMED.finditer(body):  # what stays unknown hides a name of another part of the program
            own.setdefault(named.group(1), _evaluated(body[named.end() : named.end() + MOST_BODY], known))
        fields = []
        for found in _SETS.finditer(body):
            value = _evaluated(body[found.end() :], known)
            if value is None:
                return None
            fields.append((found.group(1), value))
        if fields and _SENDS.search(body):
            return Effect(fields=tuple(fields))
        addresses = {_evaluated(body[found.end() :], known) for found in _LOCATION.finditer(body)}
        if len(addresses) == 1 and (address := addresses.pop()):
            return Effect(address)
        return None

    def _with_address(self, text: str) -> str:
        """Return a program with the address of its page in the places where it reads it."""

        def here(found: re.Match[str]) -> str:
            bare = self._here.partition("?")[0] if found.group(1) or found.group(2) else self._here
            return json.dumps(bare, ensure_ascii=False)

        return _READS_ADDRESS.sub(here, text)

    @staticmethod
    def _set(known: MutableMapping[str, Value], text: str) -> None:
        """Add the names that a program gives to what it puts together, from its beginning on."""
        for found in _NAMED.finditer(text):
            if (value := _evaluated(text[found.end() : found.end() + MOST_BODY], known)) is not None:
                known.setdefault(found.group(1), value)

    def _defined(self) -> list[tuple[str, tuple[tuple[str, ...], str]]]:
        defined = []
        for found in _FUNCTION.finditer(self.text):
            name = (found.group(1) or found.group(3)).rpartition(".")[2]
            given = found.group(2) or found.group(4) or found.group(5) or ""
            parameters = tuple(part.strip() for part in given.split(",") if part.strip())
            defined.append((name, (parameters, _body(self.text, found.end()))))
        return defined


def _with_values(text: str, root: html.HtmlElement) -> str:
    """Return programs with what they read from the page in its place: `$('#ds').data('url')`."""

    named: dict[str, html.HtmlElement] = {}

    def value_of(found: re.Match[str]) -> str:
        if not named:
            named.update({element.get("id"): element for element in root.xpath("//*[@id]")})
        name, attribute = found.group(1), found.group(2) or found.group(3)
        if (element := named.get(name)) is not None:
            value = element.get("value" if attribute is None else attribute) or element.get(f"data-{attribute}")
            if value is not None and len(value) < MOST_BODY:
                return json.dumps(value, ensure_ascii=False)
        return found.group()

    return _READS.sub(value_of, text)


def data_addresses(root: html.HtmlElement, counts: re.Pattern[str]) -> list[str]:
    """Return the addresses of second pages that the attributes of a list tell: `data-src="/tin" data-page="1"`."""
    found = []
    for element in root.xpath("//*[@data-page or @data-current-page or @data-next-page or @data-trang]")[:MOST_LISTS]:
        for name, value in element.items():
            if name.startswith("data-") and _ADDRESS.match(value):
                said = value if counts.search(value) else f"{value}{'&' if '?' in value else '?'}page="
                found.append(f"{said}2")
    return found


def counted_addresses(programs: PagePrograms, counts: re.Pattern[str], leaves_out: Callable[[str], bool]) -> list[str]:
    """Return the addresses of second pages that the programs of a page ask for by counting: `'/tin?page=' + n`.

    counts: matches the end of what stands before a number that counts pages. leaves_out: tells whether that number is
    one of entries to leave out; such a list begins with none.
    """
    found = []
    for match in re.finditer(r"""['"`](?=[^'"`\s]*[/?])""", programs.text):
        address = _evaluated(programs.text[match.start() : match.start() + 400], programs.constants, counts)
        if address and COUNTED in address:
            begins = "0" if leaves_out(address.partition(COUNTED)[0]) else "2"
            found.append(address.replace(COUNTED, begins))
    return found


def posted_parts(programs: PagePrograms, counts_pages: Callable[[str], bool]) -> list[tuple[str, dict[str, str]]]:
    """Return the addresses and fields by which programs ask for second parts: `$.post('/more', {page: n})`.

    counts_pages: tells whether a field is named like one that counts pages; there is to be one, the rest known.
    """
    found = []
    for call in _POSTS.finditer(programs.text):
        address = _evaluated(call.group(1), programs.constants)
        fields: dict[str, Value] = {}
        for name, value in _FIELD.findall(call.group(2)):
            fields[name] = "2" if counts_pages(name) else _evaluated(value, programs.constants)
        known = {name: value for name, value in fields.items() if value is not None}
        if address and len(known) == len(fields) == call.group(2).count(":") and sum(map(counts_pages, known)) == 1:
            found.append((address, known))
    return found


def _body(text: str, start: int) -> str:
    """Return the text of a function up to the brace that closes it; "" where it is too long to be a small one."""
    depth = 1
    for at in range(start, min(len(text), start + MOST_BODY)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return text[start:at]
    return ""


def _evaluated(text: str, known: Mapping[str, Value], counts: re.Pattern[str] | None = None) -> Value:
    """Return what words, numbers and names put together by + say; None where something is unknown.

    counts: see counted_addresses; the number that is counted comes back as COUNTED.
    """
    said, at = "", 0
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
        value = _value(found.group(1), known, said, counts)
        if value is None:
            return None
        said += value
        at = found.end()
    return said + template[at:]


def _value(name: str, known: Mapping[str, Value], said: str, counts: re.Pattern[str] | None) -> Value:
    """Return what a name stands for, where said stands before it."""
    if counts is not None and counts.search(said):
        return COUNTED
    name = name.strip("()+ ")
    return known.get(name.rpartition(".")[2])


def _literal(text: str) -> str:
    return unescaped(text[1:-1]) if text[:1] in "'\"" else text


def unescaped(text: str) -> str:
    """Return words of a program as they are meant: `\\u002ftin\\u002f` is /tin/."""
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3], text)
