"""Attacks on a data directory: a short round with the other tests, a long one by `make attack`."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONG = os.environ.get("HOINGHI_ATTACK") == "long"
DISK_BYTES = 24 << 20
ARTICLES = 300
TEXT = (
    "hội nghị tỉnh ủy bàn về giải ngân vốn đầu tư công nông thôn mới kinh tế xã hội phát triển đảng bộ huyện xã rừng "
    "biển cầu đường trường học bệnh viện cán bộ nhân dân kế hoạch báo cáo kết quả nhiệm vụ"
)
WORDS = TEXT.split()


def rounds(short: int, long: int) -> int:
    return long if LONG else short


def write_articles(file: Path, count: int, first: int = 0) -> None:
    """Write invented articles that "hoinghi import" reads; each holds the word "bài" and its own number."""
    dice = random.Random(first)
    with file.open("w", encoding="utf-8") as lines:
        for number in range(first, first + count):
            opening = f"Sáng {number % 28 + 1}/7/2023, Tỉnh ủy Hà Giang họp. Bài số {number}."
            text = opening + " " + " ".join(dice.choice(WORDS) for _ in range(250))
            title = f"Tỉnh ủy Hà Giang họp lần thứ {number % 9 + 1}"
            line = {"id": f"bai-{number}", "title": title, "text": text, "published": "2023-07-30"}
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def hoinghi(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "hoinghi.py"), *map(str, arguments)]
    present = {name: value for name, value in os.environ.items() if not name.startswith("HOINGHI_")}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=240, check=False, env={**present, **environment}
    )


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what a command told its user on stderr, without the lines that show how far it is."""
    lines = done.stderr.replace("\r", "\n").splitlines()
    return [line for line in lines if line.strip() and not line.startswith(("reading: ", "indexing: "))]


def strays(data: Path) -> list[str]:
    """Return the names of files that nothing needs: unfinished ones, and segments that no commit names."""
    from search.engines.embedded.format import commit_file

    index = data / "whoosh"
    commits = [commit_file.read(index, generation) for generation in commit_file.generations(index)]
    named = {entry.name for commit in commits for entry in commit.segments}
    files = [path for path in data.rglob("*") if path.is_file()]
    return sorted(
        str(path.relative_to(data))
        for path in files
        if path.name.endswith((".part", ".new.npz", "-journal"))
        or (path.suffix == ".arrays" and path.stem not in named)
    )


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("articles") / "bai.jsonl"
    write_articles(file, ARTICLES)
    return file


class SmallDisk:
    """A file system in memory that holds a data directory, and a filler that leaves as much room as is wanted."""

    def __init__(self, place: Path) -> None:
        self.place, self.data, self.temporary = place, place / "data", place / "tmp"
        self.temporary.mkdir()

    def leave(self, free: int) -> None:
        self.make_room()
        state = os.statvfs(self.place)
        with (self.place / "filler").open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, max(state.f_bavail * state.f_frsize - free, 1))

    def make_room(self) -> None:
        (self.place / "filler").unlink(missing_ok=True)

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return hoinghi(*arguments, "--data", self.data, TMPDIR=str(self.temporary))


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    place = tmp_path_factory.mktemp("disk")
    if sys.platform != "linux":
        pytest.skip("mounts a file system of Linux")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", str(place)], check=True)
