"""docs/operate.md on a machine with systemd: its sockets, services, timer, limits, journal, a restart, a power cut.

    make test-machine       as root, with qemu-system-x86 and debootstrap; half an hour on two processors.
                            MACHINE_ROOT=FOLDER: a root that debootstrap has made and an earlier run has filled

Everything is real but the speed. What a chroot cannot show is shown here: systemd opens the sockets, confines, restarts
and starts again after a power cut; the rest of the paper is in test_operate_from_nothing.py, which takes a minute.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clean_root.certificate_authority import start_authority
from tests.clean_root.following import AUTHORITY, SITE, reader, run, wait_for
from tests.clean_root.paper import blocks, often_visited
from tests.clean_root.root import renumbered
from tests.crawl.sites.sample_article import load_articles
from tests.machine.machine import REPOSITORY, Machine, lacking, make_image
from tests.test_operate import WORST_EXPOSURE
from tests.test_wheel import wheel  # noqa: F401 - a fixture

CRAWLED = "mau-cong-thai-nguyen"
NEXT = "9.0.0"
LASTING = ("hoinghi.socket", "hoinghi.service", "hoinghi-schedule.service", "hoinghi-backup.timer", "nginx.service")
# What the user hoinghi may do of what probe.py tries, by itself and within each unit.
FREE = {"/var/lib/hoinghi", "/etc/hoinghi", "/var/backups/hoinghi", "set-user-id", "name-space", "netlink"}
FREE |= {"others-processes", "others-files", "network"}
CONFINED = {
    "hoinghi.service": {"/var/lib/hoinghi", "network"},
    "hoinghi-schedule.service": {"/var/lib/hoinghi", "network"},
    "hoinghi-backup.service": {"/var/lib/hoinghi", "/var/backups/hoinghi"},
}

pytestmark = [
    pytest.mark.skipif(os.environ.get("MACHINE") != "1", reason="takes half an hour: make test-machine"),
    pytest.mark.timeout(3600),
]


@pytest.fixture
def machine(tmp_path: Path, wheel: Path) -> Iterator[Machine]:  # noqa: F811
    if what := lacking():
        pytest.fail(f"no machine can be made: {what}", pytrace=False)
    renumbered(wheel, NEXT, tmp_path)
    settled = os.environ.get("MACHINE_ROOT")
    make_image(
        tmp_path, wheel, tmp_path / wheel.name.replace(wheel.name.split("-")[1], NEXT), settled and Path(settled)
    )
    made = Machine(tmp_path)
    made.switch_on()
    try:
        yield made
    finally:
        made.cut_power()


def total(machine: Machine) -> int:
    told = machine.sh(f"curl -sS --cacert {AUTHORITY} https://{SITE}/api/coverage 2>&1 || true").partition("\n")[2]
    try:
        return int(json.loads(told.partition("\n+ true")[0])["total"])
    except ValueError:  # an answer of nginx alone
        return -1


def restarts(machine: Machine) -> int:
    return int(machine.sh("systemctl show --value -p NRestarts hoinghi.service").splitlines()[-1])


def units_are_there(machine: Machine) -> None:
    told = machine.sh(f"systemctl is-active {' '.join(LASTING)} 2>&1").splitlines()[1:]
    assert told == ["active"] * len(LASTING), told
    assert "hoinghi-backup.timer" in machine.sh("systemctl list-timers --no-pager")


def what_probe_may(said: str) -> set[str]:
    return set(re.findall(r"^may: (\S+)$", said, flags=re.M))


def services_are_confined(machine: Machine) -> None:
    probe = f"{REPOSITORY}/tests/machine/probe.py"
    machine.write("/tmp/left-by-the-administrator", "")
    assert what_probe_may(machine.sh(f"python3 {probe}", "hoinghi")) == FREE
    for unit, may in CONFINED.items():
        name = f"probe-{unit}"
        changed = f"s|^ExecStart=.*|ExecStart=/usr/bin/python3 {probe}|; s|^Type=.*||; s|^Restart=.*||; /Exec[^S]/d"
        changed += "; /^Requires=/d; s|^\\[Service\\]|[Service]\\nType=oneshot|"
        machine.sh(f"sed '{changed}' /etc/systemd/system/{unit} > /etc/systemd/system/{name}; systemctl daemon-reload")
        machine.sh(f"systemctl start {name}")
        assert what_probe_may(machine.sh(f"journalctl --sync; journalctl --no-pager -o cat -u {name}")) == may, unit


def test_a_machine_for_years(machine: Machine) -> None:
    whole = sum(article.site == CRAWLED for article in load_articles())
    machine.write("/etc/hosts", f"127.0.0.1 localhost {SITE}\n")
    machine.sh("ip link set lo up")
    install, (_, settings), show_settings = blocks("Install")
    run(machine, install)
    machine.write("/etc/hoinghi/hoinghi.toml", settings, "hoinghi", "600")
    machine.write("/etc/hoinghi/sources.toml", often_visited([CRAWLED]), "hoinghi")
    assert f"public_url         https://{SITE}" in run(machine, show_settings)
    machine.begin("/opt/hoinghi/bin/python3", f"{REPOSITORY}/tests/crawl/sites/serve.py", "--", "sleep", "infinity")
    [first_crawl] = blocks("First crawl")
    run(machine, first_crawl)
    said = "".join(run(machine, block) for block in blocks("Serve") if block[0] == "sh root")
    exposed = re.search(r"exposure level for hoinghi.service: ([\d.]+)", said)
    assert exposed
    assert float(exposed[1]) <= WORST_EXPOSURE
    start_authority(machine)
    for block in blocks("TLS"):
        run(machine, block)
    units_are_there(machine)
    assert "certbot.timer" in machine.sh("systemctl list-timers --no-pager")
    services_are_confined(machine)
    limits = machine.sh("cat /sys/fs/cgroup/system.slice/hoinghi.service/memory.max").splitlines()[-1]
    assert int(limits) == 2 * 1024**3
    wait_for(machine, lambda: total(machine) == whole)  # the scheduler has gone on where ten pages were crawled

    short, *_ = blocks("Upgrade")
    with reader(machine) as answers:
        machine.sh("systemctl restart hoinghi.service")
        machine.sh("cp /srv/next/*.whl /srv/wheels/")
        run(machine, short)  # begins with a backup
    assert set(answers) == {"200"}, answers
    assert NEXT in machine.sh("/opt/hoinghi/bin/hoinghi --version")
    assert "hoinghi hoinghi" in machine.sh("stat -c '%U %G' /var/backups/hoinghi/hoinghi.tar")
    assert "GET /healthz 200" in machine.sh("journalctl --no-pager -o cat -u hoinghi.service")

    machine.sh("systemctl kill --kill-who=main --signal=KILL hoinghi.service")
    wait_for(machine, lambda: restarts(machine) == 1)
    wait_for(machine, lambda: total(machine) == whole)

    machine.cut_power()
    machine.switch_on()
    wait_for(machine, lambda: total(machine) == whole)
    units_are_there(machine)
    run(machine, ("sh", "hoinghi verify"))
