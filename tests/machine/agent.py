"""Runs in a machine of ours what comes by its second serial port: a line of JSON each way.

{"run": SHELL COMMANDS, "user": …, "where": …, "variables": {…}, "seconds": …} is answered by {"code": …, "said": …};
{"write": PATH, "text": …, "owner": …, "mode": …} and {"begin": [COMMAND …]} by {"code": 0}.
"""

import json
import os
import shutil
import subprocess
import tempfile
import tty
from typing import Any

PORT = "/dev/ttyS1"


def run(asked: dict[str, Any]) -> dict[str, Any]:
    as_user = [] if asked["user"] == "root" else ["runuser", "-u", asked["user"], "--"]
    with tempfile.TemporaryFile() as said:
        command = [*as_user, "sh", "-euxc", asked["run"]]
        done = subprocess.run(
            command,
            cwd=asked["where"],
            env=asked["variables"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            timeout=asked["seconds"],
        )
        said.seek(0)
        return {"code": done.returncode, "said": said.read().decode(errors="replace")}


def write(asked: dict[str, Any]) -> dict[str, Any]:
    os.makedirs(os.path.dirname(asked["write"]), exist_ok=True)
    with open(asked["write"], "w", encoding="utf-8") as file:
        file.write(asked["text"])
    os.chmod(asked["write"], int(asked["mode"], 8))
    shutil.chown(asked["write"], asked["owner"], asked["owner"])
    return {"code": 0, "said": ""}


def begin(asked: dict[str, Any]) -> dict[str, Any]:
    subprocess.Popen(
        asked["begin"],
        env=asked["variables"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return {"code": 0, "said": ""}


def main() -> None:
    with open(PORT, "rb+", buffering=0) as port:
        tty.setraw(port)
        port.write(b'{"code": 0, "said": "here"}\n')
        line = b""
        while part := port.read(4096):
            line += part
            if not line.endswith(b"\n"):
                continue
            asked, line = json.loads(line), b""
            try:
                answer = (run if "run" in asked else write if "write" in asked else begin)(asked)
            except (OSError, subprocess.SubprocessError, LookupError) as error:
                answer = {"code": -1, "said": f"{type(error).__name__}: {error}"}
            rest = json.dumps(answer).encode() + b"\n"
            while rest:
                rest = rest[port.write(rest) :]


if __name__ == "__main__":
    main()
