"""A mail server on a port that is its own from the start: none is chosen first and opened later."""

import socket
from typing import Any

from aiosmtpd.controller import Controller


class BoundController(Controller):
    """Answers at a socket that is bound already. options: of aiosmtpd's Controller."""

    def __init__(self, handler: Any, bound: socket.socket, **options: Any) -> None:
        self.bound = bound
        super().__init__(handler, hostname="127.0.0.1", port=bound.getsockname()[1], **options)

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.bound, ssl=self.ssl_context)


def bound_socket(port: int = 0) -> socket.socket:
    """Return a socket that is bound and does not listen: connections are refused, and nobody else gets the port.

    Of several on one port the listening one is asked.
    """
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound
