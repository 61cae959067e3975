"""A trial in words, for the operator who adds a source."""

from collections.abc import Iterator

from crawl.extraction.extract import first_day
from crawl.trial.confidence import doubts, grade
from crawl.trial.proposal import as_toml, proposed
from crawl.trial.visit import Trial, TriedPage
from search.domain import date_hints, levels, places

LINE_CHARACTERS = 110
FURNITURE_SHOWN = 4
FURTHER_SHOWN = 3
_GRADES = {"high": "cao ●●●", "medium": "vừa ●●○", "low": "thấp ●○○"}


def trial_lines(trial: Trial) -> Iterator[str]:
    """Yield what was seen, what would be stored and why, how far it can be trusted, and the table for sources.toml."""
    yield f"{trial.source.slug}: thử {trial.source.hosts[0]}; không lưu gì vào kho"
    yield f"robots.txt: {trial.robots or 'không đọc được'}"
    for url, count in trial.lists:
        yield f"trang danh sách: {url}: {count:,} bài"
    if trial.further:
        yield f"trang danh sách tiếp theo: {', '.join(trial.further[:FURTHER_SHOWN])}" + (
            f" và {len(trial.further) - FURTHER_SHOWN:,} trang khác" if len(trial.further) > FURTHER_SHOWN else ""
        )
    if trial.not_followed:
        yield f"{trial.not_followed:,} liên kết giống trang danh sách mà không theo được"
    for number, page in enumerate(trial.pages, 1):
        yield ""
        yield f"bài {number}/{len(trial.pages)}: {page.url}"
        yield from (f"    {line}" for line in _page_lines(page, trial))
    if trial.trouble:
        yield f"không xong: {trial.trouble}"
    if not trial.read:
        return
    found = doubts(trial)
    yield ""
    yield f"độ tin cậy: {_GRADES[grade(found)]}"
    yield from (f"    {doubt.why}" for doubt in found)
    yield ""
    yield "đề nghị cho sources.toml (xem lại slug, name, province, kind trước khi dùng):"
    yield ""
    yield as_toml(proposed(trial)).rstrip()


def _page_lines(page: TriedPage, trial: Trial) -> Iterator[str]:
    if page.article is None:
        yield f"không đọc được: {page.trouble}"
        return
    article = page.article
    kept = f"có, {page.verdict.reason}" if page.verdict else "có"
    yield f"lưu lại: {f'không, {page.trouble}' if page.trouble else kept}"
    yield f"nhan đề: {_cut(article.title)}"
    yield f"ngày: {_date(page)}"
    if article.lede:
        yield f"sa-pô: {_cut(article.lede)}"
    paragraphs = article.body.split("\n\n")
    yield f"thân bài: {len(paragraphs)} đoạn, {len(article.body):,} chữ cái"
    yield f"    đầu: {_cut(paragraphs[0])}"
    if len(paragraphs) > 1:
        yield f"    cuối: {_cut(paragraphs[-1])}"
    if article.byline:
        yield f"tác giả: {_cut(article.byline)}"
    level = levels.level_of(article.title.casefold(), f"{article.lede}\n{article.body}".casefold())
    yield f"cấp: {levels.labels()[level.key] if level.key else 'không rõ'}" + (
        f" (“{level.words}”)" if level.key else ""
    )
    slug = article.province or trial.source.province_on(first_day(article.printed_date, article.hints))
    yield f"tỉnh theo nguồn: {places.label(slug) if slug else 'để trống, sẽ đọc từ bài'}"
    yield f"tệp đính kèm: {len(article.attachments)}"
    if page.furniture:
        shown = "; ".join(_cut(line, 50) for line in page.furniture[:FURNITURE_SHOWN])
        yield f"bỏ ngoài: {len(page.furniture)} dòng, như {shown}"


def _date(page: TriedPage) -> str:
    assert page.article is not None
    if page.article.printed_date:
        return f"{page.article.printed_date} (dòng in trên trang)"
    hint = next(iter(date_hints.ordered(page.article.hints)), None)
    return f"{hint[1]} (từ “{hint[0]}”)" if hint else "không thấy"


def _cut(text: str, length: int = LINE_CHARACTERS) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
