"""The application as a worker process loads it: by the settings as they are now."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def application() -> "Flask":
    from logs import set_up
    from search.query.query_segmentation import load_word_lists
    from settings import read_settings
    from web import create_app

    settings = read_settings()
    set_up(settings["log_level"], as_json=settings["log_json"] == "1")
    load_word_lists()
    return create_app(settings=settings)
