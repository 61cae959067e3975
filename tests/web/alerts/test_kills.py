"""A process killed in the middle of a round: nothing is lost, nothing is told twice. Real processes, really killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

# Kills itself just when a step of the round is reached; BEFORE or AFTER it is done.
PROGRAM = """
import os, signal, sys
from pathlib import Path
from search.engines import open_engine
from web.alerts import delivery, smtp, subscriptions
from web.alerts.settings import alert_settings

data, place, name, when = Path(sys.argv[1]), *sys.argv[2:]
owner = {"delivery": delivery, "Mailer": smtp.Mailer, "Subscriptions": subscriptions.Subscriptions}[place]
step = getattr(owner, name)

def killed(*arguments, **more):
    if when == "after":
        step(*arguments, **more)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, killed)
delivery.send_due(data, open_engine(f"whoosh:{data / 'whoosh'}"), alert_settings(os.environ))
"""


def killed_round(data_dir: Path, place: str, name: str, when: str) -> None:
    command = [sys.executable, "-c", PROGRAM, str(data_dir), place, name, when]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize(
    ("place", "name", "letters_before"),
    [("Subscriptions", "note_round", 0), ("Mailer", "send", 0), ("Subscriptions", "note_told", 1)],
)
def test_killed_before_any_step_a_page_is_told_once(
    alerting, mailbox, place: str, name: str, letters_before: int
) -> None:
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân một"))
    killed_round(alerting.data_dir, place, name, "before")
    assert len(mailbox.letters) == letters_before
    summary = alerting.round()
    assert (summary.alerts, summary.unsure, summary.failed) == (1 - letters_before, letters_before, 0)
    assert len(mailbox.letters) == 1
    alerting.publish((4, "Giải ngân hai"))
    assert alerting.round().alerts == 1


def test_killed_between_handing_over_and_the_answer_a_letter_is_not_sent_twice(alerting, mailbox) -> None:
    """The one moment in which nobody can know: rather once too few than twice, and it is counted."""
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân một"))
    killed_round(alerting.data_dir, "Subscriptions", "give", "after")
    summary = alerting.round()
    assert (summary.alerts, summary.unsure) == (0, 1)
    assert "not told twice" in str(summary)
