"""Sample articles as TOML files: their fields in a fixed order, so that the same article gives the same bytes."""

import json
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

FIELDS = (
    "sample",
    "site",
    "id",
    "slug",
    "title",
    "section",
    "published",
    "held",
    "year",
    "province_then",
    "province_now",
    "kind",
    "ordinal",
    "term",
    "chair",
    "document_numbers",
    "people",
    "oddities",
    "captions",
    "byline",
    "reprint_of",
    "composed",
    "lede",
    "body",
)
DEFAULTS: dict[str, Any] = {
    "section": "",
    "held": "",
    "kind": "",
    "ordinal": 0,
    "term": "",
    "chair": "",
    "document_numbers": [],
    "people": [],
    "oddities": [],
    "captions": [],
    "byline": "",
    "reprint_of": "",
    "lede": "",
}
MERGER = "2025-07-01"  # first day of the 34 units (202/2025/QH15)


def slug(title: str) -> str:
    """Return the words of a title as they stand in a URL: lower case, no marks, hyphens, at most 16 words."""
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d").replace("ð", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return "-".join(words[:16])


def complete(article: dict[str, Any], places: dict[str, Any]) -> None:
    """Fill in what follows from the other fields: slug, year (of held, else of published), today's province."""
    for name, value in DEFAULTS.items():
        article.setdefault(name, value if not isinstance(value, list) else list(value))
    article.setdefault("slug", slug(article["title"]))
    article["year"] = int((article["held"] or article["published"])[:4])
    then = article["province_then"]
    article["province_now"] = places[then]["now"] if then else ""


def syllables(article: dict[str, Any]) -> int:
    """Return the number of written words (syllables in Vietnamese) of title, lede and body."""
    text = " ".join((article["title"], article["lede"], article["body"]))
    return sum(any(c.isalnum() for c in word) for word in text.split())


def dump(article: dict[str, Any]) -> str:
    """Return the article as TOML, in the order of FIELDS; an `[[edit]]` (what the site corrected later) comes last."""
    lines = [f"{name} = {_value(name, article[name])}" for name in FIELDS if name != "reprint_of" or article[name]]
    for edit in article.get("edit", []):
        lines += ["", "[[edit]]", *(f"{name} = {_value(name, edit[name])}" for name in ("at", "find", "replace"))]
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    return text


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if name in ("lede", "body") and value:
        return f'"""\n{value}"""'
    if name == "captions" and value:
        return "[\n" + "".join(f"  {json.dumps(item, ensure_ascii=False)},\n" for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def write(root: Path, article: dict[str, Any]) -> Path:
    """Write <root>/<site>/<id>-<slug>.toml and return its path; an older file of the same id is replaced."""
    folder = root / article["site"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{article['id']}-{article['slug']}.toml"
    for old in folder.glob(f"{article['id']}-*.toml"):
        if old != path:
            old.unlink()
    path.write_text(dump(article), encoding="utf-8")
    return path
