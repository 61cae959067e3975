"""The templates of the pages: compiled once for each language, and what they can call."""

import re
from collections.abc import Iterator
from datetime import date

from flask import Flask, current_app
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from web import facets, labels, svg
from web.language import LANGUAGES, current_language, speaking, translated


def install(app: Flask) -> None:
    for function in (
        translated,
        current_language,
        labels.date_in_words,
        labels.evidence_in_words,
        labels.moment_in_words,
        labels.health_label,
        labels.kind_label,
        labels.province_label,
    ):
        app.add_template_global(function)
    app.add_template_global(translated, "_")
    app.add_template_global(date.today, "today")
    app.add_template_global(facets.choice_list)
    app.add_template_global(svg.bars)
    app.add_template_global(svg.tile_map)
    app.add_template_filter(labels.number)
    app.add_template_filter(marked)
    app.add_template_filter(printable)
    app.add_template_filter(followable)
    app.extensions["templates"] = {language: app.jinja_env.overlay(extensions=[Texts]) for language in LANGUAGES}
    for language, templates in app.extensions["templates"].items():
        templates.extend(language=language)


def render(template: str, **values: object) -> str:
    """Return a page in the language that is spoken."""
    shown: str = current_app.extensions["templates"][current_language()].get_template(template).render(values)
    return shown


class Texts(Extension):
    """Writes the texts without values, _('Trợ giúp'), into a template as it is compiled.

    A page of results would look up a hundred of them.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        with speaking(self.environment.language):  # type: ignore[attr-defined]  # as install has extended it
            tokens = list(stream)
        at = 0
        while at < len(tokens):
            types = [token.type for token in tokens[at : at + 4]]
            if tokens[at].value == "_" and types == ["name", "lparen", "string", "rparen"]:
                text = tokens[at + 2]
                yield Token(text.lineno, "string", translated(text.value))
                at += 4
            else:
                yield tokens[at]
                at += 1


def marked(escaped_html: str) -> Markup:
    """Return an excerpt of search/snippet.py as markup: it is escaped there, and only <mark> is markup in it."""
    return Markup(escaped_html)


def printable(text: str) -> str:
    """Return text without the control characters that XML does not allow in any form."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def followable(url: str) -> str:
    """Return url if a browser may follow it (http, https), else "": a page's data must not become a script."""
    return url if url.startswith(("https://", "http://")) else ""
