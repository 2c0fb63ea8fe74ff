"""A few bytes to an open page leave at once.

Without this the system holds them back until the browser has confirmed those before, which it does
up to 40 ms later: longer than the board takes for an answer that is ready.
"""

from __future__ import annotations

from panel.io.server import WSHandler

_open = WSHandler.open


def send_at_once() -> None:
    """Let the sockets of pages send whatever is written without waiting for more."""
    WSHandler.open = _opened


def _opened(socket: WSHandler, *path: str, **named: str) -> None:
    socket.set_nodelay(True)
    _open(socket, *path, **named)
