"""What pages state in numbers: against truth of our own wording, real pages where they are here, and single notions."""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from benchmarks.bench_figures import SHARED, read_statements, real_statements
from benchmarks.figure_truth import MIXED, SUBJECTS, UNSEEN, Score, pages, score
from crawl.archive.archive import ArchivedArticle
from crawl.article import Article
from indexer.figures import periods
from indexer.figures.indicators import FILE, indicators
from indexer.figures.numbers import numbers_in
from indexer.interpret import interpret
from indexer.rules.figures import read_document
from search.document import Document
from search.domain.figure import Figure

SAMPLES = Path(__file__).parents[4] / "shared/samples"


@cache
def of_truth() -> Score:
    return score(pages())


def test_the_truth_is_large_enough() -> None:
    assert len(pages()) >= 120
    assert of_truth().wanted >= 400


def test_indicator_and_value() -> None:
    found = of_truth()
    assert found.right >= 0.97 * found.given, "\n".join(found.wrong)
    assert found.right >= 0.95 * found.wanted, "\n".join(found.missed)


def test_kind_period_and_place() -> None:
    found = of_truth()
    assert min(found.kind, found.place) >= 0.97 * found.right, "\n".join(found.wrong)
    assert found.period >= 0.95 * found.right, "\n".join(found.wrong)


def test_what_is_shown_as_of_a_province_is_right() -> None:
    found = of_truth()
    assert found.shown > 250
    assert found.shown_right >= 0.98 * found.shown, "\n".join(found.wrong)


@pytest.mark.parametrize(("file", "least"), [(MIXED, 400), (SUBJECTS, 380), (UNSEEN, 40)])
def test_what_whole_pages_show_as_of_a_province_is_right(file: Path, least: int) -> None:
    found = score(pages([file]))
    assert found.shown >= least
    assert found.shown_right >= 0.97 * found.shown, "\n".join(found.wrong)
    assert found.shown_right >= 0.8 * found.to_show, "\n".join(found.missed)


def test_the_statements_of_the_samples_are_read() -> None:
    if not (SHARED / "real_pages/figures.tsv").exists():
        pytest.skip("the real pages of ../shared are not here")
    read = list(read_statements([one for one in real_statements() if one.url.startswith("sample:")]))
    found = [one for one in read if one.found]
    assert len(read) > 70 and len(found) >= 0.95 * len(read)
    assert [one.statement for one in found if not (one.kind_is_right and one.place_is_right)] == []
    assert sum(one.period_is_right is not False for one in found) >= 0.95 * len(found)


@cache
def of_sample(number: str) -> tuple[Figure, ...]:
    files = sorted(SAMPLES.glob(f"{number}_*.txt"))
    if not files:
        pytest.skip("the real pages of ../shared are not here")
    article = Article(id=number, url="", title="", body=files[0].read_text(encoding="utf-8"))
    document = interpret(ArchivedArticle(article, 1, "2026-01-01T00:00:00Z", "", False, ""))
    return tuple(read_document(document).figures)


def found(number: str, indicator: str, value: str) -> Figure:
    return next(one for one in of_sample(number) if one.indicator == indicator and one.value == value)


def test_bac_kan_disbursed_a_quarter_of_its_plan() -> None:
    share = found("000", "public-investment-disbursement", "24.7")
    assert (share.measure, share.status, share.last, share.place) == ("plan_share", "result", "2024-06-30", "bac-kan")
    assert share.sentence.startswith("Tính đến hết") and "24,7% kế hoạch" in share.sentence


def test_two_plans_of_one_value_are_told_apart() -> None:
    central, provincial = found("000", "budget-revenue", "46"), found("000", "budget-revenue", "42")
    assert (central.assigned_by, provincial.assigned_by) == ("central", "province")


def test_the_targets_of_tuyen_quang_are_targets() -> None:
    for value in ("60", "90"):
        target = found("004", "public-investment-disbursement", value)
        assert target.status == "target" and target.kind == "target"
        assert not target.is_of_province


def test_the_growth_of_bac_giang_is_an_estimate() -> None:
    growth = found("003", "grdp", "13.45")
    assert (growth.measure, growth.status, growth.period) == ("growth", "estimate", "2023")
    assert (growth.place, growth.place_level) == ("bac-giang", "province")


def test_a_district_is_no_province() -> None:
    assert {one.place for one in of_sample("004") if one.value in ("2700", "2100", "31") and one.unit == "tỷ đồng"} == {
        "huyện Sơn Dương"
    }


def test_an_impossible_year_is_flagged_and_not_mended() -> None:
    growth = found("004", "exports", "5")
    assert growth.notes == ("typo-year",)
    assert "2029" in growth.base


def test_offsets_point_at_the_words_as_printed() -> None:
    document = Document(id="a", key="", url="", title="Mẫu", text="Uỷ ban báo cáo: thu ngân sách đạt 1.510,5 tỷ đồng.")
    (one,) = read_document(document).figures
    assert document.text[one.start : one.end] == "1.510,5 tỷ đồng"
    assert (one.value, one.unit, one.amount) == ("1510.5", "tỷ đồng", "1510500000000")


@pytest.mark.parametrize(
    ("words", "value", "approx", "unit"),
    [
        ("1.510 người", "1510", "", "người"),
        ("13,45%", "13.45", "", "%"),
        ("7.19%", "7.19", "", "%"),
        ("8.971,238 tỷ đồng", "8971.238", "", "tỷ đồng"),
        ("1,020,000 người", "1020000", "", "người"),
        ("trên 2.430 tỷ đồng", "2430", ">", "tỷ đồng"),
        ("gần 48%", "48", "~", "%"),
        ("dưới 3%", "3", "<", "%"),
        ("ít nhất 35%", "35", ">=", "%"),
        ("không quá 5%", "5", "<=", "%"),
        ("10% trở lên", "10", ">=", "%"),
        ("1,9 tỉ đô la Mỹ", "1.9", "", "tỉ đô la mỹ"),
    ],
)
def test_numbers(words: str, value: str, approx: str, unit: str) -> None:
    (number,) = numbers_in(words.lower(), 0, len(words))
    assert (number.value, number.approx, number.unit.strip()) == (Decimal(value), approx, unit)


def test_ranges_and_pairs() -> None:
    (grown,) = numbers_in("tăng 8-8,5%", 0, 11)
    assert (grown.value, grown.high) == (Decimal(8), Decimal("8.5"))
    (communes,) = numbers_in("108/126 xã", 0, 10)
    assert (communes.value, communes.of) == (Decimal(108), Decimal(126))


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("6 tháng đầu năm 2024", "2024-H1"),
        ("sáu tháng cuối năm", "2024-H2"),
        ("9 tháng năm 2018", "2018-M1/M9"),
        ("quý iii/2022", "2022-Q3"),
        ("tháng 10/2022", "2022-10"),
        ("đến hết quý 3/2020", "../2020-09-30"),
        ("tính đến ngày 27/11/2023", "../2023-11-27"),
        ("đến 30/9", "../2024-09-30"),
        ("đến hết tháng 6", "../2024-06-30"),
        ("giai đoạn 2021 - 2025", "2021/2025"),
        ("năm 2023", "2023"),
        ("đến nay", "../2024-07-05"),
    ],
)
def test_periods(words: str, key: str) -> None:
    (mention,) = periods.mentions(words, 0, len(words))
    period = mention.period(2024, "2024-07-05")
    assert period is not None and period.key == key


def test_the_indicators_are_complete() -> None:
    known = indicators()
    assert len(known) >= 40
    for one in known.values():
        assert one.vi and one.en and one.unit and one.reference, one.key
        assert one.better in ("more", "less", "neither"), one.key
        assert set(one.confused) <= set(known), one.key
        assert {one.in_usd, one.then_money, one.otherwise} - {""} <= set(known), one.key


def test_every_indicator_says_what_it_is_taken_for() -> None:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))["indicator"]
    assert [one["key"] for one in tables if "confused" not in one or one["key"] in one["confused"]] == []
    assert sum(not one["confused"] for one in tables) <= 15  # those near nothing


def figures_of(text: str, held: str = "2023-12-08") -> tuple[Figure, ...]:
    document = Document(id="a", key="", url="", title="", text=text, province_then="son-la", held=held)
    return tuple(read_document(document).figures)


def read_sentence(text: str) -> list[tuple[str, str, str]]:
    return [(one.indicator, one.value, one.kind) for one in figures_of(text)]


def test_numbers_that_are_not_as_many_as_what_was_named_are_left_out() -> None:
    told = "Kim ngạch xuất khẩu, thu ngân sách lần lượt tăng 12,5%, 8,1% và 3,4%."
    assert read_sentence(told) == []


def test_a_branch_within_another_subject_is_none_of_the_economy() -> None:
    assert read_sentence("Lao động khu vực dịch vụ tăng 7,3%, số trang trại khu vực nông nghiệp tăng 2,2%.") == []


def test_an_amount_for_one_person_is_not_of_the_whole_economy() -> None:
    assert read_sentence("GRDP của tỉnh đạt 64,5 triệu đồng.") == [("grdp-per-head", "64.5", "result")]


def test_the_currency_of_trade_is_inferred_and_said_so() -> None:
    document = Document(id="a", key="", url="", title="", text="Xuất khẩu đạt 7,1 tỷ, tăng 4%.", province_then="son-la")
    level = read_document(document).figures[0]
    assert (level.counted_in, level.sure) == ("USD", False)
    assert "currency-inferred" in level.notes


def test_what_follows_an_estimate_of_a_year_that_is_not_over_is_estimated() -> None:
    told = (
        "Năm 2023, tổng thu ngân sách ước đạt 7.250 tỷ đồng, bằng 93% dự toán HĐND giao bởi thị trường đất trầm lắng; "
        "thu nội địa chiếm 81,4%; đến nay giải ngân vốn đầu tư công đạt 68% kế hoạch."
    )
    read = {one.value: (one.status, one.base) for one in figures_of(told)}
    assert read == {
        "7250": ("estimate", ""),
        "93": ("estimate", "dự toán HĐND giao"),
        "81.4": ("estimate", ""),
        "68": ("result", "kế hoạch"),
    }


def test_those_for_whom_delegates_stand_are_no_part_of_the_unit() -> None:
    told = "Dự hội nghị có 264 đại biểu đại diện cho hơn 51.000 đảng viên."
    document = Document(
        id="a", key="", url="", title="", text=told, province_then="son-la", held="2025-10-08", kind="bch"
    )
    units = [(one.indicator, one.unit) for one in read_document(document).figures]
    assert units == [("delegates", "đại biểu"), ("party-members", "đảng viên")]


def test_a_share_of_an_estimate_is_estimated_also_when_its_period_is_over() -> None:
    told = "6 tháng đầu năm 2024, tổng thu ngân sách ước đạt 3.150 tỷ đồng; thu nội địa chiếm 77,9%."
    assert [one.status for one in figures_of(told, held="2024-07-09")] == ["estimate", "estimate"]


@pytest.mark.parametrize(
    ("committee", "place"),
    [
        ("Huyện ủy Vân Sơn", "huyện Vân Sơn"),
        ("Thị ủy Vân Sơn", "thị xã Vân Sơn"),
        ("Quận ủy Vân Sơn", "quận Vân Sơn"),
        ("Xã ủy Vân Sơn", "xã Vân Sơn"),
        ("Phường ủy Vân Sơn", "phường Vân Sơn"),
    ],
)
def test_what_the_committee_of_a_unit_does_is_of_that_unit(committee: str, place: str) -> None:
    told = f"Năm 2023, {committee} đã kết nạp 12 đảng viên."
    assert [(one.value, one.place) for one in figures_of(told)] == [("12", place)]


@pytest.mark.parametrize("words", ["giảm 5 - 7%", "giảm từ 5 đến 7%"])
def test_both_ends_of_a_fall_have_its_sign(words: str) -> None:
    (one,) = figures_of(f"Năm 2023, xuất khẩu của tỉnh {words}.")
    assert (one.value, one.high, one.measure) == ("-5", "-7", "growth")


def test_houses_that_were_replaced_are_counted() -> None:
    (one,) = figures_of("Năm 2023, tỉnh đã xóa 733 nhà tạm.")
    assert (one.indicator, one.value, one.is_of_province) == ("temporary-houses", "733", True)


@pytest.mark.parametrize(
    ("told", "periods"),
    [
        ("Trước hợp nhất, tỉnh có 104 xã đạt chuẩn nông thôn mới.", [""]),
        (
            "Nhiệm kỳ 2015 - 2020, GRDP tăng 8%/năm; thu ngân sách năm 2020 đạt 4.100 tỷ; kết nạp 9.800 đảng viên.",
            ["2015/2020", "2020", ""],
        ),
    ],
)
def test_a_period_that_may_be_that_of_another_clause_is_left_open(told: str, periods: list[str]) -> None:
    assert [one.period for one in figures_of(f"Sơ kết năm 2023. {told}")] == periods
