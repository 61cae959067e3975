"""Sites that one signs in to, over the small archive of the other tests."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from settings import Settings, read_settings
from tests.index_url import index_url
from web import create_app
from web.members.accounts import hashed_password, write_member

SECRET = "0123456789abcdef0123456789abcdef"
PASSWORD = "bốn chữ cho dễ nhớ"
ROLES = ("reader", "editor", "operator")
HASHED = hashed_password(PASSWORD)


def with_settings(**given: str) -> Settings:
    return read_settings(environment={f"HOINGHI_{name.upper()}": value for name, value in given.items()})


@pytest.fixture
def members_file(tmp_path: Path) -> Path:
    file = tmp_path / "members.txt"
    for role in ROLES:
        write_member(file, f"a.{role}", role, HASHED)
    return file


@pytest.fixture
def private_site(data_dir: Path, members_file: Path) -> Callable[..., Flask]:
    """Makes a private site with the members reader, editor and operator."""

    def make(data: Path = data_dir, **further: str) -> Flask:
        given = {"private": "1", "secret": SECRET, "public_url": "https://noibo.mau.vn", "members": str(members_file)}
        return create_app(data, index_url(data / "whoosh"), with_settings(**given | further))

    return make
