"""A person as pages name them: roles as printed, each with the sentence that says so.

A name in two provinces is two people until somebody proves otherwise: a Person is of one province.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from search.document import Document
from search.text.normalization import folds, norms


@dataclass(frozen=True, slots=True)
class PersonStatement:
    """One sentence that names the person with roles, and the pages that print it, in order of their days."""

    roles: str
    sentence: str
    pages: tuple[Document, ...]

    @property
    def day(self) -> str:
        """Return that of the first page, as Document.day."""
        return self.pages[0].day


@dataclass(frozen=True, slots=True)
class Person:
    """name: the spelling that most pages have. spellings: all. statements: newest first."""

    name: str
    spellings: tuple[str, ...]
    statements: tuple[PersonStatement, ...]

    def roles(self) -> tuple[tuple[str, str, str], ...]:
        """Return (roles as printed, first day, last day on which a page says so), the last said first."""
        days: dict[str, list[str]] = {}
        for statement in self.statements:
            days.setdefault(statement.roles, []).extend(page.day for page in statement.pages if page.day)
        told = [(roles, min(found, default=""), max(found, default="")) for roles, found in days.items()]
        return tuple(sorted(told, key=lambda one: one[2], reverse=True))


def people_from(documents: Iterable[Document], slug: str) -> tuple[Person, ...]:
    """Return the people whose name has this slug; one for each name, spellings of one name (Hòa, Hoà) together.

    documents: of one province.
    """
    spellings: dict[str, Counter[str]] = {}
    told: dict[str, dict[tuple[str, str], dict[str, Document]]] = {}
    for document in documents:
        for name, roles, sentence in document.roles:
            if sentence and name_slug(name) == slug:
                key = " ".join(norms(name))
                spellings.setdefault(key, Counter())[name] += 1
                told.setdefault(key, {}).setdefault((roles, sentence), {})[document.id] = document
    people = []
    for key, statements in told.items():
        made = [
            PersonStatement(roles, sentence, tuple(sorted(pages.values(), key=lambda page: (page.day or "9", page.id))))
            for (roles, sentence), pages in statements.items()
        ]
        made.sort(key=lambda statement: statement.day, reverse=True)
        by_use = [spelling for spelling, _ in spellings[key].most_common()]
        people.append(Person(by_use[0], tuple(by_use), tuple(made)))
    return tuple(sorted(people, key=lambda person: (-len(person.statements), person.name)))


def name_slug(name: str) -> str:
    """Return a name as it stands in an address: Nguyễn Văn Mẫu → nguyen-van-mau; "" if no letter is left."""
    return "-".join(folds(name))
