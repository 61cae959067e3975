"""What it saves that web/ui/hot_markup.py writes HTML in Python: the same markup of a page of results as templates.

    python benchmarks/bench_markup.py --data DIR [--query WORDS]

Both are made in turns in one process; printed are the medians of the processor's time. See that module's docstring.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from werkzeug.datastructures import MultiDict

from web import create_app
from web.http.parameters import read_search
from web.http.urls import address_maker, before_query
from web.services import library
from web.ui import hot_markup
from web.ui.facets import facet_groups
from web.views.pages import pictures

MAP = """<svg class="tile-map" viewBox="0 0 {{ map.width }} {{ map.height }}" role="group" aria-label="{{ title }}">
{% for one in map.marks %}<a href="{{ page }}{{ one.query_string }}"{% if one.selected %} aria-current="true"{% endif %}
class="shade-{{ one.shade }}{{ '' if one.archived else ' empty' }}"><title>{{ one.says }}</title>
<rect x="{{ one.tile.x + 1 }}" y="{{ one.tile.y + 1 }}" width="54" height="30" rx="3"/>{% for line in one.tile.lines %}
<text x="{{ one.tile.x + 28 }}" y="{{ one.tile.y + (14 if loop.first else 25) }}">{{ line }}</text>{% endfor %}</a>
{% endfor %}</svg>"""
HITS = """{% for hit in hits %}{% set of = hit.document %}<li class="hit">
<h2 lang="vi"><a href="{{ article(of.key) }}">{{ hit.title_marked|marked }}</a></h2>
<p class="facts"><span class="place">{{ province_label(of.province_then) }}{% if of.province_now != of.province_then %}
<span class="arrow" aria-hidden="true">→</span> {{ province_label(of.province_now) }}{% endif %}</span>
{% if of.held %}<span>họp <time datetime="{{ of.held }}">{{ date_in_words(of.held) }}</time></span>{% endif %}
{% if of.published and of.published != of.held %}<span>đăng {{ date_in_words(of.published) }}</span>{% endif %}
{% if of.kind %}<span>{{ kind_label(of.kind) }}</span>{% endif %}<span>{{ names.get(of.source, of.source) }}</span>
{% if of.meeting %}<span><a href="{{ meeting(of.meeting) }}">trang cuộc họp</a></span>{% endif %}</p>
<p class="snippet" lang="vi">{{ hit.snippet|marked }}</p></li>{% endfor %}"""
FACETS = """{% macro list(choices) %}<ul>{% for one in choices %}<li><a href="{{ page }}{{ one.query_string }}"
rel="nofollow"{% if one.selected %} aria-current="true"{% endif %}><span class="label">{{ one.label }}</span>
<span class="count">{{ one.count|number }}</span></a>{% if one.children %}{{ list(one.children) }}{% endif %}</li>
{% endfor %}</ul>{% endmacro %}{% for group in groups %}{{ list(group.choices) }}{% endfor %}"""
ROUNDS, REPEATS = 9, 40


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--query", default="giải ngân")
    given = arguments.parse_args()
    app = create_app(given.data)
    with app.test_request_context("/"):
        asked = read_search(MultiDict([("q", given.query)]))
        results, coverage, names = library().results(asked), library().coverage(), library().source_names()
        groups, drawn = facet_groups(asked, results), pictures(asked, results, coverage)
        maps = (drawn["map_now"], drawn["map_then"])
        templates = app.extensions["templates"]["vi"]
        of_map, of_hits, of_facets = map(templates.from_string, (MAP, HITS, FACETS))
        links = {
            "article": address_maker("pages.article", "key"),
            "meeting": address_maker("subjects.meeting", "key"),
            "page": before_query("pages.search"),
        }

        def in_python() -> None:
            for one in maps:
                hot_markup.tile_map(one, "Bản đồ")  # type: ignore[arg-type]
            hot_markup.hit_list(results.counted, asked.here(), names)
            for group in groups:
                hot_markup.choice_list(group.choices)

        def as_templates() -> None:
            for one in maps:
                of_map.render(map=one, title="Bản đồ", **links)
            of_hits.render(hits=results.counted, names=names, **links)
            of_facets.render(groups=groups, **links)

        timed = {in_python: list[float](), as_templates: list[float]()}
        for _ in range(ROUNDS):
            for make, times in timed.items():
                times.append(milliseconds(make))
    for make, times in timed.items():
        print(f"{make.__name__:14} {median(times[1:]):.2f} ms")  # the first round warms up


def milliseconds(make: Callable[[], None]) -> float:
    began = time.process_time()
    for _ in range(REPEATS):
        make()
    return (time.process_time() - began) / REPEATS * 1000


if __name__ == "__main__":
    main()
