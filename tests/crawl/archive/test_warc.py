"""WARC files as other tools must read them: records, revisits, rotation, cut-off tails, headers that still hold."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawl.archive.warc import SentRequest, WarcWriter, header_pairs, payload_digest, readable_headers
from crawl.archive.warc_reader import DamagedRecord, read_record, read_records

URL = "https://baomau.vn/chinh-tri/hoi-nghi-123.html"
DATE = "2023-12-01T08:34:00Z"
BODY = "<p>Hội nghị bế mạc chiều 1/12.</p>".encode()


@pytest.fixture
def writer(tmp_path: Path):
    writer = WarcWriter(tmp_path)
    yield writer
    writer.close()


def only_file(directory: Path) -> Path:
    [path] = directory.glob("*.warc.gz")
    return path


def warcio_check(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "warcio.cli", "check", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_request_response_revisit_and_resource_stand_as_warc_1_1_asks(writer: WarcWriter, tmp_path: Path) -> None:
    place = writer.write_response(
        URL, 200, {"Content-Type": "text/html"}, BODY, DATE, SentRequest({"User-Agent": "hoinghi"})
    )
    writer.write_revisit(URL, 304, {"ETag": "x"}, payload_digest(BODY), DATE, "2023-12-02T08:34:00Z", SentRequest({}))
    writer.write_revisit(URL, 200, {}, payload_digest(BODY), DATE, "2023-12-03T08:34:00Z")
    writer.write_resource("urn:x-hoinghi:import:a.txt", "text/plain", BODY, DATE)
    writer.close()
    path = only_file(tmp_path)
    assert warcio_check(path).returncode == 0
    with path.open("rb") as file:
        heads = [(record.rec_type, record.rec_headers) for record in ArchiveIterator(file)]
    assert [kind for kind, _ in heads] == [
        "warcinfo", "response", "request", "revisit", "request", "revisit", "resource",
    ]  # fmt: skip
    assert {head.protocol for _, head in heads} == {"WARC/1.1"}
    response, request, not_modified, _, same = (head for _, head in heads[1:6])
    assert request.get_header("WARC-Concurrent-To") == response.get_header("WARC-Record-ID")
    assert not_modified.get_header("WARC-Profile").endswith("/1.1/revisit/server-not-modified")
    assert not_modified.get_header("Content-Length") == "0"  # replay tools would show the head of a 304 for the page
    assert same.get_header("WARC-Profile").endswith("/1.1/revisit/identical-payload-digest")
    assert same.get_header("WARC-Refers-To-Date") == DATE
    assert same.get_header("WARC-Payload-Digest") == response.get_header("WARC-Payload-Digest")
    record = read_record(path, place.offset)
    assert (record.kind, record.url, record.status, record.date) == ("response", URL, 200, DATE)
    assert record.payload == BODY


def test_a_form_that_was_sent_stands_in_the_request_record(writer: WarcWriter, tmp_path: Path) -> None:
    sent = SentRequest({"Content-Type": "application/x-www-form-urlencoded"}, "POST", b"__EVENTTARGET=trang2")
    writer.write_response(URL, 200, {}, BODY, DATE, sent)
    writer.close()
    assert warcio_check(only_file(tmp_path)).returncode == 0
    with only_file(tmp_path).open("rb") as file:
        [request] = [
            (record.http_headers.protocol, record.raw_stream.read())
            for record in ArchiveIterator(file)
            if record.rec_type == "request"
        ]
    assert request == ("POST", b"__EVENTTARGET=trang2")


def test_each_record_is_a_gzip_member_of_its_own(writer: WarcWriter, tmp_path: Path) -> None:
    places = [writer.write_response(f"{URL}?{number}", 200, {}, BODY, DATE) for number in range(3)]
    writer.close()
    data = only_file(tmp_path).read_bytes()
    for place in places:
        assert data[place.offset : place.offset + 2] == b"\x1f\x8b"
    assert gzip.decompress(data[places[2].offset :]).startswith(b"WARC/1.1\r\n")


def test_a_full_file_is_followed_by_another(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, max_file_bytes=2_000)
    places = [writer.write_response(f"{URL}?{number}", 200, {}, BODY * 3, DATE) for number in range(12)]
    writer.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert len(files) >= 3
    assert sorted({place.file for place in places}) == files
    for place, number in zip(places, range(12), strict=True):
        assert read_record(tmp_path / place.file, place.offset).url == f"{URL}?{number}"


def test_a_file_with_room_goes_on_behind_its_last_whole_record(tmp_path: Path) -> None:
    first = WarcWriter(tmp_path)
    known = first.write_response(URL, 200, {}, BODY, DATE)
    first.close()
    with only_file(tmp_path).open("ab") as file:
        file.write(b"\x1f\x8b\x08\x00torn")
    later = WarcWriter(tmp_path)
    later.go_on_after(known)
    place = later.write_response(f"{URL}?2", 200, {}, BODY, DATE)
    later.close()
    assert place.file == known.file
    assert [record.url for record in read_records(only_file(tmp_path))] == [URL, f"{URL}?2"]  # type: ignore[union-attr]
    assert warcio_check(only_file(tmp_path)).returncode == 0


def test_a_full_file_is_not_gone_on_with(tmp_path: Path) -> None:
    first = WarcWriter(tmp_path)
    known = first.write_response(URL, 200, {}, BODY, DATE)
    first.close()
    later = WarcWriter(tmp_path, max_file_bytes=100)
    later.go_on_after(known)
    assert later.write_response(URL, 200, {}, BODY, DATE).file != known.file
    later.close()


def test_two_writers_never_share_a_file(tmp_path: Path) -> None:
    first, second = WarcWriter(tmp_path), WarcWriter(tmp_path)
    names = {writer.write_response(URL, 200, {}, BODY, DATE).file for writer in (first, second)}
    first.close()
    second.close()
    assert len(names) == 2


@pytest.mark.parametrize("lost", [1, 30, 200])
def test_a_file_that_lost_its_tail_is_read_to_the_last_whole_record(tmp_path: Path, lost: int) -> None:
    writer = WarcWriter(tmp_path)
    for number in range(5):
        writer.write_response(f"{URL}?{number}", 200, {}, BODY, DATE)
    writer.close()
    path = only_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-lost])
    records = list(read_records(path))
    assert [record.url for record in records[:4]] == [f"{URL}?{number}" for number in range(4)]
    assert isinstance(records[-1], DamagedRecord)


def test_altered_bytes_are_noticed_and_the_other_records_are_still_read(tmp_path: Path) -> None:
    path = tmp_path / "goc.warc"
    parts = []
    for number, body in enumerate((b"Mot", b"Hai", b"Ba!")):
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {URL}?{number}\r\nWARC-Date: {DATE}\r\n"
            f"WARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Payload-Digest: {payload_digest(body)}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        parts.append(head.encode() + http + b"\r\n\r\n")
    path.write_bytes(b"".join(parts).replace(b"\r\n\r\nHai", b"\r\n\r\nHaj"))
    one, two, three = read_records(path)
    assert (one.payload, three.payload) == (b"Mot", b"Ba!")
    assert isinstance(two, DamagedRecord)
    assert "do not match their digest" in str(two)


def test_a_damaged_gzip_member_costs_only_its_own_records(writer: WarcWriter, tmp_path: Path) -> None:
    places = [writer.write_response(f"{URL}?{number}", 200, {}, BODY, DATE) for number in range(4)]
    writer.close()
    path = only_file(tmp_path)
    data = bytearray(path.read_bytes())
    middle = (places[1].offset + places[2].offset) // 2
    data[middle : middle + 40] = bytes(40)
    path.write_bytes(data)
    read = list(read_records(path))
    assert [getattr(record, "url", "damaged") for record in read] == [f"{URL}?0", "damaged", f"{URL}?2", f"{URL}?3"]


def test_a_missing_file_and_a_wrong_offset_are_damage(writer: WarcWriter, tmp_path: Path) -> None:
    place = writer.write_response(URL, 200, {}, BODY, DATE)
    writer.close()
    with pytest.raises(DamagedRecord, match="cannot be read"):
        read_record(tmp_path / "không-có.warc.gz", 0)
    with pytest.raises(DamagedRecord):
        read_record(tmp_path / place.file, place.offset + 3)
    with pytest.raises(DamagedRecord):
        read_record(tmp_path / place.file, 10_000_000)


def test_headers_cannot_forge_further_headers() -> None:
    assert header_pairs({"X-Name": "a\r\nSet-Cookie: b\nc\0"}) == [("X-Name", "a Set-Cookie: b c")]


@pytest.mark.parametrize(
    ("given", "body", "expected"),
    [
        ({"Transfer-Encoding": "chunked"}, BODY, [("X-Archive-Orig-Transfer-Encoding", "chunked")]),
        ({"Content-Encoding": "gzip"}, BODY, [("X-Archive-Orig-Content-Encoding", "gzip")]),
        ({"Content-Encoding": "gzip"}, gzip.compress(BODY, mtime=0), [("Content-Encoding", "gzip")]),
        ({"Content-Encoding": "br"}, BODY, [("X-Archive-Orig-Content-Encoding", "br")]),
        ({"Content-Length": "7"}, BODY, [("X-Archive-Orig-Content-Length", "7")]),
        ({"Content-Length": str(len(BODY))}, BODY, [("Content-Length", str(len(BODY)))]),
    ],
)
def test_headers_that_no_longer_hold_are_set_aside(given: dict[str, str], body: bytes, expected: list) -> None:
    assert readable_headers(given, body) == expected
