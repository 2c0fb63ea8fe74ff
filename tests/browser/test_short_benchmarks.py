"""A short run of the benchmarks of starts, pages and sessions: they measure what they say."""

from __future__ import annotations

import asyncio
import importlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.repository import REPOSITORY

BENCHMARKS = REPOSITORY / "benchmarks"


@pytest.fixture(scope="module")
def benchmark():
    """Import a benchmark as it runs: with its neighbours beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield importlib.import_module


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A state folder in which no other service was ever opened."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def board(benchmark, home):
    """A board in a process of its own that tells what of its sessions it still holds."""
    program = benchmark("many_sessions").COUNTED_BOARD
    with benchmark("measuring").served(home, program=program) as running:
        yield running


def beside(task):
    """Return what a task gives in a thread without the event loop of a browser."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(task).result()


def test_a_session_is_told_with_its_times_its_sizes_and_the_work_of_the_server(benchmark, board):
    found, worked = beside(lambda: benchmark("open_session").some_sessions(board, 2))

    assert [set(one) for one in found] == [{"page_ms", "document_ms", "page_kb", "document_kb"}] * 2
    assert all(value > 0 for one in found for value in one.values())
    assert worked > 0


def test_a_start_is_told_by_what_it_worked_until_each_answer(benchmark, alliance_home):
    found = beside(lambda: benchmark("first_page").answered(alliance_home))

    assert found["answer_s"] > 0
    assert 0 < found["ready_cpu_s"] <= found["answer_cpu_s"] <= found["document_cpu_s"]


def test_sessions_that_change_a_filter_are_answered_and_counted(benchmark, board):
    many = benchmark("many_sessions")

    async def change():
        client = await many.Client(board.address).open()
        spent = [await client.change(), await client.change()]
        held = many.counted(board)
        await client.close()
        return spent, held

    spent, held = beside(lambda: asyncio.run(change()))

    assert all(one > 0 for one in spent)
    assert held["boards"] >= 1
    assert held["models"] >= 13
    assert {"documents", "watchers", "sockets", "threads"} <= set(held)


def test_the_second_load_of_a_page_weighs_less(benchmark, board, browser):
    found = benchmark("page_weight").two_loads(browser, board.address)

    assert 0 < found["again"]["all_kb"] < found["first"]["all_kb"]
    assert found["first"]["script_kb"] > 0
    assert set(found["first"]["heaviest_kb"])


def test_the_page_of_many_sessions_is_settled_after_a_change(benchmark, board, browser):
    browsing, many = benchmark("browsing"), benchmark("many_sessions")
    page = browsing.probed_page(browser)
    browsing.open_board(page, board.address, "?case=C-104")

    assert page.evaluate(many.CHANGE, ["scale", browsing.QUIET_MS]) > 0
    page.context.close()


def test_the_board_takes_the_choices_that_are_made_in_the_others_too(
    benchmark, board, browser, home, tmp_path
):
    apps, peers = benchmark("peer_apps"), benchmark("peers_beside")
    (generation,) = home.glob("stores/*/generation-*.duckdb")
    flat = apps.flat_file(generation, tmp_path / "flat.duckdb")
    port = int(board.address.rstrip("/").rpartition(":")[2])
    app = apps.Board("board", [], apps.PEERS, {}, port=port, process=board.process)
    app.picture, app.drawn = apps.BOARD_SHOWS
    opened, load = peers.warm(browser, app, peers.opening(flat))
    (steps,) = peers.blocks(flat, rounds=1, seed=7)

    assert set(load) == {"page_ms", "page_cpu_ms", "page_kb"}
    told = peers.told([opened.change(step) for step in steps])
    assert told["failed"] == 0
    assert told["change_ms"]["count"] == len(steps) >= 3
    opened.page.context.close()


def test_ratios_are_the_board_by_another_where_both_have_a_figure(benchmark):
    figures = {
        "board": {
            "cold_s": {"median": 3.0},
            "change_ms": {"median": 50, "p95": 90},
            "page_ms": {"median": 100},
            "failed": 0,
        },
        "dash": {"cold_s": {"median": 4.0}, "change_ms": {"median": 100, "p95": 200}, "failed": 0},
    }

    assert benchmark("peers_beside").ratios(figures) == {
        "to_dash": {"cold_s": 3.0 / 4.0, "change_ms": 50 / 100, "change_ms_p95": 90 / 200}
    }


def test_a_run_of_all_has_every_benchmark_and_the_others_where_they_are_named(
    benchmark, monkeypatch
):
    run = benchmark("run")
    monkeypatch.delenv(run.PEERS, raising=False)
    alone = [Path(command[1]).stem for command in run.commands()]
    monkeypatch.setenv(run.PEERS, "python-of-the-others")

    assert run.commands()[-1][1:] == [
        str(BENCHMARKS / "peers_beside.py"),
        *("--python", "python-of-the-others"),
    ]
    assert {*alone, "peers_beside"} == set(run.BENCHMARKS)
    assert all((BENCHMARKS / f"{name}.py").is_file() for name in run.BENCHMARKS)
