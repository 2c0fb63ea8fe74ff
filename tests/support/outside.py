"""Nothing but this machine: a watch on every request that a page makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

OWN_HOST = "127.0.0.1"
_REQUESTING_SCHEMES = {"http", "https", "ws", "wss", "ftp"}

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {OWN_HOST}",
]
"""A Chromium that keeps to itself; a name that is no loopback address is never looked up."""


def is_outside(url: str) -> bool:
    """Return whether a URL asks any host but the loopback address."""
    parts = urlsplit(url)
    return parts.scheme in _REQUESTING_SCHEMES and parts.hostname != OWN_HOST


@dataclass
class OutsideRequests:
    """The requests of the watched pages to any host but 127.0.0.1; none is the promise."""

    urls: list[str] = field(default_factory=list)

    def watch(self, watched: Page | BrowserContext) -> None:
        """Watch a page, or a context with every page and web socket it will open."""
        watched.on("request", lambda request: self._note(request.url))
        if hasattr(watched, "new_page"):
            watched.on("page", self._watch_sockets)
        else:
            self._watch_sockets(watched)

    def require_none(self) -> None:
        """Fail at the first request that left this machine."""
        assert not self.urls, f"asked another host: {self.urls[0]} ({len(self.urls)} requests)"

    def _watch_sockets(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._note(socket.url))

    def _note(self, url: str) -> None:
        if is_outside(url):
            self.urls.append(url)
