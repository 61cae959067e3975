"""What the programs of a page ask for: `'/tin?page=' + n`, `$.ajax({url, data})`, `axios.get(url, {params})`, `fetch`.

Read, not run. Of a call its address and its parameters have to be known, but for the one that counts pages: what the
program says, what the page says of itself (`data-cate="31"` of the pressed button, its data), or its own query.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode

from lxml import html

from crawl.fetch.page_programs import ANY, COUNTED, PagePrograms, Value, evaluated
from crawl.fetch.pagination import before_a_counted_field, counts_by_name, leaves_out

MOST_LISTS = 20  # parts of a page that say which of their pages they show
MOST_CALLS = 60  # of one page
MOST_CALL = 4_000  # characters of one call, with what it does with the answer
MOST_ADDRESSES = 2_000  # of programs that are tried whole
MOST_ADDRESS = 400  # characters of a program that put one address together
MOST_NAME = 60  # characters of a name between two pieces of an address
LONGEST_NUMBER = 16  # digits of a number that is sent as one
MOST_TOLD = 2_000  # values of the data of a page

_ADDRESS = re.compile(r"(?:https?:/)?/[^/\s]\S*$|\?\S+=\S*$")
_CALLED = re.compile(r"(?:https?://|[/?]|[\w-]+[/.?])\S*$")  # beside a base also a name alone
_CALL = re.compile(r"(?:\.\$?(get|getJSON|post|ajax|request)|(?<![\w$.])(axios|fetch|\$http))\s*\(\s*")
_BASE = re.compile(r"""\bbaseURL\s*[:=]\s*(['"])([^'"]*)\1""")
_QUERY = re.compile(r"""^(.*?)\+[\s'"`?+]*new URLSearchParams\(\s*(\{.*\})\s*\)""", re.DOTALL)
_FIELD = re.compile(r"""\s*['"]?([\w-]+)['"]?\s*(?::\s*(.+))?$""", re.DOTALL)
_WORDS = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`""")
_COMMENT = re.compile(rf"({_WORDS.pattern})|//[^\n]*|/\*[\s\S]{0, 500}?\*/")
_MAY_BE_ADDRESS = re.compile(r"""['"`](?=[^'"`\s]*[/?])""")
_OF_INTERFACE = re.compile(r"(?:https?:/)?/\S*?(?:api|json|ajax|list|rest|danh-sach)[^<>]*$", re.IGNORECASE)
_IS_WITHIN = re.compile(r"""['"`]\s*\+\s*[\w.$()\[\]]+\s*\+\s*$""")  # the middle of '/list/' + zone + '/trang-' + n
_IS_NUMBERED = re.compile(r"""(['"])/[^'"\s]*\1\s*\+|`/[^`\s]*\$\{""")  # what names follow: '/list/' + zone + '-' + n
_UNKNOWN = "\1"  # stands for the value of a parameter that is unknown
_UNKNOWN_FIELD = re.compile(rf"([?&])[\w-]+={_UNKNOWN}&?")
_HELD = re.compile(r"""\b(\w{2,40})\s*:\s*\{[^{}]{0,200}?\b(slug|id|alias)\s*:\s*(?:"([^"\s]{1,100})"|(\d{1,10}))""")
_AS_JSON = re.compile(r"\s*JSON\.stringify\(\s*(\{.*\})\s*\)\s*$", re.DOTALL)
_JSON_TEXT = re.compile(r"""\s*(?:'\s*\{[^\n]*\}\s*'|"\s*\{[^\n]*\}\s*")\s*$""")
_PUT_IN = re.compile(r"""["']{1,2}\s*\+\s*([\w$.]+)\s*\+\s*["']{1,2}""")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Call:
    """What a program asks for. fields: its parameters, COUNTED for the number of a page, None for what is unknown.

    begins: the number that it asks for first, once the page shows its list. is_json: what is posted is sent as JSON,
    these of it as numbers.
    """

    address: str
    fields: tuple[tuple[str, Value], ...] = ()
    is_post: bool = False
    begins: str = "2"
    is_json: bool = False
    numbers: frozenset[str] = frozenset()

    @property
    def counters(self) -> list[str]:
        return [name for name, value in self.fields if value == COUNTED]

    @property
    def is_known(self) -> bool:
        return len(self.counters) == 1 and all(value is not None for _, value in self.fields)


def data_addresses(root: html.HtmlElement, counts: re.Pattern[str]) -> list[str]:
    """Return the addresses of second pages that the attributes of a list tell: `data-src="/tin" data-page="1"`."""
    found = []
    for element in root.xpath("//*[@data-page or @data-current-page or @data-next-page or @data-trang]")[:MOST_LISTS]:
        for name, value in element.items():
            if name.startswith("data-") and _ADDRESS.match(value):
                said = value if counts.search(value) else f"{value}{'&' if '?' in value else '?'}page="
                found.append(f"{said}2")
    return found


def counted_addresses(programs: PagePrograms, counts: re.Pattern[str]) -> list[str]:
    """Return the addresses of second pages that the programs of a page ask for by counting: `'/tin?page=' + n`.

    counts: matches the end of what stands before a number that counts pages. Where that is a number of entries to leave
    out, a list begins with none.
    """
    found = [
        address.replace(COUNTED, "0" if leaves_out(address.partition(COUNTED)[0]) else "2")
        for address in _put_together(programs, programs.constants, counts)
    ]
    return found + [
        _asked(call, "0" if leaves_out(f"?{call.counters[0]}=") else "")
        for call in program_calls(programs)
        if call.is_known and not call.is_post
    ]


def _put_together(programs: PagePrograms, known: Mapping[str, Value], counts: re.Pattern[str]) -> Iterator[str]:
    for match in _MAY_BE_ADDRESS.finditer(programs.text):
        if _IS_WITHIN.search(programs.text, max(0, match.start() - MOST_NAME), match.start()):
            continue
        said = programs.text[match.start() : match.start() + MOST_ADDRESS]
        address = evaluated(said, known, counts)
        if COUNTED not in (address or "") and _IS_NUMBERED.match(said):
            address = evaluated(said, programs.known_at(match.start()))
        if address and address.count(COUNTED) == 1:
            yield address


def drawn_addresses(programs: PagePrograms, counts: re.Pattern[str], *, is_bare: bool) -> list[str]:
    """Return the addresses of first pages of lists that a page draws. counts: see counted_addresses.

    is_bare: the page holds nothing else, not even a menu. Then what narrows a list in a way unknown to us is left out,
    so that it names everything; else such a list is.
    """
    if not is_bare:
        return [_asked(call, "1") for call in program_calls(programs) if call.is_known and not call.is_post]
    calls = [call for call in program_calls(programs) if not call.is_post and len(call.counters) == 1]
    addresses = _put_together(programs, {**programs.constants, ANY: _UNKNOWN}, counts)
    asked = [_UNKNOWN_FIELD.sub(r"\1", address).replace(COUNTED, "1") for address in addresses]
    return [address for address in asked if _UNKNOWN not in address] + [_asked(call, "1") for call in calls]


def whole_addresses(programs: PagePrograms) -> list[str]:
    """Return the addresses of interfaces that programs say whole: `get("/api/tin/?muc=" + el.dataset.muc)`."""
    found = []
    for match in islice(_MAY_BE_ADDRESS.finditer(programs.text), MOST_ADDRESSES):
        address = evaluated(programs.text[match.start() : match.start() + MOST_ADDRESS], programs.constants) or ""
        is_asked = "?" in address or programs.text[match.start() - 1 : match.start()] == "("
        if is_asked and _OF_INTERFACE.match(address):
            found.append(address.replace(" ", "%20"))
    return found


def posted_parts(programs: PagePrograms) -> list[tuple[str, dict[str, str | int], bool]]:
    """Return the addresses and fields by which programs ask for second parts, and whether they send them as JSON.

    `$.post('/more', {page: n})`, `fetch('/more', {method: 'POST', body: JSON.stringify({page: n})})`.

    One field is to be named like one that counts pages, the rest known.
    """
    found = []
    for call in program_calls(programs):
        if call.is_post and call.is_known:
            fields = {name: call.begins if value == COUNTED else value or "" for name, value in call.fields}
            sent = {name: int(said) if _is_number(call, name, said) else said for name, said in fields.items()}
            found.append((call.address, sent, call.is_json))
    return found


def _is_number(call: Call, name: str, said: str) -> bool:
    return call.is_json and name in call.numbers and said.isdecimal() and len(said) < LONGEST_NUMBER


def program_calls(programs: PagePrograms) -> Iterator[Call]:
    """Yield the calls in the programs of a page whose address they say."""
    bases = {base for _, base in _BASE.findall(programs.text)}
    base = bases.pop().rstrip("/") if len(bases) == 1 else ""
    for found in islice(_CALL.finditer(programs.text), MOST_CALLS):
        before = programs.text[max(0, found.start() - len("jQuery")) : found.start()]
        is_of_jquery = before.endswith(("$", "jQuery"))
        is_based = bool(base) and found.group(2) != "fetch" and not is_of_jquery
        parts = _parts(programs.text, found.end())
        call = _call(programs, found.group(1) or found.group(2), parts, found.start(), has_base=is_based)
        if call is None:
            continue
        call = replace(call, is_json=call.is_json or not is_of_jquery)
        whole = f"{base}/{call.address.lstrip('/')}" if is_based and "://" not in call.address else call.address
        yield replace(call, address=whole)


def told_by_data(documents: Iterable[Any], text: str = "") -> dict[str, str]:
    """Return what the data of a page say of it in one way alone: {"category": "thoi-su", "category.slug": …}.

    text: programs of the page, which may hold such data, too: `{category:{slug:"thoi-su"}}`.
    """
    values: dict[str, set[str]] = {}
    for name, key, words, number in _HELD.findall(text):
        values.setdefault(f"{name}.{key}", set()).add(words or number)
    waiting = [("", document) for document in documents]
    for _ in range(MOST_TOLD):
        if not waiting:
            break
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{name}.{key}" if is_scalar(held) and name else key, held) for key, held in value.items()]
            waiting += [(key, held) for key, held in value.items() if is_scalar(held) and name]
        elif isinstance(value, list):
            waiting += [("", held) for held in value[:MOST_LISTS]]
        elif is_scalar(value):
            values.setdefault(name, set()).add(str(value))
    return {name: held.pop() for name, held in values.items() if len(held) == 1}


def is_scalar(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and str(value) != ""


def _asked(call: Call, number: str = "") -> str:
    fields = {
        name: number or call.begins if value == COUNTED else value for name, value in call.fields if value is not None
    }
    return f"{call.address}{'&' if '?' in call.address else '?'}{urlencode(fields)}"


def _call(programs: PagePrograms, function: str, parts: list[str], at: int, *, has_base: bool) -> Call | None:
    """Return what a call asks for, None where its address or the names of its parameters are unknown. at: its place."""
    if not parts:
        return None
    options = _fields(parts[-1]) if parts[-1].lstrip().startswith("{") else {}
    if options is None:
        return None
    is_whole = parts[0].lstrip().startswith("{")  # $.ajax({url: …})
    written = options.get("url", "") if is_whole else parts[0]
    method = options.get("type") or options.get("method") or ("POST" if function == "post" else "GET")
    given = _written_before(
        programs.text, at, options.get("data") or options.get("params") or options.get("body") or ""
    )
    if not is_whole and not given and function in ("get", "getJSON", "post") and len(parts) > 1:
        given = _written_before(programs.text, at, parts[1])
    if query := _QUERY.match(written):
        written, given = query.groups()
    given, is_json = _sent_as_json(given)
    address = evaluated(written.strip(), programs.constants)
    if not address or not (_CALLED.match(address) or (has_base and address.isidentifier())):
        return None
    fields = _fields(given) if given.lstrip().startswith("{") else ({} if not given else None)
    if fields is None and not (fields := _fields_of_query(programs, given)):
        return None
    values = tuple((name, _value_of(programs, name, said)) for name, said in fields.items())
    counted = next((said for name, said in fields.items() if counts_by_name(name)), "")
    numbers = frozenset(name for name, said in fields.items() if said.lstrip()[:1] not in "'\"`")
    return Call(address, values, "POST" in method.upper(), _begins(programs, counted.strip()), is_json, numbers)


def _sent_as_json(given: str) -> tuple[str, bool]:
    """Return what a call sends as an object, and whether it is sent as JSON.

    `JSON.stringify({page: n})`, or written as a text: `'{"page":"' + n + '"}'`.
    """
    if found := _AS_JSON.match(given):
        return found.group(1), True
    if _JSON_TEXT.match(given):
        return _PUT_IN.sub(r"'' + \1", given.strip()[1:-1]), True
    return given, False


def _written_before(text: str, at: int, said: str) -> str:
    """Return the object that a name stands for, written in the text before a call; else what is said."""
    name = said.strip()
    if not name.isidentifier():
        return said
    before = text[max(0, at - MOST_CALL) : at]
    found = list(re.finditer(rf"\b{re.escape(name)}\s*=\s*(?=[{{'\"])", before))
    return before[found[-1].end() :] if found else said


def _begins(programs: PagePrograms, counted: str) -> str:
    """Return the number that is asked for first: what the page hands over, the one after the first page otherwise."""
    value = programs.constants.get(counted) or ""
    if "." in counted and value.isdigit():
        return value
    return "1" if value == "0" else "2"


def _value_of(programs: PagePrograms, name: str, said: str) -> Value:
    if counts_by_name(name) or leaves_out(f"?{name}="):
        return COUNTED
    asked = f"?{name}="
    value = evaluated(said.strip(), programs.constants, said=asked)
    return value.removeprefix(asked) if value is not None else None


def _fields_of_query(programs: PagePrograms, said: str) -> dict[str, str]:
    """Return the parameters of a call that are written as a text: 'cate=7&page=' + n. One of them has to count."""
    query = evaluated(said.strip(), programs.constants, before_a_counted_field(), said="?")
    if not query or query.count(COUNTED) != 1:
        return {}
    fields = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True))
    return {name: "" if value == COUNTED else json.dumps(value, ensure_ascii=False) for name, value in fields.items()}


def _fields(text: str) -> dict[str, str] | None:
    """Return the names of an object and what a program writes for each, None where not all are named."""
    found = {}
    for part in _parts(text, text.index("{") + 1):
        if not part.strip():
            continue
        if part.lstrip().startswith(("...", "async ", "[")):
            return None
        if field := _FIELD.match(part):
            found[field.group(1)] = field.group(2) or field.group(1)
    return found


def _parts(text: str, start: int) -> list[str]:
    """Return what stands between commas up to the bracket that closes, [] where it is too far away."""
    text = _COMMENT.sub(lambda found: found.group(1) or " ", text[start : start + MOST_CALL])
    parts: list[str] = []
    open_brackets: list[str] = []
    at = begin = 0
    while at < len(text):
        sign = text[at]
        if words := _WORDS.match(text, at):
            at = words.end()
            continue
        if sign in _CLOSING:
            open_brackets.append(_CLOSING[sign])
        elif sign in ")]}":
            if not open_brackets:
                return [*parts, text[begin:at]]
            open_brackets.pop()
        elif sign == "," and not open_brackets:
            parts.append(text[begin:at])
            begin = at + 1
        at += 1
    return []
