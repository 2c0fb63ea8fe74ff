"""A page that was left gives its session back at once, not when a lost one would be given up.

What many sessions that wait together have taken is not given back by Python, although it is free.
"""

from __future__ import annotations

from panel.io.server import WSHandler

LEFT = frozenset({1000, 1001})
"""How a browser closes the socket of a page that is closed, reloaded or left."""

_on_close = WSHandler.on_close


def give_back_left_sessions() -> None:
    """Let sessions end that nobody can come back to.

    A socket that is lost without a word keeps its session as long as before: it may be the net.
    """
    WSHandler.on_close = _closed


def _closed(socket: WSHandler) -> None:
    if socket.close_code in LEFT and socket.connection is not None:
        socket.connection.session.request_expiration()
    _on_close(socket)
