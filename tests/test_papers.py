"""What the papers name is there, and what they promise of themselves holds."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DECISIONS = ROOT / "docs" / "decisions"
PAPERS = [
    *(ROOT / name for name in ("README.md", "README.en.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(ROOT / "docs" / name for name in ("benchmarks.md", "operate.md", "scale.md", "decisions/README.md")),
]
NAMED = re.compile(
    r"`((?:benchmarks|crawl|docs|indexer|search|tests|web)/[\w./-]*|(?:hoinghi|options|settings|logs)\.py)`"
)
MODULE = re.compile(r"(?<![\w.])(\w+\.py)\b")
FOR_US = ("run",)  # for those who measure
LINK = re.compile(r"\]\((?!https?:)([^)#]+)[^)]*\)")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_each_file_that_a_paper_names_is_there(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    named = {ROOT / name for name in NAMED.findall(text)} | {paper.parent / link for link in LINK.findall(text)}
    assert named
    assert not [path for path in named if not path.exists()]


@pytest.mark.parametrize("room", ["crawl", "indexer", "search", "web"])
def test_each_module_that_a_comment_names_is_there(room: str) -> None:
    files = [path for path in (ROOT / room).rglob("*.*") if path.suffix in (".py", ".pyx", ".toml")]
    rooms = ("benchmarks", "crawl", "indexer", "search", "tests", "web")
    known = {path.name for folder in rooms for path in (ROOT / folder).rglob("*.py")}
    known |= {path.name for path in ROOT.glob("*.py")}
    named = {(path.name, name) for path in files for name in MODULE.findall(path.read_text(encoding="utf-8"))}
    assert named
    assert not {(path, name) for path, name in named if name not in known}


def test_the_two_readmes_are_short_and_built_alike() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.en.md")]
    assert all(len(text.splitlines()) < 150 for text in texts)
    shapes = [re.findall(r"^(##+|```|\| \S|- \*\*|hoinghi \w+|!\[)", text, flags=re.M) for text in texts]
    assert [shape for shape in shapes[0] if not shape.startswith("|")] == [
        shape for shape in shapes[1] if not shape.startswith("|")
    ]


def test_each_decision_is_in_the_index_under_its_title() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    files = list(DECISIONS.glob("0*.md"))
    assert len({file.name[:4] for file in files}) == len(files), "two decisions have one number"
    for file in files:
        number, title = re.fullmatch(r"# (\d{4}) (.+)", file.read_text(encoding="utf-8").splitlines()[0]).groups()
        assert number == file.name[:4]
        assert f"| [{number}]({file.name}) | {title} |" in index


def test_each_command_is_in_both_readmes() -> None:
    from hoinghi import main

    commands = main.list_commands(None)
    for name in ("README.md", "README.en.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not [command for command in commands if f"hoinghi {command}" not in text and command not in FOR_US]
