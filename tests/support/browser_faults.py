"""What a page should never do: a watch on its scripts, its console and its requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.outside import OutsideRequests

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page


@dataclass
class Faults:
    """What a page should never say: errors of its scripts, of its console, outside requests."""

    outside: OutsideRequests = field(default_factory=OutsideRequests)
    said: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("pageerror", lambda error: self.said.append(f"script: {error}"))
        page.on("console", self._note)
        page.on("crash", lambda _: self.said.append("the page crashed"))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text}")

    def require_none(self) -> None:
        """Fail at the first fault."""
        self.outside.require_none()
        assert self.said == []
