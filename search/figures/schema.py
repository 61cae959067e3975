"""The tables of figures.db, which describe themselves: others open it with SQLite or Datasette.

It is derived: without it, or with another version of it, `hoinghi index` reads every page anew.
"""

FILE = "figures.db"
VERSION = 2  # raised with each change of the tables

TABLES = """
CREATE TABLE indicators (
    key TEXT PRIMARY KEY, position INTEGER NOT NULL, vi TEXT NOT NULL, en TEXT NOT NULL, dimension TEXT NOT NULL,
    unit TEXT NOT NULL, percent TEXT NOT NULL, nature TEXT NOT NULL, better TEXT NOT NULL, reference TEXT NOT NULL,
    names TEXT NOT NULL, confused TEXT NOT NULL
);
CREATE TABLE sectors (key TEXT PRIMARY KEY, vi TEXT NOT NULL, en TEXT NOT NULL);
CREATE TABLE pages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE, url TEXT NOT NULL,
    title TEXT NOT NULL, source TEXT NOT NULL, province_then TEXT NOT NULL, province_now TEXT NOT NULL,
    day TEXT NOT NULL, meeting TEXT NOT NULL, version INTEGER NOT NULL, fetched_at TEXT NOT NULL, sha256 TEXT NOT NULL,
    with_numbers INTEGER NOT NULL, named INTEGER NOT NULL, understood INTEGER NOT NULL
);
CREATE TABLE figures (
    number INTEGER PRIMARY KEY, page INTEGER NOT NULL REFERENCES pages (number), statement TEXT NOT NULL,
    indicator TEXT NOT NULL, sector TEXT NOT NULL, value TEXT NOT NULL, high TEXT NOT NULL, "of" TEXT NOT NULL,
    approx TEXT NOT NULL, unit TEXT NOT NULL, dimension TEXT NOT NULL, counted_in TEXT NOT NULL, amount TEXT NOT NULL,
    measure TEXT NOT NULL, status TEXT NOT NULL, kind TEXT NOT NULL, base TEXT NOT NULL, assigned_by TEXT NOT NULL,
    period TEXT NOT NULL, "first" TEXT NOT NULL, "last" TEXT NOT NULL, period_from TEXT NOT NULL,
    place TEXT NOT NULL, place_now TEXT NOT NULL, place_level TEXT NOT NULL, part TEXT NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, sentence TEXT NOT NULL, sure INTEGER NOT NULL,
    of_province INTEGER NOT NULL, notes TEXT NOT NULL
);
CREATE INDEX figures_by_indicator ON figures (indicator, "last" DESC);
CREATE INDEX figures_by_statement ON figures (statement);
CREATE INDEX figures_by_page ON figures (page, part DESC, "start");
CREATE INDEX figures_by_place ON figures (place, indicator);
CREATE INDEX figures_by_place_now ON figures (place_now, indicator);
CREATE INDEX pages_by_meeting ON pages (meeting) WHERE meeting <> '';
CREATE TABLE data_dictionary ("table" TEXT NOT NULL, "column" TEXT NOT NULL, meaning TEXT NOT NULL);
CREATE TABLE state (version INTEGER NOT NULL, engine TEXT NOT NULL);
"""
NAMES = ("indicators", "sectors", "figures", "pages", "data_dictionary", "state")

# What each column of an export means; the same words stand in the table data_dictionary.
FIGURE_MEANINGS = {
    "statement": "Digest of what is stated; the same on every page that states it",
    "indicator": "Key of the indicator, see the table indicators",
    "sector": "Branch of the economy or item that the value is of; empty: the whole",
    "value": "Exact decimal, with a point; negative for a fall",
    "high": "Upper end of a range; empty otherwise",
    "of": "b of a/b (108 of 126 communes); empty otherwise",
    "approx": '> "trên"; >= "ít nhất"; < "dưới"; <= "không quá"; ~ "gần" or "khoảng"; empty: exact',
    "unit": "Unit as printed",
    "dimension": "money, money_per_head, percent, points (of per cent), times, count, mass, yield, score; empty: rank",
    "counted_in": "What amount counts: VND, USD, %, pp, times, tonnes, or the noun",
    "amount": 'value in what it is counted in: "405 nghìn tỷ đồng" is 405000000000000 VND',
    "measure": "level; growth; plan_share (per cent of a plan); plan_gap (above or below a plan); share (of a whole); "
    "base_share (per cent of an earlier level); rank; comparison (with others)",
    "status": 'result; estimate ("ước"); target (plan, aim, promise); disputed',
    "kind": "status for a level or a target, else measure",
    "base": "The words against which it is measured, as printed",
    "assigned_by": "Who assigned the plan: central, province, or empty",
    "period": "ISO 8601: 2023, 2024-H1, 2024-Q3, 2022-10, 2018-M1/M9, 2021/2025, ../2023-09-30 (up to that day)",
    "first": "First day of the period, empty where it is open",
    "last": "Last day of the period",
    "period_from": "Where the period was read: sentence, paragraph, text, title, meeting",
    "place": 'Slug of the province at that time, else the words of the page ("huyện …", "cả nước"); empty: unknown',
    "place_now": "Slug of the province of today in which that province lies",
    "place_level": "province, district, commune, region, nation, other; empty: unknown",
    "part": "title or text of the page",
    "start": "Offset of the number in that part as printed, in characters",
    "end": "Offset where its unit ends",
    "sentence": "The sentence, as printed",
    "sure": "1 where nothing was guessed",
    "of_province": "1 where it may be shown as what a province reached: no target, no district, nothing disputed",
    "notes": "typo-year, no-percent-sign, earlier (first of a change), of-a-project, place-presumed, "
    "currency-inferred, shared-unit, table; separated by blanks",
}
PAGE_MEANINGS = {
    "key": "Short name of the page: its permalink is /bai/<key>",
    "day": "Day of the meeting, else of the publication, as far as known",
    "with_numbers": "Sentences with a number",
    "named": "Of these, sentences that name an indicator or what it counts",
    "understood": "Of these, sentences that gave at least one figure",
}
