"""Time what the server does to open one more page, after the first.

    python benchmarks/open_session.py

``page_ms`` is the request for the page: a session with its widgets and a copy of both figures is
made for it. ``document_ms`` is the answer to the question a browser then asks over the web socket:
the whole document. Both include the way over the loopback. ``server_cpu_ms`` is what the server
worked for one session, page and document together: its user and system time over five sessions
each, since the system counts in hundredths of a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from measuring import ServedBoard, keep, served, spread
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

TOKEN = re.compile(r'"token":\s*"([^"]+)"')
PARTS_OF_A_MESSAGE = 3
TOGETHER = 5
GOING_AWAY = 1001
"""How a browser closes the socket of a page that is left."""


async def next_message(socket: WebSocketClientConnection) -> tuple[dict[str, str], int]:
    """Return the header of the next message and its size in bytes."""
    parts = [str(await socket.read_message()) for _ in range(PARTS_OF_A_MESSAGE)]
    return json.loads(parts[0]), sum(len(part.encode()) for part in parts)


async def close(socket: WebSocketClientConnection) -> None:
    """Close a socket as a browser does, and wait until the server has closed its end too."""
    socket.close(GOING_AWAY)
    while await socket.read_message() is not None:
        pass


async def document(address: str, token: str) -> tuple[float, int]:
    """Return milliseconds and bytes of the document of a session."""
    request = HTTPRequest(
        address.replace("http", "ws") + "ws", headers={"Origin": address.rstrip("/")}
    )
    socket = await websocket_connect(request, subprotocols=["bokeh", token], max_message_size=2**30)
    await next_message(socket)
    began = time.perf_counter()
    for part in ({"msgid": "1", "msgtype": "PULL-DOC-REQ"}, {}, {}):
        await socket.write_message(json.dumps(part))
    size = 0
    kind = ""
    while kind != "PULL-DOC-REPLY":
        header, size = await next_message(socket)
        kind = header["msgtype"]
    spent = 1000 * (time.perf_counter() - began)
    await close(socket)
    return spent, size


def token_of(page: str) -> str:
    """Return what a page opens its socket with."""
    token = TOKEN.search(page)
    if token is None:
        raise SystemExit("the page holds no session")
    return token[1]


def one_session(address: str) -> dict[str, float]:
    """Open a session and return what it took."""
    began = time.perf_counter()
    with urlopen(address, timeout=60) as answer:  # noqa: S310 - our own http address
        page = answer.read().decode()
    spent = 1000 * (time.perf_counter() - began)
    document_ms, size = asyncio.run(document(address, token_of(page)))
    sizes = {"page_kb": len(page.encode()) / 1000, "document_kb": size / 1000}
    return {"page_ms": spent, "document_ms": document_ms, **sizes}


def some_sessions(board: ServedBoard, number: int) -> tuple[list[dict[str, float]], float]:
    """Open sessions one after another; return their figures and processor milliseconds of one."""
    worked = board.processor_seconds
    found = [one_session(board.address) for _ in range(number)]
    return found, 1000 * (board.processor_seconds - worked) / number


def measured(sessions: int) -> dict[str, object]:
    """Return the figures of the first session and of those that follow."""
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as board:
        first = one_session(board.address)
        batches = [some_sessions(board, TOGETHER) for _ in range(max(1, sessions // TOGETHER))]
    found = [one for batch, _ in batches for one in batch]
    figures: dict[str, object] = {"first": {name: round(value, 1) for name, value in first.items()}}
    figures |= {name: spread([one[name] for one in found]) for name in first}
    return {**figures, "server_cpu_ms": spread([worked for _, worked in batches])}


def main() -> None:
    """Open the first session, then as many as asked, and keep the figures of those."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=50)
    given = parser.parse_args()
    keep("open_session", measured(given.sessions), sessions=given.sessions)


if __name__ == "__main__":
    main()
