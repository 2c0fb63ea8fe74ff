"""A page that was left: its session ends at once; one that was lost may be found again."""

from __future__ import annotations

import asyncio
import re

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

PATIENCE = 60


async def opened_and_closed(board, code):
    """Open a page with its socket, close that, and return the session of the server."""
    page = await AsyncHTTPClient().fetch(board.url, request_timeout=PATIENCE)
    token = re.search(r'"token":\s*"([^"]+)"', page.body.decode())[1]
    before = set(board.server.get_sessions("/"))
    request = HTTPRequest(
        board.url.replace("http", "ws") + "ws", headers={"Origin": board.url.rstrip("/")}
    )
    socket = await websocket_connect(request, subprotocols=["bokeh", token])
    await socket.read_message()
    (session,) = [one for one in before if one.connection_count]
    socket.close(code)
    while await socket.read_message() is not None:
        pass
    while session.connection_count:
        await asyncio.sleep(0.01)
    return session


@pytest.mark.parametrize(
    ("code", "is_left"), [(1001, True), (1000, True), (None, False), (1011, False)]
)
def test_a_session_ends_where_its_page_was_left(board, code, is_left):
    session = asyncio.run(asyncio.wait_for(opened_and_closed(board, code), PATIENCE))

    assert session.expiration_requested is is_left
