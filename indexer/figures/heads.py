"""The indicator that the numbers of a sentence are of, as far as it has been read."""

from dataclasses import dataclass

from indexer.figures.indicators import Indicator


@dataclass(slots=True)
class Head:
    """The indicator named last; end: of its name, or of the last thing said of it.

    assigned: it has a number. estimated: "ước". sector: branch of the economy. short: named by a word that means it
    only together with its value. strict: what follows may be of another thing. of_branch: it counts
    only for a branch.
    """

    indicator: Indicator
    start: int
    end: int
    assigned: bool = False
    estimated: bool = False
    sector: str = ""
    short: bool = False
    strict: bool = False
    of_branch: bool = False
