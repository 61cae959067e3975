"""Reads an index as it lies on disk and compares every byte with its checksum (`hoinghi verify --index`)."""

from dataclasses import dataclass, field
from pathlib import Path

from search.engines.embedded.format import array_file, commit_file
from search.engines.embedded.format.commit_file import Commit
from search.engines.embedded.opening import open_entry, unreadable
from search.errors import no_index

REMEDY = (
    'remedy: "hoinghi index" leaves out what is damaged and writes its documents anew from the archive; '
    '"hoinghi index --rebuild" makes the whole index anew'
)


@dataclass(slots=True)
class IndexVerification:
    """What was looked at. damaged: (file, what is wrong). generation: of the commit whose segments were read."""

    generation: int = 0
    segments: int = 0
    documents: int = 0
    damaged: list[tuple[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return len(self.damaged)

    def __str__(self) -> str:
        line = f"commit {self.generation}: {self.documents:,} documents in {self.segments:,} segments: "
        if not self.damaged:
            return line + "all as they were written"
        return "\n".join(
            [f"{line}{self.failed:,} files damaged", *(f"  {file}: {what}" for file, what in self.damaged), REMEDY]
        )


def verify_index(directory: Path) -> IndexVerification:
    """Read all commits, and every segment of the newest that can be read.

    Raises IndexMissing where there is no index.
    """
    numbers = commit_file.generations(directory)
    if not numbers:
        if commit_file.is_of_another_version(directory):
            raise unreadable(directory, "it was made by another version")
        raise no_index(directory)
    found = IndexVerification()
    newest: Commit | None = None
    for number in numbers:
        try:
            commit = commit_file.read(directory, number)
        except OSError as error:
            found.damaged.append((f"{commit_file.PREFIX}{number}", str(error)))
            continue
        newest = newest or commit
    for entry in newest.segments if newest else ():
        path = commit_file.segment_path(directory, entry.name)
        try:
            arrays = open_entry(directory, entry, check=False).arrays
            wrong = list(arrays.wrong_arrays())
        except array_file.DamagedFile as error:
            found.damaged.append((path.name, str(error)))
            continue
        if wrong:
            found.damaged.append((path.name, f"wrong checksum of {', '.join(wrong)}"))
        found.segments += 1
        found.documents += int((~entry.deleted()).sum())
    found.generation = newest.generation if newest else 0
    return found
