"""Settings: the file, then the environment, then the command line; and that nothing else reads the environment."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import COMMAND_LINE, CONFIG, DEFAULT, SETTINGS, BadSetting, read_settings
from web import create_app

ROOT = Path(__file__).parents[1]
ROOMS = ("crawl", "indexer", "search", "web")


def hoinghi(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOINGHI_")}
    command = [sys.executable, str(ROOT / "hoinghi.py"), *arguments]
    return subprocess.run(
        command, cwd=folder, env=clean | environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_last_that_says_it_wins(tmp_path: Path) -> None:
    (tmp_path / "hoinghi.toml").write_text('data = "of-the-file"\ncontact = "a@b.vn"\nport = 8001\n')
    settings = read_settings(environment={"HOINGHI_CONTACT": "c@d.vn"}, current=tmp_path)
    settings.put("port", "8002", COMMAND_LINE)
    assert [settings[name] for name in ("data", "contact", "port", "host")] == [
        *("of-the-file", "c@d.vn", "8002", "127.0.0.1"),
    ]
    assert [settings.origin(name) for name in ("data", "contact", "port", "host")] == [
        *(str(tmp_path / "hoinghi.toml"), "HOINGHI_CONTACT", COMMAND_LINE, DEFAULT),
    ]


def test_config_prints_what_is_in_force_and_no_secret(tmp_path: Path) -> None:
    (tmp_path / "hoinghi.toml").write_text('secret = "sixteen letters and more"\nlog_json = true\n')
    index = "opensearchs://user:hidden@search.example.vn:9200/hoinghi"
    done = hoinghi(tmp_path, "config", "--port", "9000", HOINGHI_INDEX=index, HOINGHI_SMTP="smtps://u:hidden@mail.vn")
    assert done.returncode == 0, done.stderr
    lines = {line.split()[0]: line.split(maxsplit=2)[1:] for line in done.stdout.splitlines()}
    assert lines.keys() == {setting.name for setting in SETTINGS}
    assert lines["port"] == ["9000", "command line"]
    assert lines["log_json"] == ["1", "hoinghi.toml"]
    assert lines["secret"] == ["(set)", "hoinghi.toml"]
    assert lines["smtp"] == ["(set)", "HOINGHI_SMTP"]
    assert lines["index"] == ["opensearchs://…@search.example.vn:9200/hoinghi", "HOINGHI_INDEX"]
    assert "hidden" not in done.stdout
    assert "sixteen" not in done.stdout


@pytest.mark.parametrize(
    ("file", "environment", "expected"),
    [
        ("dat = 1", {}, 'no setting "dat"; expected data'),
        ("data = [1]", {}, "data is a list; expected text"),
        ("data = ", {}, "cannot be read"),
        ("", {"HOINGHI_PORT": "eighty"}, 'port "eighty" (HOINGHI_PORT): expected a number'),
        ("", {"HOINGHI_WORKERS": "many"}, 'workers "many" (HOINGHI_WORKERS): expected a number from 1 to 64'),
        ("", {"HOINGHI_LOG_LEVEL": "loud"}, "expected one of debug, info, warning, error"),
        ('log_json = "yes"', {}, "expected 1 or 0 (true or false in hoinghi.toml)"),
    ],
)
def test_a_mistake_is_told_with_what_is_expected(
    tmp_path: Path, file: str, environment: dict[str, str], expected: str
) -> None:
    (tmp_path / "hoinghi.toml").write_text(file)
    done = hoinghi(tmp_path, "coverage", **environment)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_another_file_can_be_named(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('data = "elsewhere"')
    assert read_settings(other, {})["data"] == "elsewhere"
    assert read_settings(environment={CONFIG: str(other)})["data"] == "elsewhere"
    with pytest.raises(BadSetting, match=r"missing\.toml: cannot be read"):
        read_settings(tmp_path / "missing.toml", {})
    assert '"elsewhere/' in hoinghi(tmp_path, "--config", "other.toml", "search", "a").stderr.replace("at ", '"')


def test_a_command_takes_its_data_directory_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "hoinghi.toml").write_text('data = "kho"\n')
    (tmp_path / "bai.txt").write_text("Hội nghị\n\nSáng 12/7/2023, Tỉnh ủy Bắc Giang họp.\n", encoding="utf-8")
    assert hoinghi(tmp_path, "import", "bai.txt").returncode == 0
    assert hoinghi(tmp_path, "index").returncode == 0
    found = json.loads(hoinghi(tmp_path, "search", "hội nghị", "--json").stdout)
    assert found["total"] == 1
    assert (tmp_path / "kho" / "whoosh").is_dir()


def test_the_application_takes_its_settings_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOINGHI_DATA", str(tmp_path / "kho"))
    assert create_app().extensions["library"].data_dir == tmp_path / "kho"


def test_nothing_else_reads_the_environment() -> None:
    files = [*(ROOT / name for name in ("hoinghi.py", "options.py", "logs.py"))]
    files += [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    assert not [file for file in files if _reads_the_environment(file)]


def _reads_the_environment(file: Path) -> bool:
    names = {"environ", "getenv"}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv"):
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os" and names & {one.name for one in node.names}:
            return True
    return False
