"""What an indicator is measured by is told in the language of the page."""

import tomllib

from indexer.figures.indicators import indicators
from web.ui.figure_words import reference_in_words
from web.ui.language import TRANSLATIONS, speaking


def test_every_reference_has_its_english_and_none_is_left_over() -> None:
    told = {one.reference for one in indicators().values() if one.reference}
    assert set(tomllib.loads((TRANSLATIONS / "indicator_references.toml").read_text(encoding="utf-8"))) == told


def test_a_reference_in_both_languages() -> None:
    reference = indicators()["budget-revenue"].reference
    assert reference_in_words(reference) == reference and "nhóm 06" in reference
    with speaking("en"):
        assert "group 06 Public finance" in reference_in_words(reference)
