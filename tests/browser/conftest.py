"""A served sample service, and pages of it that are watched for errors and outside requests."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from dashboard.domain.places import data_folder
from dashboard.store import open_source
from tests.support.browser_board import BoardPage
from tests.support.browser_faults import Faults
from tests.support.served import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.support.served import Served


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
