"""Count what a page weighs on the wire: a first load of Chromium, and the same page once more.

    python benchmarks/page_weight.py

Bytes are those Chromium says it was sent, heads of answers included, and the payload of web socket
frames, before Chromium inflates anything. "again" has the cache of the first load.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from browsing import chromium, open_board, probed_page
from measuring import keep, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Weight:
    """Adds up what one load of a page was sent, by kind of answer."""

    def __init__(self, network: Any) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        self.socket_bytes = 0
        network.send("Network.enable")
        network.on("Network.responseReceived", self._begun)
        network.on("Network.loadingFinished", self._ended)
        network.on("Network.webSocketFrameReceived", self._frame)

    def _begun(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        self.answers[event["requestId"]] = {
            "path": urlsplit(answer["url"]).path,
            "kind": event["type"],
            "bytes": 0,
            "is_kept": answer.get("fromDiskCache", False),
        }

    def _ended(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.answers:
            self.answers[event["requestId"]]["bytes"] = event["encodedDataLength"]

    def _frame(self, event: dict[str, Any]) -> None:
        self.socket_bytes += len(event["response"]["payloadData"].encode())

    def told(self) -> dict[str, Any]:
        """Return kilobytes in all and by kind, the number of requests, and the heaviest answers."""
        asked = [one for one in self.answers.values() if one["path"] and not one["is_kept"]]
        kinds: dict[str, float] = defaultdict(float)
        for one in asked:
            kinds[f"{one['kind'].lower()}_kb"] += one["bytes"] / 1000
        kinds["web_socket_kb"] = self.socket_bytes / 1000
        heaviest = sorted(asked, key=lambda one: -one["bytes"])[:12]
        return {
            "all_kb": round(sum(kinds.values()), 1),
            "http_kb": round(sum(kinds.values()) - kinds["web_socket_kb"], 1),
            "requests": len(asked),
            **{name: round(size, 1) for name, size in sorted(kinds.items())},
            "heaviest_kb": {one["path"]: round(one["bytes"] / 1000, 1) for one in heaviest},
        }


def two_loads(browser: Browser, address: str) -> dict[str, Any]:
    """Load the agenda twice with one cache; return what each load was sent."""
    figures: dict[str, Any] = {}
    page = probed_page(browser)
    for name in ("first", "again"):
        network = page.context.new_cdp_session(page)
        weight = Weight(network)
        open_board(page, address)
        figures[name] = weight.told()
        network.detach()
    page.context.close()
    return figures


def main() -> None:
    """Load the agenda twice in one browser and keep what each load was sent."""
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home)) as board,
        chromium() as browser,
    ):
        figures, version = two_loads(browser, board.address), browser.version
    keep("page_weight", figures, chromium=version)


if __name__ == "__main__":
    main()
