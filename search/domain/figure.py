"""A figure: one number that a page reports, what it measures, and the sentence that proves it."""

from dataclasses import dataclass
from decimal import Decimal

NOT_OF_THE_PROVINCE = frozenset(("of-a-project", "place-presumed"))  # notes of what is no result of the province


@dataclass(frozen=True, slots=True)
class Figure:
    """One statement of a page.

    indicator, sector: keys of indicators.toml; sector "" for the whole.
    value: exact decimal with a point, "-56" for a fall. high: upper end of a range, else "". of: b of "a/b", else "".
    approx: ">", ">=", "<", "<=" or "~" (trên, ít nhất, dưới, không quá, gần or khoảng), "" where the value is exact.
    unit: as printed; dimension: what it is a number of; amount: value in what it is counted_in (VND, USD, %, xã …), ""
    for a rank.
    measure: level; growth (against base); plan_share (per cent of base); plan_gap (above or below base); share (of a
    whole); base_share (per cent of an earlier level); rank; comparison. status: result, estimate, target or disputed.
    base: the words against which it is measured, as printed. assigned_by: of a plan, "central", "province" or "".
    period: ISO 8601: "2023", "2024-Q3", "2022-10", "2024-H1", "2018-M1/M9", "2021/2025", "../2023-09-30" (up to that
    day); "" if unknown. first, last: its days, ISO, "" where open. period_from: sentence, paragraph, text, title,
    meeting, or "".
    place: slug of a province, the words of the page for any other, "" if unknown. place_level: province, district,
    commune, region, nation, other or "".
    part: text or title; start, end: the number with its unit in that part as printed. sentence: around it, as printed.
    sure: whether nothing had to be guessed. notes: what is odd about it: "typo-year", "no-percent-sign",
    "earlier" (the first of "from A to B"), "of-a-project" (of a thing, not of the province), "currency-inferred" (USD,
    which the indicator is printed in, where none is), "shared-unit" (that of the last number of an enumeration),
    "table" (read by the headings of its column), "place-presumed" (its clause may speak of something smaller).
    """

    indicator: str
    sector: str
    value: str
    high: str
    of: str
    approx: str
    unit: str
    dimension: str
    counted_in: str
    amount: str
    measure: str
    status: str
    base: str
    assigned_by: str
    period: str
    first: str
    last: str
    period_from: str
    place: str
    place_level: str
    part: str
    start: int
    end: int
    sentence: str
    sure: bool
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What it is, in one word: target, disputed, else its measure, else (of a level) result or estimate."""
        if self.status in ("target", "disputed"):
            return self.status
        return self.status if self.measure == "level" else self.measure

    @property
    def is_of_province(self) -> bool:
        """Whether it may be shown as what a province reached."""
        return (
            self.place_level == "province"
            and self.status in ("result", "estimate")
            and self.measure != "comparison"
            and not NOT_OF_THE_PROVINCE.intersection(self.notes)
        )

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)
