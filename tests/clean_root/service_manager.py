"""A stand-in for systemd in a root without one: reads the same unit files, opens their sockets, starts what they name.

    service_manager.py --daemon SOCKET      holds sockets and services until it is ended
    service_manager.py ARGUMENTS…           what `systemctl ARGUMENTS…` does; HOINGHI_MANAGER names the daemon's socket

It knows enable --now, disable --now, start, stop, restart, reload, daemon-reload. Users, working and state directories,
environments, drop-ins, readiness (Type=notify) and inherited sockets are as the units say; what only confines a service
is not done.
"""

import contextlib
import grp
import os
import pwd
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

UNITS = ("/etc/systemd/system", "/lib/systemd/system")
READY_SECONDS = 60
FIRST_FD = 3  # of inherited sockets, as sd_listen_fds(3) says
Unit = dict[str, list[str]]


def read_unit(name: str) -> Unit:
    """Return setting → values of a unit with its drop-ins; an empty value forgets those before."""
    files = [path for folder in UNITS if (path := Path(folder, name)).exists()][:1]
    if not files:
        raise FileNotFoundError(f"Unit {name} not found.")
    files += sorted(Path(UNITS[0], f"{name}.d").glob("*.conf"))
    unit: Unit = {}
    for line in (line.strip() for file in files for line in file.read_text().splitlines()):
        setting, is_one, value = line.partition("=")
        if is_one and not line.startswith(("#", ";", "[")):
            unit[setting] = [*unit.get(setting, []), value] if value else []
    return unit


class Manager:
    def __init__(self) -> None:
        self.listeners: dict[str, list[socket.socket]] = {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def do(self, arguments: list[str]) -> str:
        """Return what went wrong, "" for nothing."""
        verb, *names = [one for one in arguments if not one.startswith("-")]
        if verb == "daemon-reload":
            return ""
        act = {"enable": self.start, "start": self.start, "stop": self.stop, "reload": self.reload}
        act |= {"disable": self.stop, "restart": self.restart}
        try:
            for name in names:
                act[verb](name if "." in name else f"{name}.service")
        except (OSError, subprocess.SubprocessError, KeyError) as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def start(self, name: str) -> None:
        unit = read_unit(name)
        if name.endswith(".socket"):
            self.listen(name, unit)
        elif name.endswith(".service") and not self.is_running(name):
            for command in unit.get("ExecStartPre", []):
                subprocess.run(shlex.split(command), check=True, stdin=subprocess.DEVNULL)
            self.run(name, unit)

    def listen(self, name: str, unit: Unit) -> None:
        if name not in self.listeners:
            self.listeners[name] = []
            for address in unit["ListenStream"]:
                host, _, port = address.rpartition(":")
                self.listeners[name].append(socket.create_server((host, int(port)), backlog=int(unit["Backlog"][0])))

    def is_running(self, name: str) -> bool:
        return name in self.processes and self.processes[name].poll() is None

    def run(self, name: str, unit: Unit) -> None:
        [command] = [shlex.split(one) for one in unit["ExecStart"]]
        kind = unit.get("Type", ["simple"])[-1]
        user = pwd.getpwnam(unit.get("User", ["root"])[-1])
        environment = {"PATH": os.environ["PATH"], "HOME": user.pw_dir, "LANG": "C.UTF-8"}
        environment |= dict(pair.split("=", 1) for line in unit.get("Environment", []) for pair in shlex.split(line))
        for folder in unit.get("StateDirectory", []):
            Path("/var/lib", folder).mkdir(exist_ok=True)
            os.chown(Path("/var/lib", folder), user.pw_uid, user.pw_gid)
        inherited = [one for required in unit.get("Requires", []) for one in self.listeners.get(required, [])]
        if inherited:
            environment["LISTEN_FDS"] = str(len(inherited))
            command = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", *command]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            if kind == "notify":
                told.bind(f"\0hoinghi-{name}-{os.getpid()}-{len(self.processes)}-{id(told)}")
                told.settimeout(READY_SECONDS)
                environment["NOTIFY_SOCKET"] = "@" + told.getsockname()[1:].decode()
            log = open(f"/var/log/{name}.log", "ab")  # noqa: SIM115 - the service's
            process = subprocess.Popen(
                command,
                env=environment,
                cwd=unit.get("WorkingDirectory", ["/"])[-1],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=user.pw_uid,
                group=user.pw_gid,
                extra_groups=[one.gr_gid for one in grp.getgrall() if user.pw_name in one.gr_mem],
                umask=int(unit.get("UMask", ["0022"])[-1], 8),
                pass_fds=range(FIRST_FD, FIRST_FD + len(inherited)),
                preexec_fn=lambda: [os.dup2(one.fileno(), FIRST_FD + at) for at, one in enumerate(inherited)],
                start_new_session=True,
            )
            log.close()
            if kind in ("oneshot", "forking"):
                if process.wait():
                    raise OSError(f"{name} ended with code {process.returncode}: see /var/log/{name}.log")
                return
            self.processes[name] = process
            while kind == "notify" and b"READY=1" not in told.recv(4096):
                pass

    def stop(self, name: str) -> None:
        process = self.processes.pop(name, None)
        if process is not None:
            process.terminate()
            process.wait(float(read_unit(name).get("TimeoutStopSec", ["90"])[-1]))

    def restart(self, name: str) -> None:
        self.stop(name)
        self.start(name)

    def reload(self, name: str) -> None:
        unit = read_unit(name)
        process = str(self.processes[name].pid) if name in self.processes else ""
        for command in unit["ExecReload"]:
            subprocess.run(shlex.split(command.replace("$MAINPID", process)), check=True, stdin=subprocess.DEVNULL)

    def kill(self) -> None:
        """End all services at once, as a machine does that loses its power."""
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()


def serve(address: str) -> None:
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(8)]  # the numbers that inherited sockets get
    assert taken[-1] >= FIRST_FD
    manager = Manager()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(8)
        while True:
            client, _ = listener.accept()
            with client, client.makefile("rw") as asked:
                arguments = asked.readline().split()
                if arguments == ["kill-all"]:
                    manager.kill()
                    trouble = ""
                else:
                    trouble = manager.do(arguments)
                asked.write(trouble)


def ask(address: str, arguments: list[str]) -> str:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)
        client.sendall(" ".join(arguments).encode() + b"\n")
        client.shutdown(socket.SHUT_WR)
        return client.makefile().read()


if __name__ == "__main__":
    if sys.argv[1] == "--daemon":
        serve(sys.argv[2])
    if trouble := ask(os.environ["HOINGHI_MANAGER"], sys.argv[1:]):
        sys.exit(trouble)
