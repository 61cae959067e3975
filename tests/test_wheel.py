"""The wheel: one package that lives beside others which have our folders' names, run from another directory."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.components import absent
from tests.crawl.sites.serve import SampleSites

ROOT = Path(__file__).parents[1]
Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow


def python(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, **options)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    kept_out = shutil.ignore_patterns(".*", "tests", "index_data", "build", "*.egg-info", "__pycache__", "benchmarks")
    shutil.copytree(ROOT, folder / "source", ignore=kept_out)
    options = ["--no-deps", "--disable-pip-version-check", "--wheel-dir", folder]
    built = python("-m", "pip", "wheel", *options, folder / "source")
    assert built.returncode == 0, built.stdout + built.stderr
    [file] = folder.glob("hoinghi-*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with web.py and the wheel; the other requirements are those of the tests' own environment."""
    place = tmp_path_factory.mktemp("environment")
    assert python("-m", "venv", "--without-pip", place).returncode == 0
    packages = place / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    # pip's way to install elsewhere; no .pth of the shared directories is read, so the repository is not on the path
    into = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--target", packages]
    if python(*into, "web.py").returncode:
        absent("web.py cannot be fetched: pip install web.py")
    done = python(*into, "--no-deps", wheel)
    assert done.returncode == 0, done.stderr
    shared = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "shared.pth").write_text("\n".join(shared))
    return place


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Runs Python of that environment in another directory than the repository's."""
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "HOINGHI_INDEX")}

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(installed / "bin" / "python"), *map(str, arguments)]
        return subprocess.run(
            command, cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=240, check=False
        )

    return run


def test_the_wheel_has_one_package_with_its_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"hoinghi"}
    missing = []
    for room in ("crawl", "indexer", "search", "web"):
        files = [file for file in (ROOT / room).rglob("*") if file.is_file() and "__pycache__" not in file.parts]
        missing += [file for file in files if f"hoinghi/{file.relative_to(ROOT)}" not in names]
    assert not missing
    assert "hoinghi/py.typed" in names


def test_neither_breaks_the_other(run: Run) -> None:
    program = "import web, hoinghi.web, hoinghi.search.answer; print(web.application.__module__, hoinghi.web.__name__)"
    done = run("-c", program)
    assert done.stdout == "web.application hoinghi.web\n", done.stderr
    alone = run("-c", "import search")
    assert "No module named 'search'" in alone.stderr


def test_it_imports_indexes_and_searches(run: Run, tmp_path: Path) -> None:
    assert "Usage: " in run("-m", "hoinghi", "--help").stdout
    (tmp_path / "bai.txt").write_text("Hội nghị\n\nSáng 12/7/2023, Tỉnh ủy Bắc Giang họp.\n", encoding="utf-8")
    for command in (["import", "bai.txt"], ["index"]):
        done = run("-m", "hoinghi", *command)
        assert done.returncode == 0, done.stderr
    found = json.loads(run("-m", "hoinghi", "search", "hội nghị", "--json").stdout)
    assert [hit["province"]["then"] for hit in found["hits"]] == ["bac-giang"]
    program = (
        "from hoinghi.client import Client; from hoinghi.web import create_app; "
        "from hoinghi.web.mcp_server import in_process, mcp_server; "
        "inside = Client('http://localhost', fetch=in_process(create_app(), 'http://localhost')); "
        "print(inside.search('hội nghị')['total'], mcp_server(inside).name)"
    )
    asked = run("-c", program)
    assert asked.stdout == "1 hoinghi\n", asked.stderr


def test_it_crawls_in_processes_of_its_own(run: Run) -> None:
    with SampleSites() as sites:
        done = run("-m", "hoinghi", "crawl", "--sources", sites.sources_file, "--max-pages", "3")
    assert done.returncode == 0, done.stderr
    assert run("-m", "hoinghi", "status").returncode == 0


def test_it_serves(installed: Path, tmp_path: Path) -> None:
    for name in ("hoinghi", "email"):  # modules of others in the current directory
        (tmp_path / f"{name}.py").write_text("raise ImportError('of the current directory')\n")
    command = [str(installed / "bin" / "python"), "-P", "-m", "hoinghi", "serve", "--port", "0"]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address
        with urllib.request.urlopen(f"{address[0]}tro-giup", timeout=30) as page:
            assert "hoinghi" in page.read().decode()
    finally:
        server.terminate()
    assert "hoinghi.web.http.access_log: GET /tro-giup 200" in server.communicate(timeout=30)[1]
