"""The templates of the pages: compiled once for each language, and what they can call."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date

from flask import Flask, Response, current_app, make_response, request
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from search.document import Results
from web.ui import fates, hot_markup, labels, meaning_words, passages
from web.ui.language import LANGUAGES, current_language, speaking, translated

INCLUDED = re.compile(r'(?:^[ \t]*)?\{% include "(?P<name>[^"]+)" %\}(?P<end>\n?)', re.MULTILINE)


def install(app: Flask) -> None:
    for function in (
        translated,
        current_language,
        labels.date_in_words,
        labels.evidence_in_words,
        labels.moment_in_words,
        labels.health_label,
        labels.left_out_in_words,
        labels.trouble_in_words,
        labels.kind_label,
        labels.level_label,
        labels.year_grade_label,
        labels.unknown_year_in_words,
        fates.fate_label,
        fates.edit_in_words,
        fates.edited_in_words,
        fates.gone_in_words,
        labels.province_label,
    ):
        app.add_template_global(function)
    app.add_template_global(translated, "_")
    app.add_template_global(date.today, "today")
    app.add_template_global(hot_markup.choice_list)
    app.add_template_global(kept_part)
    app.add_template_global(meaning_words.meaning_in_words)
    app.add_template_global(near_in_meaning)
    app.add_template_global(hot_markup.dates)
    app.add_template_global(hot_markup.hit_list)
    app.add_template_global(hot_markup.place)
    app.add_template_global(hot_markup.bars)
    app.add_template_global(hot_markup.shades)
    app.add_template_global(hot_markup.tile_map)
    app.add_template_filter(passages.shortened)
    app.add_template_filter(labels.number)
    app.add_template_filter(marked)
    app.add_template_filter(printable)
    app.add_template_filter(followable)
    app.extensions["templates"] = {language: app.jinja_env.overlay(extensions=[Texts, Parts]) for language in LANGUAGES}
    app.extensions["kept_parts"] = {}
    for language, templates in app.extensions["templates"].items():
        templates.extend(language=language)


def render(template: str, **values: object) -> str:
    """Return a page in the language that is spoken."""
    shown: str = current_app.extensions["templates"][current_language()].get_template(template).render(values)
    return shown


def page(template: str, **values: object) -> Response:
    """Render a page with an ETag, so that an unchanged one is not sent twice."""
    response = make_response(render(template, **values))
    response.cache_control.no_cache = True  # kept by the browser, asked for again: an index may change at any time
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def near_in_meaning(results: Results) -> Markup:
    """Return the list of pages that only meaning finds: in English where the query is not in Vietnamese."""
    with speaking("en") if results.reads_english else nullcontext():
        return Markup(render("_near.html", results=results))


def kept_part(template: str) -> Markup:
    """Return a part of a page that is the same on all pages of a language, made once."""
    parts: dict[tuple[str, str, str], Markup] = current_app.extensions["kept_parts"]
    key = (template, current_language(), request.root_path)
    if key not in parts:
        parts[key] = Markup(render(template))
    return parts[key]


class Texts(Extension):
    """Writes the texts without values, _('Trợ giúp'), into a template as it is compiled.

    A page of results would look up a hundred of them.
    """

    def filter_stream(self, stream: TokenStream) -> list[Token]:
        with speaking(self.environment.language):  # type: ignore[attr-defined]  # install has extended it
            return list(_with_texts(list(stream)))


class Parts(Extension):
    """Puts the parts of a page, {% include "_pager.html" %}, into a template as it is compiled.

    A page of results has seven; to make a context for each takes a fiftieth of its time.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return INCLUDED.sub(self._part, source)

    def _part(self, found: re.Match[str]) -> str:
        """Return the source of an included template as it has to stand in place of its {% include %}.

        {##}, an empty comment, drops the end of the line behind it (trim_blocks): before the part, so that the part
        begins on a line of its own and lstrip_blocks drops its indent as in its file; after it, as {% include %} does.
        """
        environment = self.environment
        assert environment.loader
        source, _, _ = environment.loader.get_source(environment, found["name"])
        whole = self.preprocess(source.removesuffix("\n"), found["name"])
        return f"{{##}}\n{whole}{'{##}' if found['end'] else ''}{found['end']}"


def _with_texts(tokens: list[Token]) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        call = tokens[at : at + 4]
        if call[0].value == "_" and [token.type for token in call] == ["name", "lparen", "string", "rparen"]:
            yield Token(call[2].lineno, "string", translated(call[2].value))
            at += 4
        else:
            yield tokens[at]
            at += 1


def marked(escaped_html: str) -> Markup:
    """Return an excerpt of search/highlight/snippet.py as markup: escaped there; only <mark> is markup in it."""
    return Markup(escaped_html)


def printable(text: str) -> str:
    """Return text without the control characters that XML does not allow in any form."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def followable(url: str) -> str:
    """Return url if a browser may follow it (http, https), else "": a page's data must not become a script."""
    return url if url.startswith(("https://", "http://")) else ""
