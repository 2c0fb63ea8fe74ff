"""A served sample service, and pages of it that are watched for errors and outside requests."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from dashboard.domain.places import data_folder
from dashboard.store import open_source
from tests.support.browser_board import BoardPage
from tests.support.outside import OutsideRequests
from tests.support.served import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.support.served import Served


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

    def _note(self, message: object) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text}")

    def require_none(self) -> None:
        """Fail at the first fault."""
        self.outside.require_none()
        assert self.said == []


@pytest.fixture(scope="module")
def sample_board(alliance_home) -> Iterator[Served]:
    """The sample service, served."""
    with open_source(data_folder("sample_data")) as store, served(store) as running:
        yield running


@pytest.fixture(scope="module")
def new_page(browser: Browser) -> Callable:
    """Open a watched page of a size, as a context manager."""

    @contextmanager
    def opened(width: int = 1440, height: int = 900, **settings: object) -> Iterator[Page]:
        viewport = {"width": width, "height": height}
        context = browser.new_context(
            viewport=viewport, service_workers="block", locale="en-US", **settings
        )
        faults = Faults()
        faults.outside.watch(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        faults.watch(page)
        page.faults = faults
        yield page
        faults.require_none()
        context.close()

    return opened


@pytest.fixture(scope="module")
def sample_page(new_page, sample_board) -> Iterator[BoardPage]:
    """One page of the sample service, for every test of a module."""
    with new_page() as page:
        yield BoardPage(page, sample_board).open()
