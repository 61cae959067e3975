"""The blocks of docs/operate.md, and the registry of sources that it is followed with."""

import re
from collections.abc import Collection
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAPER = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
SAMPLE_SITES = ROOT / "tests/crawl/sites/sources.toml"


def blocks(heading: str) -> list[tuple[str, str]]:
    """Return the blocks of a section of the paper: what they are ("sh", "sh root", "toml") and what stands in them."""
    section = PAPER.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```(\S[^\n]*)\n(.*?)^```$", section, flags=re.M | re.S)


def exported(commands: str) -> dict[str, str]:
    """Return the variables that the commands of a block export, for those after it."""
    lines = (line for line in commands.splitlines() if line.startswith("export "))
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)


def often_visited(slugs: Collection[str]) -> str:
    """Return the registry of these sample sites, each of which is due again after some seconds."""
    found = SAMPLE_SITES.read_text(encoding="utf-8").split("[[source]]\n")[1:]
    chosen = [one for one in found if one.partition('slug = "')[2].partition('"')[0] in slugs]
    return "".join("[[source]]\n" + re.sub(r"interval_hours = .*", "interval_hours = 0.001", one) for one in chosen)
