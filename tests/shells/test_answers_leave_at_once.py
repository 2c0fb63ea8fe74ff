"""What the board writes to an open page leaves at once: nothing holds back a few ready bytes."""

from __future__ import annotations

import asyncio
import inspect
import re
import socket
from types import SimpleNamespace

import pytest
from bokeh.document import Document
from panel.io import document as panel_document
from tornado import locks
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from dashboard.panels import swift
from dashboard.panels.swift import Swift

PATIENCE = 60


async def connections_of_a_page(board):
    """Open a page with its socket, and return what the server has of it."""
    page = await AsyncHTTPClient().fetch(board.url, request_timeout=PATIENCE)
    token = re.search(r'"token":\s*"([^"]+)"', page.body.decode())[1]
    request = HTTPRequest(
        board.url.replace("http", "ws") + "ws", headers={"Origin": board.url.rstrip("/")}
    )
    opened = await websocket_connect(request, subprotocols=["bokeh", token])
    await opened.read_message()
    found = [
        connection
        for session in board.server.get_sessions("/")
        for connection in session._subscribed_connections
    ]
    waits = [
        connection._socket.ws_connection.stream.socket.getsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY
        )
        for connection in found
    ]
    opened.close(1000)
    return found, waits


def test_the_system_holds_back_no_bytes_and_each_page_has_a_lock_for_writing(board):
    found, waits = asyncio.run(asyncio.wait_for(connections_of_a_page(board), PATIENCE))

    assert found
    assert all(waits), "bytes wait for a receipt of those before them"
    assert all(isinstance(one._socket.write_lock, locks.Lock) for one in found)
    assert "asyncio.sleep(0.01)" in inspect.getsource(panel_document._dispatch_msgs)


class Told:
    """Stands for what Panel makes of a widget: it notes that a change was told."""

    told = False

    async def _change_coroutine(self, doc, event_id=None):
        del doc, event_id
        self.told = True


class Heard(Swift, Told):
    """One that waits until the receipt is sent."""


@pytest.fixture
def written():
    """The lock of the one page of a session."""
    return locks.Lock()


@pytest.fixture
def document(written):
    page = SimpleNamespace(_socket=SimpleNamespace(write_lock=written))
    closed = SimpleNamespace(_socket=SimpleNamespace())
    session = SimpleNamespace(_subscribed_connections={"a": page, "b": closed}.values())
    return SimpleNamespace(session_context=SimpleNamespace(session=session))


def test_a_change_is_told_once_its_receipt_is_sent(document, written, monkeypatch):
    monkeypatch.setattr(swift, "RECEIPT_MILLISECONDS", 1000 * PATIENCE)
    widget = Heard()

    async def change():
        async with written:
            telling = asyncio.ensure_future(widget._change_coroutine(document))
            for _ in range(5):
                await asyncio.sleep(0.001)
            assert not widget.told
        await telling

    asyncio.run(asyncio.wait_for(change(), PATIENCE))
    assert widget.told


def test_a_receipt_that_does_not_leave_keeps_nobody_waiting_and_no_lock_is_taken(document, written):
    widget = Heard()

    async def change():
        await written.acquire()
        written.acquire = None
        await widget._change_coroutine(document)

    asyncio.run(asyncio.wait_for(change(), PATIENCE))
    assert widget.told


def test_where_there_is_no_page_nothing_is_waited_for():
    widget = Heard()

    asyncio.run(asyncio.wait_for(widget._change_coroutine(Document()), PATIENCE))
    assert widget.told
