"""Ports for programs that are told theirs before they open it."""

import random
import socket
from contextlib import suppress

HOST = "127.0.0.1"
PORTS = range(20_000, 32_000)  # Linux takes those of outgoing connections, and those given for 0, from 32,768 on


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on, and that Linux gives to nobody who asks for any."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as one, suppress(OSError):
            one.bind((HOST, port))
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError(f"fewer than {count} ports are free from {PORTS.start} to {PORTS.stop - 1}")
