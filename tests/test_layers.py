"""Who may import whom; and the web process stays free of what only crawling and indexing need."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "crawl": {"crawl", "search"},
    "search": {"search"},
    "indexer": {"indexer", "crawl", "search"},
    "web": {"web", "search", "crawl"},
}
CRAWL_MAY_TAKE_FROM_SEARCH = ("search.domain", "search.text", "search.errors", "search.processes")
WEB_MAY_TAKE_FROM_CRAWL = {
    *(
        "crawl.archive.archive",
        "crawl.archive.frontier_file",
        "crawl.archive.health",
        "crawl.archive.index_run",
        "crawl.archive.migration",
    ),
    *("crawl.archive.job_lock", "crawl.archive.orders", "crawl.archive.permits", "crawl.archive.signed_heads"),
    *("crawl.archive.dumps", "crawl.archive.withholding", "crawl.article", "crawl.errors"),
}


def imported_modules(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            package = ROOT.joinpath(*node.module.split("."))
            if package.is_dir():  # from crawl.archive import health
                modules |= {f"{node.module}.{alias.name}" for alias in node.names}
            else:
                modules.add(node.module)
    return modules


@pytest.mark.parametrize("package", ALLOWED)
def test_packages_import_only_those_below_them(package: str) -> None:
    for file in (ROOT / package).rglob("*.py"):
        ours = {name for name in imported_modules(file) if name.split(".")[0] in {*ALLOWED, "hoinghi"}}
        assert {name.split(".")[0] for name in ours} <= ALLOWED[package], file
        if package == "crawl":
            assert all(name.startswith(CRAWL_MAY_TAKE_FROM_SEARCH) for name in ours if name.startswith("search")), file
        if package == "web":
            assert {name for name in ours if name.startswith("crawl")} <= WEB_MAY_TAKE_FROM_CRAWL, file


def test_the_web_process_loads_no_crawler_no_beautifulsoup_no_segmenter_no_encoder_and_no_letters() -> None:
    heavy = {"bs4", "pyvi", "sklearn", "trafilatura", "search.semantic.encoders", "web.alerts.mail"}
    assert not heavy & loaded("import web; web.create_app()")


def test_a_search_loads_the_commands_of_its_room_alone() -> None:
    modules = loaded("import hoinghi; hoinghi.main.get_command(None, 'search')")
    assert {name for name in modules if name.endswith("commands")} == {"search.commands"}


def test_each_command_stands_in_the_room_that_names_it() -> None:
    from hoinghi import COMMANDS, main

    for room, names in COMMANDS.items():
        assert [main.get_command(None, name).name for name in names] == list(names)
        defined = {one.name: one for one in vars(import_module(room)).values() if isinstance(one, click.Command)}
        below = {name for one in defined.values() if isinstance(one, click.Group) for name in one.commands}
        assert defined.keys() - below == set(names)


def loaded(program: str) -> set[str]:
    """Return the modules that a program of Python has loaded at its end."""
    command = [sys.executable, "-c", f"import sys; {program}; print(*sys.modules)"]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("engine", ["embedded", "opensearch"])
def test_no_engine_needs_another_or_whoosh_to_search(engine: str) -> None:
    if engine == "opensearch":
        pytest.importorskip("opensearchpy", reason="pip install 'hoinghi[opensearch]'")
    program = f"import sys, search.engines.{engine}.engine; print(*sys.modules, sep='\\n')"
    modules = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    other = {"embedded": "opensearch", "opensearch": "embedded"}[engine]
    loaded = set(modules.stdout.split())
    assert not [name for name in loaded if name.split(".")[0] == "whoosh" or name == f"search.engines.{other}"]
