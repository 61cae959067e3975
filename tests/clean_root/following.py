"""docs/operate.md followed on a host, while a reader asks all the time."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from tests.clean_root.reader import OVER, PATHS

SITE = "hoinghi.example.vn"
AUTHORITY = "/srv/authority.pem"  # the certificate of the authority that readers trust
ANSWERS, UNTIL = "/srv/answers.tsv", "/srv/over"


class Host(Protocol):
    """A root of its own (root.py) or a machine (tests/machine).

    repository: the directory that has deploy/; patience: seconds that a service may take to do its work; show_log: the
    command that shows the last of the services' log.
    """

    repository: str
    patience: float
    show_log: str

    def sh(self, commands: str, user: str = "root", where: str = "/") -> str: ...
    def begin(self, *command: str) -> object: ...
    def write(self, path: str, text: str) -> None: ...


def run(host: Host, block: tuple[str, str]) -> str:
    """Run a block of the paper as the user, and in the directory, that it is for. Returns what it says."""
    kind, commands = block
    return host.sh(commands, *(("root", host.repository) if kind == "sh root" else ("hoinghi", "/etc/hoinghi")))


def wait_for(host: Host, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + host.patience
    while not condition():
        assert time.monotonic() < until, host.sh(host.show_log)
        time.sleep(0.5)


@contextmanager
def reader(host: Host) -> Iterator[Counter[str]]:
    """Ask all the time while the block runs; then the counter has how often there was which answer."""
    found = Counter[str]()
    host.sh(f"rm -f {ANSWERS} {UNTIL}")
    host.begin("python3", f"{host.repository}/tests/clean_root/reader.py", f"https://{SITE}", AUTHORITY, ANSWERS, UNTIL)
    wait_for(host, lambda: len(_answers(host)) >= len(PATHS))
    yield found
    host.sh(f"touch {UNTIL}")
    wait_for(host, lambda: OVER in _answers(host)[-1:])  # it asked to the end
    found.update(line.partition("\t")[0] for line in _answers(host)[:-1])


def _answers(host: Host) -> list[str]:
    return host.sh(f"cat {ANSWERS} 2>/dev/null || true").splitlines()[1:]
