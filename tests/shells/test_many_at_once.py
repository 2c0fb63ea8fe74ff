"""Many people at once: a slow question of one page holds up nobody else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

from dashboard.errors import QueryError
from dashboard.panels.shared import SharedPictures

PATIENCE = 60


def ask(board, path=""):
    with urlopen(board.url + path, timeout=PATIENCE) as answer:  # noqa: S310 - our own http address
        return answer.read().decode()


def test_a_slow_question_of_one_page_does_not_delay_others(board, monkeypatch):
    asked, gate, made = threading.Event(), threading.Event(), SharedPictures.loaded

    def slow(shared, selection, *rest):
        if selection.cases == ("C3",):
            asked.set()
            assert gate.wait(PATIENCE)
        return made(shared, selection, *rest)

    monkeypatch.setattr(SharedPictures, "loaded", slow)
    with ThreadPoolExecutor(1) as other:
        page = other.submit(ask, board, "?case=C3")
        try:
            assert asked.wait(PATIENCE)
            assert '"generation": 1' in ask(board, "alive")
            assert "data-board" in ask(board, "?case=C1")
            assert not page.done()
        finally:
            gate.set()
        assert "data-board" in page.result(PATIENCE)


def test_a_question_that_took_too_long_is_not_asked_again_where_all_would_wait(board, monkeypatch):
    asked = []

    def refused(_, selection, *rest):
        asked.append(threading.current_thread().name)
        raise QueryError("Query 'case_list' took longer than 10 s and was stopped.")

    monkeypatch.setattr(SharedPictures, "loaded", refused)
    page = ask(board, "?case=C3")

    assert "took longer than 10 s and was stopped" in page
    assert len(asked) == 1


def test_a_question_runs_in_the_thread_that_asks_it(board):
    with board.store._opened.cursor() as cursor:
        found = cursor.sql("select current_setting('threads')").fetchall()

    assert found == [(1,)]
