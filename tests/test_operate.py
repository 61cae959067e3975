"""docs/operate.md, word for word: its commands in one shell over the sample sites, with other directories and ports."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawl.sites.serve import SampleSites
from tests.free_ports import free_ports

ROOT = Path(__file__).parents[1]
PAPER = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
UNITS = sorted((ROOT / "deploy").glob("*.service"))
WORST_EXPOSURE = 2.0  # of 10; what systemd itself calls OK ends at 4.9


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAPER, flags=re.M | re.S)


@pytest.mark.slow
@pytest.mark.timeout(1500)  # many programs start, one after the other
def test_every_command_of_the_paper_does_what_it_says(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl missing: apt-get install -y curl")
    port, metrics_port = free_ports(2)
    here = {
        "/var/lib/hoinghi": str(tmp_path / "data"),
        "/var/backups/hoinghi": str(tmp_path / "backups"),
        "/etc/hoinghi": str(tmp_path / "settings"),
        "127.0.0.1:8000": f"127.0.0.1:{port}",
        "127.0.0.1:9100": f"127.0.0.1:{metrics_port}",
    }

    def placed(text: str) -> str:
        for there, here_ in here.items():
            text = text.replace(there, here_)
        return text

    for name in ("settings", "backups", "bin"):
        (tmp_path / name).mkdir()
    (settings,) = blocks("toml")
    (tmp_path / "settings" / "hoinghi.toml").write_text(f"{placed(settings)}port = {port}\n", encoding="utf-8")
    program = tmp_path / "bin" / "hoinghi"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT / "hoinghi.py"} "$@"\n')
    program.chmod(0o755)
    commands = placed("\n".join(blocks("sh")))
    assert len(re.findall(r"^hoinghi ", commands, flags=re.M)) >= 18
    with SampleSites() as sites:
        shutil.copy(sites.sources_file, tmp_path / "sources.toml")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOINGHI_")}
        done = subprocess.run(
            ["sh", "-eux", "-c", commands],
            cwd=tmp_path,
            env={**kept, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said = done.stdout + done.stderr
    assert "hoinghi_index_documents" in said
    assert said.count("all as they were stored") == 2
    assert "\n410\n" in said
    assert "shown again" in said
    assert (tmp_path / "data" / "imported" / "archive.db").exists()


@pytest.mark.parametrize("block", blocks("sh root"), ids=lambda block: block.split()[0])
def test_what_needs_an_administrator_is_at_least_well_formed(block: str) -> None:
    assert subprocess.run(["sh", "-n"], input=block, text=True, check=False).returncode == 0
    for pattern in re.findall(r"\bdeploy/[\w.*-]+", block):
        assert list(ROOT.glob(pattern)), pattern


def test_each_setting_in_the_paper_is_one() -> None:
    from settings import BY_NAME

    for block in [*blocks("toml"), *blocks("toml no")]:
        assert {line.split(" = ")[0] for line in block.splitlines() if " = " in line} <= BY_NAME.keys()


def test_the_metrics_in_the_paper_are_measured() -> None:
    source = (ROOT / "web/serving/metrics.py").read_text() + (ROOT / "web/http/metrics.py").read_text()
    named = set(re.findall(r"hoinghi_[a-z_]+", PAPER.partition("## Monitoring")[2].partition("##")[0]))
    assert len(named) >= 5
    for name in named:
        assert f'"{name.removesuffix("_total")}"' in source, name


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_gives_away_little(unit: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze missing: apt-get install -y systemd")
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    if found is None:
        pytest.skip(f"systemd-analyze cannot look at files here: {done.stderr.strip()[:100]}")
    assert float(found[1]) <= WORST_EXPOSURE
    assert not re.search(r"Unknown|ignoring", done.stderr), done.stderr
