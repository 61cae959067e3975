"""Import of every kind of file, with bad files among good ones; ids, provinces, and the same files a second time."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from crawl.archive.archive import Archive, ArchivedArticle
from crawl.archive.database import CAPTURES
from crawl.archive.warc import SentRequest, WarcWriter
from crawl.errors import ArchiveError, ImportFailed
from crawl.fetch.crawler import crawl
from crawl.fetch.limits import Limits
from crawl.fetch.progress import no_progress
from crawl.importing.importer import import_paths
from crawl.registry.sources import Source, load_sources
from tests.crawl.sites.serve import SampleSites

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
NOTE = """Hội nghị Tỉnh ủy lần thứ 12

Sáng 5/7, Tỉnh ủy Mẫu họp.

Hội nghị thống nhất ba nội dung."""
PAGE = """<html><head><title>Hội nghị lần thứ 7</title></head><body><h1>Hội nghị lần thứ 7</h1>
<p>15:34 01/12/2023</p>
<p>Sáng 1/12, Ban Chấp hành Đảng bộ tỉnh tổ chức hội nghị lần thứ 7 bàn nhiệm vụ phát triển kinh tế - xã hội.</p>
<p>Các đại biểu thảo luận về giải ngân vốn đầu tư công, công tác cán bộ và chương trình làm việc toàn khóa.</p>
</body></html>"""
URL = "https://baomau.vn/hoi-nghi-7.html"


def imported(data: Path) -> dict[str, ArchivedArticle]:
    with Archive(data, read_only=True) as archive:
        return {archived.article.id: archived for archived in archive.articles()}


def write_warc(directory: Path) -> Path:
    writer = WarcWriter(directory)
    html = {"Content-Type": "text/html; charset=utf-8"}
    place = writer.write_response(URL, 200, html, PAGE.encode(), "2023-12-01T09:00:00Z", SentRequest({}))
    packed = {**html, "Content-Encoding": "gzip"}
    writer.write_response(URL + "?2", 200, packed, gzip.compress(PAGE.encode()), "2023-12-01T09:00:01Z")
    writer.write_response(URL + "?3", 404, html, b"<h1>404</h1>", "2023-12-01T09:00:02Z")
    writer.write_response(
        "https://baomau.vn/robots.txt", 200, {"Content-Type": "text/plain"}, b"Allow: /", "2023-12-01"
    )
    writer.write_response("https://baomau.vn/logo.png", 200, {"Content-Type": "image/png"}, b"\x89PNG", "2023-12-01")
    writer.close()
    return directory / place.file


def test_a_folder_gives_ids_relative_to_itself_and_a_file_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "Văn bản"
    (folder / "2023").mkdir(parents=True)
    (folder / "2023" / "bài.txt").write_text(NOTE, encoding="utf-8")
    (folder / ".hidden.txt").write_text(NOTE, encoding="utf-8")
    alone = tmp_path / "riêng.txt"
    alone.write_text(NOTE, encoding="utf-8")
    summary = import_paths([folder, alone], tmp_path / "data")
    assert (summary.read, summary.new, summary.failed) == (2, 2, 0)
    assert sorted(imported(tmp_path / "data")) == ["2023/bài.txt", "riêng.txt"]


def test_the_bytes_of_a_file_are_kept(tmp_path: Path) -> None:
    (tmp_path / "bài.txt").write_text(NOTE, encoding="utf-8")
    import_paths([tmp_path / "bài.txt"], tmp_path / "data")
    with Archive(tmp_path / "data", read_only=True) as archive:
        [capture] = archive.captures()
        assert archive.body(capture.id) == NOTE.encode()
        [archived] = archive.articles()
    assert archived.sha256 == capture.sha256
    assert archived.article.title == "Hội nghị Tỉnh ủy lần thứ 12"
    assert archived.article.lede == "Sáng 5/7, Tỉnh ủy Mẫu họp."
    assert archived.article.body == "Hội nghị thống nhất ba nội dung."


def test_the_same_folder_again_adds_nothing_and_an_edited_file_one_version(tmp_path: Path) -> None:
    folder, data = tmp_path / "in", tmp_path / "data"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"{NOTE}\n\nSố {number}.", encoding="utf-8")
    import_paths([folder], data)
    size = sum(path.stat().st_size for path in (data / CAPTURES).iterdir())
    again = import_paths([folder], data)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    assert sum(path.stat().st_size for path in (data / CAPTURES).iterdir()) == size
    (folder / "1.txt").write_text(f"{NOTE}\n\nĐã sửa.", encoding="utf-8")
    edited = import_paths([folder], data)
    assert (edited.new, edited.changed, edited.unchanged) == (0, 1, 2)
    assert {name: archived.version for name, archived in imported(data).items()} == {"0.txt": 1, "1.txt": 2, "2.txt": 1}


def test_bad_files_are_skipped_with_why_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a-tot.txt").write_text(NOTE, encoding="utf-8")
    (folder / "b-rong.txt").write_bytes(b" \n")
    (folder / "c-nhi-phan.txt").write_bytes(bytes(range(256)) * 10)
    (folder / "d-hong.pdf").write_bytes(b"%PDF-1.7\nhong")
    (folder / "e-hong.docx").write_bytes(b"PK\x03\x04hong")
    (folder / "f-anh.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "g-trong.html").write_text("<html><body></body></html>", encoding="utf-8")
    (folder / "h-thieu.txt").symlink_to(folder / "khong-co.txt")
    (folder / "i-gzip-hong.jsonl.gz").write_bytes(b"\x1f\x8bhong")
    (folder / "z-tot.txt").write_text(NOTE + " Và.", encoding="utf-8")
    summary = import_paths([folder], tmp_path / "data")
    assert sorted(imported(tmp_path / "data")) == ["a-tot.txt", "z-tot.txt"]
    reasons = {Path(place).name: why for place, why in summary.skipped}
    assert reasons["b-rong.txt"] == "it is empty"
    assert "zero bytes" in reasons["c-nhi-phan.txt"]
    assert "damaged" in reasons["d-hong.pdf"]
    assert "damaged" in reasons["e-hong.docx"]
    assert "not of a kind that can be imported (.txt" in reasons["f-anh.jpg"]
    assert "title" in reasons["g-trong.html"]
    assert "damaged" in reasons["i-gzip-hong.jsonl.gz"]
    assert len(reasons) == 7
    assert "7 skipped:" in str(summary)


def test_json_lines_follow_the_rules_of_ids_and_bad_lines_are_named(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "n1", "url": URL, "title": "Một", "text": "Đoạn một.\nĐoạn hai."}, ensure_ascii=False),
        json.dumps({"url": URL, "title": "Hai", "text": "Nội dung.", "published": "2023-12-01", "source": "bao-mau"}),
        json.dumps({"id": 3, "title": "", "text": "Ngày 5/7, Tỉnh ủy họp. Câu sau.", "province": "Tỉnh Bắc Giang"}),
        "",
        '{"title": "không id", "text": "x"}',
        '{"id": "n5", "title": "", "text": " "}',
        '{"id": "n6", "title": ["x"], "text": "y"}',
        "[1, 2]",
        '{"id": "n7", "text": "cắt',
        '{"id": "n8", "title": "Tám", "text": "y", "province": "???"}',
    ]
    path = tmp_path / "bai.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    summary = import_paths([path], tmp_path / "data", province="thai-nguyen")
    found = imported(tmp_path / "data")
    assert sorted(found) == ["3", URL, "n1"]
    assert found["n1"].article.body == "Đoạn một.\n\nĐoạn hai."
    assert found["n1"].article.province == "thai-nguyen"
    assert found[URL].article.hints == (("import", "2023-12-01"),)
    assert found[URL].article.source == "bao-mau"
    assert found["3"].article.title == "Ngày 5/7, Tỉnh ủy họp"
    assert found["3"].article.province == "bac-giang"
    assert [place.rpartition(":")[2] for place, _ in summary.skipped] == ["5", "6", "7", "8", "9", "10"]
    assert [why.split(":")[0][:24] for _, why in summary.skipped] == [
        'expected "id" or "url" t', 'expected words in "text"', '"title" is ["x"]', 'expected an object with ',
        "it is not JSON (Untermin", '"province" is \'???\'',
    ]  # fmt: skip


def test_a_line_with_a_url_is_read_as_a_page_of_its_source(tmp_path: Path) -> None:
    """The date line, the byline and the source come out as they would from a crawl; a plain line is left as given."""
    text = (
        "Thứ Sáu, 20/9/2024\nTỉnh ủy mẫu bàn vốn đầu tư công\n- Cập nhật: Thứ ba, 05/03/2024 09:10\n"
        "Sáng 5/3, Ban Thường vụ Tỉnh ủy mẫu họp.\nHội nghị thống nhất ba việc.\nLê Mẫu"
    )
    page = {"url": "https://m.baomau.vn/thoi-su/1.html", "title": "Tỉnh ủy mẫu bàn vốn đầu tư công", "text": text}
    plain = {"id": "a", "title": "Bài", "text": "Dòng một.\n05/03/2024 09:10\nDòng hai."}
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(line) for line in (page, plain)), "utf-8")
    paper = Source(
        "bao-mau", "Báo Mẫu", "newspaper", ("baomau.vn",), r"\d", "https://baomau.vn/1", province="bac-giang"
    )
    import_paths([tmp_path / "in.jsonl"], tmp_path / "data", sources=[paper])
    read = {name: archived.article for name, archived in imported(tmp_path / "data").items()}
    article = read[page["url"]]
    assert article.printed_date == "- Cập nhật: Thứ ba, 05/03/2024 09:10"
    assert (article.title, article.byline) == (page["title"], "Lê Mẫu")
    assert (article.source, article.province) == ("bao-mau", "bac-giang")
    assert "Cập nhật" not in article.lede + article.body
    assert read["a"].body == "Dòng một.\n\n05/03/2024 09:10\n\nDòng hai."


def test_a_cut_off_gzip_gives_the_lines_before_the_cut(tmp_path: Path) -> None:
    lines = (json.dumps({"id": str(n), "title": f"Bài {n}", "text": f"Nội dung {n * 7919}"}) for n in range(2000))
    path = tmp_path / "bai.jsonl.gz"
    packed = gzip.compress("\n".join(lines).encode())
    path.write_bytes(packed[: len(packed) // 2])
    summary = import_paths([path], tmp_path / "data")
    assert 100 < summary.new < 2000
    assert "cut off" in summary.skipped[-1][1]


def test_a_warc_file_keeps_its_dates_and_gives_its_pages(tmp_path: Path) -> None:
    warc = write_warc(tmp_path / "warc")
    summary = import_paths([warc], tmp_path / "data", sources=())
    found = imported(tmp_path / "data")
    assert sorted(found) == [URL, URL + "?2"]
    assert found[URL].fetched_at == "2023-12-01T09:00:00Z"
    assert found[URL].article.title == found[URL + "?2"].article.title == "Hội nghị lần thứ 7"
    assert [(place.split(": ")[-1], why[:24]) for place, why in summary.skipped] == [
        ("https://baomau.vn/robots.txt", "text/plain: expected a w"),
        ("https://baomau.vn/logo.png", "image/png is not read: e"),
    ]
    again = import_paths([warc], tmp_path / "data", sources=())
    assert (again.new, again.unchanged) == (0, 2)
    with Archive(tmp_path / "data", read_only=True) as archive:
        assert len(list(archive.captures())) == 2


def test_an_archive_is_rebuilt_from_its_own_captures(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bài.txt").write_text(NOTE, encoding="utf-8")
    (tmp_path / "in" / "b.jsonl").write_text('{"id": "n1", "title": "Một", "text": "Nội dung."}', encoding="utf-8")
    import_paths([tmp_path / "in", write_warc(tmp_path / "warc")], tmp_path / "data", sources=())
    import_paths([tmp_path / "data" / CAPTURES], tmp_path / "again", sources=())
    assert imported(tmp_path / "again") == imported(tmp_path / "data")


def test_the_warc_files_of_a_crawl_give_the_articles_of_its_registry_and_nothing_else(tmp_path: Path) -> None:
    with SampleSites() as sites:
        sources = [replace(source, delay_seconds=0) for source in load_sources(sites.sources_file, None)]
        crawl(sources, tmp_path / "data", limits=Limits(max_pause_seconds=0), progress=no_progress)
    summary = import_paths([tmp_path / "data" / CAPTURES], tmp_path / "again", sources=sources)
    before, after = imported(tmp_path / "data"), imported(tmp_path / "again")
    assert len(before) > 90 and after == before
    assert {archived.article.source for archived in after.values()} == {source.slug for source in sources}
    assert (summary.new, summary.skipped) == (len(before), [])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["khong-co.txt"], "khong-co.txt does not exist: name a file"),
        (["trong"], "no file to import in .*trong: expected .txt"),
        (["hong.txt"], "nothing could be read from .*hong.txt: .*it is empty"),
        ([], "no path does not exist"),
    ],
)
def test_what_gives_nothing_at_all_is_an_error(tmp_path: Path, names: list[str], message: str) -> None:
    (tmp_path / "trong").mkdir()
    (tmp_path / "hong.txt").touch()
    with pytest.raises(ImportFailed, match=message):
        import_paths([tmp_path / name for name in names], tmp_path / "data")


def test_an_archive_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bài.txt").write_text(NOTE, encoding="utf-8")
    with Archive(tmp_path / "data"), pytest.raises(ArchiveError, match="another process is writing"):
        import_paths([tmp_path / "bài.txt"], tmp_path / "data")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample pages beside the project are absent")
def test_the_five_samples_are_sorted_into_their_parts(tmp_path: Path) -> None:
    summary = import_paths([SAMPLES], tmp_path)
    assert (summary.new, summary.failed) == (5, 0)
    found = {name[:3]: archived.article for name, archived in imported(tmp_path).items()}
    assert found["000"].id == "000_b827bd1fee169948.txt"
    assert found["000"].hints == (("archive_prefix", "2024-07"),)
    assert found["000"].title.startswith("Các đồng chí: Hoàng Duy Chinh")
    assert found["000"].body.startswith("Các đồng chí: Hoàng Duy Chinh")
    assert len(found["000"].captions) == 5
    assert found["001"].title.startswith("Giao ban các cơ quan khối Đảng")
    assert found["001"].lede.startswith("Chiều ngày 5/7,")
    assert found["001"].byline == "Trần Huyền\nthainguyen.gov.vn"
    assert found["002"].title.startswith("THÔNG BÁO KẾT LUẬN TẠI HỘI NGHỊ")
    assert found["002"].title.endswith("cuối năm 2021")
    assert found["002"].byline == ""
    assert "bầu cử đại biểu Quốc hội khoá XV" in found["002"].body
    assert "các nội dung đột phá của tỉnh" in found["002"].body
    assert "Nơi nhận:" in found["002"].body
    assert found["003"].printed_date == "15:34 01/12/2023"
    assert found["003"].byline == "Tin, ảnh: Đỗ Thành Nam"
    assert len(found["003"].captions) == 4
    assert "File đính kèm" not in found["003"].body
    assert found["004"].title == "Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ 20"
    assert found["004"].byline == "Thanh Phúc"
    assert "Tin cùng chuyên mục" not in found["004"].body
