"""What travels: little, and only between the page and its own server."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.support.browser_board import BoardPage, Mouse
from tests.support.browser_faults import Faults

pytestmark = pytest.mark.browser

LITTLE = 1000
"""Bytes that the change of one filter may send."""

WATCHING = "/alive"
"""The page asks for nothing on its own but whether newer data have come."""


class Traffic:
    """Frames of the web socket in both directions, and requests of the page."""

    def __init__(self, page):
        self.sent, self.received, self.requests = [], [], []
        page.on("websocket", self._listen)
        page.on("request", self._request)

    def _listen(self, socket):
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame):
        self.sent.append(frame)

    def _received(self, frame):
        self.received.append(frame)

    def _request(self, request):
        if not request.url.endswith(WATCHING):
            self.requests.append(request.url)

    def forget(self):
        self.sent.clear()
        self.received.clear()
        self.requests.clear()

    def size(self, frames):
        return sum(len(frame if isinstance(frame, bytes) else frame.encode()) for frame in frames)


@pytest.fixture(scope="module")
def wire(new_page, sample_board):
    """A board with its traffic."""
    with new_page() as page:
        traffic = Traffic(page)
        yield BoardPage(page, sample_board).open("?screen=families"), traffic


def settle(board, traffic):
    board.require_in_step()
    board.page.wait_for_timeout(150)


def therapist(board):
    board.page.locator(".filters summary", has_text="Therapist").click()
    board.page.get_by_label("T03", exact=True).click()


def case(board):
    board.widget("case").locator("select").select_option(label="F-104")


def scale(board):
    board.widget("scale").get_by_text("bond", exact=True).click()


def axis(board):
    board.widget("axis").get_by_text("by date").click()


def threat(board):
    board.page.locator(".filters summary", has_text="Threat").click()
    board.page.get_by_label("Lack of trust").click()


@pytest.mark.parametrize("change", [therapist, case, scale, axis, threat], ids=lambda c: c.__name__)
def test_a_change_sends_little_and_no_picture_either_way(wire, change):
    board, traffic = wire
    settle(board, traffic)
    traffic.forget()
    before = board.query
    change(board)
    settle(board, traffic)
    assert board.query != before
    assert 0 < traffic.size(traffic.sent) < LITTLE
    assert traffic.size(traffic.received) < LITTLE
    assert traffic.requests == []
    for frame in [*traffic.sent, *traffic.received]:
        assert "ColumnDataSource" not in str(frame)
        assert '"data"' not in str(frame)


def test_a_chosen_cell_sends_its_place_and_no_score(wire):
    board, traffic = wire
    board.go("?case=C-104&instrument=srs&scale=total")
    settle(board, traffic)
    traffic.forget()
    box = board.cell_box(2, 8)
    board.page.mouse.click(box["x"] + 5, box["y"] + 5)
    expect(board.part("details").locator("h2")).to_have_text("Youth, session 8, 14 Sep")
    board.page.wait_for_timeout(200)
    assert 0 < traffic.size(traffic.sent) < LITTLE
    picked = [event for frame in traffic.sent for event in _events(frame) if "picked" in str(event)]
    assert len(picked) == 1
    assert "27" not in json.dumps(picked)


def _events(frame):
    try:
        return json.loads(frame).get("events", [])
    except (ValueError, AttributeError):
        return []


def test_a_whole_walk_asks_its_own_server_only_and_logs_nothing(new_page, sample_board):
    with new_page() as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        board, hands = BoardPage(page, sample_board).open("?screen=families"), Mouse(page)
        for change in (therapist, scale, case, threat, axis):
            change(board)
            board.require_in_step()
        for action in ("theme", "meeting", "theme", "meeting", "reset", "back"):
            hands.press(page.locator(f"[data-action={action}]"))
        page.locator("[data-picture=overview]").hover()
        page.locator("[data-screen=families] summary", has_text="Show as a table").click()
        for form in ("csv", "xlsx", "parquet"):
            with page.expect_download():
                page.locator(f'[data-screen=families] a[data-download$="{form}"]').click()
        assert {url.split("/")[2] for url in asked if url.startswith("http")} == {sample_board.host}
        page.faults.require_none()


def test_the_watch_of_a_page_would_notice_an_error_and_an_outside_request(browser):
    context = browser.new_context()
    faults = Faults()
    faults.outside.watch(context)
    page = context.new_page()
    faults.watch(page)
    page.set_content(
        '<script>console.error("wrong"); setTimeout(() => { throw Error("thrown"); });</script>'
        '<img src="http://elsewhere.test/pixel.png">'
    )
    page.wait_for_timeout(200)
    context.close()
    assert any("thrown" in fault for fault in faults.said)
    assert any("wrong" in fault for fault in faults.said)
    assert faults.outside.urls == ["http://elsewhere.test/pixel.png"]
