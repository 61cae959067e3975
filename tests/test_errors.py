"""Errors: one root, and the same said in both languages of the pages."""

import ast
import pickle
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawl.errors import ArchiveError
from search.errors import BadRequest, HoinghiError, IndexBusy, IndexMissing, IndexUnavailable

ROOT = Path(__file__).parents[1]
PRODUCT = [file for room in ("crawl", "indexer", "search", "web") for file in (ROOT / room).rglob("*.py")]
NOT_VALUES = {"code", "parameter"}


def raised() -> Iterator[tuple[str, set[str]]]:
    """Give (code, names of its values) of each error that has a code."""
    for file in PRODUCT:
        module = ast.parse(file.read_text(encoding="utf-8"))
        named = {
            target.id: assigned.value
            for assigned in module.body
            if isinstance(assigned, ast.Assign)
            for target in assigned.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
                code = given.get("code")
                if isinstance(code, ast.Name):
                    code = named.get(code.id)
                if isinstance(code, ast.Constant) and isinstance(code.value, str) and code.value:
                    yield code.value, set(given) - NOT_VALUES or {"value"}


def vietnamese() -> dict[str, str]:
    tables = tomllib.loads((ROOT / "web/translations/errors.toml").read_text(encoding="utf-8"))
    return {code: text for table in tables.values() for code, text in table.items()}


def test_each_code_is_translated_and_each_translation_is_of_a_code() -> None:
    codes = {code for code, _ in raised()}
    assert codes == vietnamese().keys()
    assert len(codes) > 20


def test_a_translation_takes_no_value_that_its_error_lacks() -> None:
    texts = vietnamese()
    for code, values in raised():
        taken = {name for _, name, _, _ in string.Formatter().parse(texts[code]) if name}
        assert taken <= values, code


def test_all_errors_that_a_user_sees_have_one_root() -> None:
    for error in (ArchiveError, BadRequest, IndexBusy, IndexMissing, IndexUnavailable):
        assert issubclass(error, HoinghiError)


@pytest.mark.parametrize("trouble", [IndexBusy, IndexUnavailable])
def test_an_index_that_is_busy_or_silent_is_not_missing(trouble: type[HoinghiError]) -> None:
    assert not issubclass(trouble, IndexMissing)


def test_an_error_says_its_values_and_crosses_processes() -> None:
    error = IndexMissing("no index at {location}", code="index-missing", location="/tmp/{x}")
    assert (str(error), error.code, error.values) == ("no index at /tmp/{x}", "index-missing", {"location": "/tmp/{x}"})
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.code) == (str(error), "index-missing")
    assert str(IndexMissing("braces {stay} without values")) == "braces {stay} without values"
