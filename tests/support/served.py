"""A board served to a test: in a thread of this process, its sessions in reach."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from dashboard.panels import page as board_pages
from dashboard.panels.board import Board
from dashboard.shells.serve import make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bokeh.server.server import Server

    from dashboard.store import Store

START_SECONDS = 60


@dataclass
class Served:
    """A running server.

    Attributes:
        url: Its address, ending in a slash.
        store: The store it shows.
        boards: The boards of its sessions, the newest last.
    """

    url: str = ""
    store: Store | None = None
    server: Server | None = None
    boards: list[Board] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server.port)

    @property
    def host(self) -> str:
        """Its host name with the port, as a browser sends it."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def served(store: Store, **settings: object) -> Iterator[Served]:
    """Serve a store for as long as the block runs.

    Args:
        store: The store to show.
        settings: Further arguments of ``make_server``.
    """
    board = Served(store=store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board_pages, "Board", _recorder(board.boards))
        ready, failed = threading.Event(), []
        arguments = (board, settings, ready, failed)
        thread = threading.Thread(target=_run, args=arguments, daemon=True)
        thread.start()
        ready.wait(START_SECONDS)
        if failed:
            raise failed[0]
        yield board
        board.server.io_loop.add_callback(board.server.io_loop.stop)
        thread.join(START_SECONDS)


def _run(
    board: Served, settings: dict[str, object], ready: threading.Event, failed: list[Exception]
) -> None:
    asyncio.set_event_loop(asyncio.new_event_loop())
    try:
        board.server = make_server(board.store, port=0, **settings)
        board.server.start()
        board.url = f"http://{board.host}/"
    except Exception as error:
        failed.append(error)
        return
    finally:
        ready.set()
    board.server.io_loop.start()
    board.server.stop()


def _recorder(boards: list[Board]) -> type[Board]:
    class Recorded(Board):
        def __init__(self, **settings: object) -> None:
            super().__init__(**settings)
            boards.append(self)

    return Recorded
