"""How each source fared in its latest crawls, read from the archive's runs."""

from dataclasses import dataclass

from crawl.archive import Archive

RUNS_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class SourceState:
    """tried, succeeded: ISO times of the latest run and the latest without an error, "" for never."""

    slug: str
    name: str
    province: str
    articles: int
    tried: str
    succeeded: str
    trouble: str


def source_states(archive: Archive, counts: dict[str | int, int]) -> list[SourceState]:
    """Return the sources of the archive, those in trouble first. counts: indexed documents per source."""
    states = []
    for source in archive.sources():
        runs = archive.runs(source.slug, RUNS_LOOKED_AT)
        good = next((run for run in runs if run.finished_at and not run.error), None)
        states.append(
            SourceState(
                slug=source.slug,
                name=source.name,
                province=source.province,
                articles=counts.get(source.slug, 0),
                tried=runs[0].started_at if runs else "",
                succeeded=good.finished_at if good else "",
                trouble=runs[0].error if runs else "",
            )
        )
    return sorted(states, key=lambda state: (not state.trouble, state.name))
