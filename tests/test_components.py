"""A missing component: its tests are skipped and named at the end of a run; with CI=true they fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.components import COMPONENTS, Component, command, install

ROOT = Path(__file__).parents[1]
LACKING = """
import pytest
from tests.components import Component, require
from tests.conftest import pytest_terminal_summary

@pytest.mark.parametrize("number", range(3))
def test_needs_what_is_not_here(number):
    require(Component("Sample", ("sample-package",), lambda: False))

@pytest.mark.skip(reason="another day")
def test_of_another_kind():
    pass
"""


def run(folder: Path, ci: str) -> str:
    (folder / "conftest.py").write_text("from tests.conftest import pytest_terminal_summary  # noqa\n")
    (folder / "test_sample.py").write_text(LACKING)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(folder)]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120).stdout


def test_what_was_not_run_is_named_with_the_number_of_tests_and_the_command(tmp_path: Path) -> None:
    told = run(tmp_path, ci="").split("not run")[1]
    assert "     3 tests: Sample missing: apt-get install -y sample-package\n" in told
    assert "     1 test: another day\n" in told


def test_in_ci_a_missing_component_is_a_failure(tmp_path: Path) -> None:
    assert "3 failed, 1 skipped" in run(tmp_path, ci="true")


def test_one_command_installs_several() -> None:
    several = [Component("a", ("one", "two"), lambda: False), Component("b", ("three",), lambda: False)]
    assert command(several) == "apt-get install -y one two three"


def test_nothing_is_installed_where_nobody_may_and_it_is_said_how(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no apt-get, no sudo, no component
    monkeypatch.setattr("tests.components.missing", lambda component: True)
    install()
    told = capsys.readouterr().out
    assert all(component.name in told for component in COMPONENTS)
    assert "As root: apt-get install -y antiword certbot python3-certbot-nginx chromium" in told
