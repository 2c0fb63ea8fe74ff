"""Another set of cases: seen first, completed beside it, the likely next ones ready."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import logging
import threading

import panel as pn
import pytest
from bokeh.document import Document
from panel.reactive import Syncable

from dashboard.domain.selection import Selection
from dashboard.panels import held as held_module
from dashboard.panels.board import Board
from dashboard.panels.drawn import fitted_figure
from dashboard.panels.engine import PictureEngine
from dashboard.panels.held import HeldCases
from dashboard.panels.sets import SAME_FOR_ALL
from dashboard.panels.warming import WAITING, Warmer
from dashboard.panels.widgets import SwiftChecks, SwiftText
from dashboard.panels.wire import PageWire, _Heard
from dashboard.views.geometry import GEOMETRY
from dashboard.views.overview import overview_picture
from dashboard.views.packing import Block
from dashboard.views.slice import chosen
from dashboard.views.summary import count_line
from dashboard.views.view import view_of
from tests.support.large_service import cases

BYTES_OF_A_CASE = 2_000
"""Compressed; here a case is two sessions of one member, in a real service some 2,500."""


class Session:
    """A session that somebody looks at: it keeps what is to be done at its next turn."""

    session_context = object()

    def __init__(self):
        self.turns = []

    def add_next_tick_callback(self, callback):
        self.turns.append(callback)

    def go_on(self):
        while self.turns:
            self.turns.pop(0)()


@pytest.fixture
def session(monkeypatch):
    document = Session()
    monkeypatch.setattr(held_module, "served_document", lambda: document)
    return document


@pytest.fixture
def aside(large, monkeypatch):
    """What is to be done beside the page, by hand: nothing runs until a test lets it."""
    tasks = []
    monkeypatch.setattr(
        large.warmer, "soon", lambda task, *, first=False: tasks.append((first, task))
    )
    return tasks


@pytest.fixture
def looked(large, monkeypatch):
    """The cases of each glimpse that was made, in order."""
    made, look = [], large._look

    def noted(wanted):
        made.append(set(wanted.key[1][0]))
        return look(wanted)

    monkeypatch.setattr(large, "_look", noted)
    return made


def merged(whole, glimpse):
    """Return what a page holds after a glimpse: weeks and counts, and all that is the same."""
    return Block(facts={**whole.facts, **glimpse.facts}, tables=glimpse.tables, texts=glimpse.texts)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(therapists=("T1",)),
        Selection(threats=("lack_of_trust",), date_from=dt.date(2026, 4, 14)),
        Selection(families=tuple(f"F-{n}" for n in range(3, 60)), date_to=dt.date(2026, 6, 1)),
    ],
)
def test_a_glimpse_shows_the_weeks_of_the_whole_set_and_counts_its_forms(large, selection):
    before = large.loaded(Selection()).block
    wanted = large.wanted(selection, 1)
    glimpse, made = large.glimpse(wanted), large.made(wanted)
    seen, whole = merged(before, glimpse.block), made.block

    assert glimpse.case_ids == made.case_ids
    assert glimpse.part == made.part
    assert seen.facts["isGlimpse"]
    assert not whole.facts["isGlimpse"]
    trusted, bond = {"threats": ("lack_of_trust",)}, {"instrument": "srs", "scale": "bond"}
    for narrower in (selection, *(selection.changed(**more) for more in (trusted, bond))):
        view = view_of(narrower, whole)
        assert chosen(seen, view) == chosen(whole, view)
        assert vars(overview_picture(seen, view)) == vars(overview_picture(whole, view))
        assert count_line(seen, view) == count_line(whole, view)
        assert "forms" in count_line(seen, view)


def test_a_patch_leaves_out_what_the_page_holds_already_and_is_small(large):
    made = large.loaded(Selection(), 1)
    told = json.loads(gzip.decompress(made.patch.packed()))
    whole = json.loads(made.text)

    assert told == {name: fact for name, fact in whole.items() if name not in SAME_FOR_ALL}
    first = json.loads(large.loaded(Selection(), 0).text)
    assert {name: whole[name] for name in SAME_FOR_ALL} == {n: first[n] for n in SAME_FOR_ALL}
    assert len(made.patch.packed()) < 40 * BYTES_OF_A_CASE
    assert made.patch is large.loaded(Selection(), 1).patch
    glimpse = large.glimpse(large.wanted(Selection(), 1))
    assert len(glimpse.patch.packed()) < len(made.patch.packed())


def test_a_session_sees_a_glimpse_first_and_the_rest_once_the_page_asks(large, session, aside):
    completed = []
    held = HeldCases(large, Selection(), lambda: completed.append(held.loaded))

    assert held.turn(Selection(), 1)
    assert held.loaded.is_glimpse
    assert held.loaded.case_ids == cases(41, 80)
    assert aside == [], "nothing stands in the way of what is seen first"
    assert not held.turn(Selection(), 1)

    held.rest(Selection())
    held.rest(Selection())
    assert [first for first, _ in aside] == [True]
    aside[0][1]()
    assert held.loaded.is_glimpse
    session.go_on()

    assert completed == [held.loaded]
    assert held.loaded is large.loaded(Selection(), 1)
    assert [first for first, _ in aside] == [True, False], "then the page beside it"


def test_the_rest_is_asked_for_over_the_wire(large, session, aside):
    board = Board(shared=large, engine=PageWire)
    board.turn(1)
    assert board.loaded.is_glimpse
    seen = json.loads(board.engine.told.value)
    assert (seen["block"], seen["data"]) == (board.loaded.patch.address, board.loaded.patch.text)

    board.engine.heard.value = '{"asked": {"rest": true, "turn": 1}}'
    aside[0][1]()
    session.go_on()

    assert board.loaded is large.loaded(Selection(), 1)
    assert board.engine.block == board.loaded.patch.address
    assert "data" not in json.loads(board.engine.told.value), "so much goes by its address"


def test_a_page_is_told_whom_its_cases_are_about_where_the_same_cases_stay(large, session, aside):
    board = Board(shared=large, engine=PageWire)
    board.select(therapists=["T1"])
    before = json.loads(board.engine.told.value)
    families = [f"F-{number}" for number in (5, 4, 3, 2, 1)]
    board.select(threats=["lack_of_trust"])
    assert json.loads(board.engine.told.value) == before

    board.select(families=families)

    after = json.loads(board.engine.told.value)
    assert before["whom"] == [[], ["T1"], []]
    assert after["whom"] == [[], ["T1"], sorted(families)]
    assert after["block"] == before["block"]


def test_a_set_that_is_ready_comes_whole_at_once(large, session, aside):
    made = large.loaded(Selection(), 1)
    held = HeldCases(large, Selection(), lambda: None)

    held.turn(Selection(), 1)

    assert held.loaded is made
    held.rest(Selection())
    assert [first for first, _ in aside] == [False], "only the page beside it"


def test_a_face_that_cannot_ask_for_the_rest_gets_it_at_once(large, session, aside):
    board = Board(shared=large)

    board.turn(1)

    assert not board.loaded.is_glimpse
    assert board.engine.block == board.loaded.text


def test_what_came_too_late_is_not_shown(large, session, aside):
    held = HeldCases(large, Selection(), lambda: None)
    held.turn(Selection(), 1)
    held.rest(Selection())
    late = aside[0][1]
    held.turn(Selection(), 2)

    late()
    session.go_on()

    assert large.ready(large.wanted(Selection(), 1)) is None, "nobody waits for it any more"
    assert held.loaded.case_ids == cases(81, 90)
    assert held.loaded.is_glimpse


def test_the_pages_beside_the_one_in_view_are_made_ready(large, session, aside, looked):
    held = HeldCases(large, Selection(), lambda: None)
    held.turn(Selection(), 1)
    held.rest(Selection())
    aside.pop()[1]()
    session.go_on()
    for _, task in aside:
        task()
    assert looked == [cases(41, 80), cases(81, 90)]

    assert held.turn(Selection(), 2)
    assert held.loaded.case_ids == cases(81, 90)
    assert len(looked) == 2


def test_a_therapist_who_is_pointed_at_is_made_ready(large, session, aside, looked):
    board = Board(shared=large, engine=PageWire)
    board.engine.asked = {"likely": [["T1"], ["nobody"], "T1", 7], "turn": 1}
    assert [first for first, _ in aside] == [False]
    aside.pop()[1]()

    board.select(therapist="T1")

    assert board.loaded.case_ids == cases(1, 5)
    assert looked == [cases(1, 5)]


def test_of_two_that_are_likely_the_likelier_is_made_first(large, session, looked):
    board = Board(shared=large, engine=PageWire)
    board.engine.asked = {"likely": [["T1"], ["T2"], ["T1", "T2"]], "turn": 1}
    board.engine.asked = {"likely": {"T1": "T1"}, "turn": 2}
    large.warmer.soon(lambda: None).result(30)  # comes after what was asked before it

    assert looked == [cases(1, 5), cases(6, 45)]


def test_a_figure_of_a_part_has_room_for_the_cases_of_the_next(large):
    first, last = large.loaded(Selection(), 0), large.loaded(Selection(), 2)
    needed = first.block.facts["frames"]["hero"]

    assert needed[0] < GEOMETRY["roomWidth"]
    assert large.figure("hero", first) == large.figure("hero", last)
    assert large.figure("hero", first) != fitted_figure("hero", tuple(needed[:2]))


def test_who_chooses_while_it_is_made_ready_waits_for_that_one(large, monkeypatch):
    begun, gate, looked, look = threading.Event(), threading.Event(), [], large._look

    def slow(wanted):
        looked.append(wanted)
        begun.set()
        gate.wait(30)
        return look(wanted)

    monkeypatch.setattr(large, "_look", slow)
    wanted, found = large.wanted(Selection(), 2), []
    both = [threading.Thread(target=lambda: found.append(large.glimpse(wanted))) for _ in range(2)]
    both[0].start()
    assert begun.wait(30)
    both[1].start()
    gate.set()
    for each in both:
        each.join(30)

    assert found[0] is found[1]
    assert len(looked) == 1


def test_without_a_session_a_set_comes_whole(large):
    board = Board(shared=large).turn(1)

    assert not board.loaded.is_glimpse
    assert board.engine.block == board.loaded.text


def test_many_who_want_one_set_wait_for_one(large, monkeypatch):
    built, build = [], large._build

    def counted(wanted):
        built.append(wanted)
        return build(wanted)

    monkeypatch.setattr(large, "_build", counted)
    wanted, found = large.wanted(Selection(), 2), []
    threads = [threading.Thread(target=lambda: found.append(large.made(wanted))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(built) == 1
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_what_somebody_waits_for_comes_before_guesses_and_is_never_let_go():
    warmer, done, begun, gate = Warmer(), [], threading.Event(), threading.Event()
    warmer.soon(lambda: (begun.set(), gate.wait()), first=True)
    assert begun.wait(30), "the task that keeps the others waiting has begun"
    turns = [warmer.soon(lambda n=n: done.append(n), first=n < 2) for n in range(2 + WAITING + 2)]
    gate.set()
    for turn in turns:
        turn.result(30)

    kept = [2 + WAITING + 1 - back for back in range(WAITING)]
    assert done == [1, 0, *kept]


def test_a_guess_that_fails_is_logged_by_its_kind_and_the_next_one_goes_on(caplog):
    warmer, done = Warmer(), []

    def fails():
        raise ValueError("F-104 has a rating")

    with caplog.at_level(logging.WARNING):
        warmer.soon(fails).result(30)
        warmer.soon(lambda: done.append(1)).result(30)

    assert done == [1]
    assert "ValueError" in caplog.text
    assert "F-104" not in caplog.text


class Heard(Document):
    """A document of a session that notes what waits for how long."""

    session_context = object()

    def __init__(self):
        super().__init__()
        self.waits = []

    def add_timeout_callback(self, callback, milliseconds):
        self.waits.append(milliseconds)
        return callback


@pytest.mark.parametrize(
    ("widget", "name", "waits"),
    [
        (SwiftChecks(options=["a"]), "active", []),
        (SwiftText(), "value_input", []),
        (PictureEngine(), "asked", []),
        (PictureEngine(), "picked", [50]),
        (_Heard(), "value", []),
    ],
)
def test_panel_tells_python_at_once_where_another_set_may_be_wanted(
    monkeypatch, widget, name, waits
):
    document, at_once = Heard(), []
    monkeypatch.setattr(
        type(pn.state), "execute", lambda _, call, schedule: at_once.append(schedule)
    )

    assert Syncable._debounce == 50
    widget._server_change(document, "a model", None, name, None, None)

    assert document.waits == waits
    assert at_once == ([] if waits else [True])
