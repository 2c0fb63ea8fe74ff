"""What every test may ask for: real files, a Chromium, a home of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis
import pytest

from dashboard.store.connections import open_reader
from tests.support.outside import CHROMIUM_ARGUMENTS, OutsideRequests
from tests.support.quiet_service import service_with_signals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    from playwright.sync_api import Browser, Page

    from dashboard.store import Store

pytest_plugins = ["tests.support.means"]

hypothesis.settings.register_profile(
    "ci", derandomize=True, database=None, deadline=None, print_blob=True
)
hypothesis.settings.register_profile("nightly", max_examples=10_000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def alliance_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder for this run, so that no test touches the stores of the person at work."""
    home = tmp_path_factory.mktemp("alliance_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLIANCE_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def signals_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of a service in which every signal fires."""
    with service_with_signals().open(tmp_path_factory.mktemp("signals") / "store") as opened:
        yield opened


@pytest.fixture(scope="session")
def signals_generation(signals_store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file of that store itself, to be asked beside the store."""
    number = signals_store.facts.generation
    with open_reader(signals_store.folder / f"generation-{number:06d}.duckdb") as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """A running Chromium; one for each module, since its event loop must not outlive it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only browser tests pay for it

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def no_outside_requests() -> Iterator[OutsideRequests]:
    """A watch for pages a test opens itself; the test fails if one asked another host."""
    requests = OutsideRequests()
    yield requests
    requests.require_none()


@pytest.fixture
def page(browser: Browser, no_outside_requests: OutsideRequests) -> Iterator[Page]:
    """An empty page of 1440 by 900 that may ask this machine only."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, service_workers="block")
    no_outside_requests.watch(context)
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    yield opened
    context.close()
