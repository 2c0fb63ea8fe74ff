"""A service larger than a browser holds: pages of its cases, and codes found as one types."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.selection import Selection
from dashboard.panels import index as index_module
from dashboard.panels.board import Board
from dashboard.panels.index import CASES_SHOWN, FOUND, Part, ServiceIndex
from dashboard.panels.page import board_page
from dashboard.panels.ready import make_ready
from dashboard.panels.screens import page_of
from dashboard.store import selection_params
from dashboard.views.agenda import LEARN_FROM, START_HERE
from dashboard.views.geometry import GEOMETRY
from dashboard.views.summary import count_line
from dashboard.views.view import view_of
from tests.support.large_service import FAMILIES, SMALL_LIMIT, cases


@pytest.fixture
def board(large):
    return Board(shared=large)


def offered(board, name):
    return list(board.widgets.by_name[name].options.values())


def test_a_page_of_cases_is_a_page_of_the_picture():
    assert GEOMETRY["familiesShown"] == CASES_SHOWN


def test_the_cases_come_a_page_at_a_time_in_the_order_people_count(board, large):
    assert board.loaded.part == Part(page=0, pages=3, first=1, all=FAMILIES, after="C-41")
    assert board.loaded.case_ids == cases(1, 40)

    board.turn(1)
    assert board.loaded.case_ids == cases(41, 80)
    page_2 = {"page": 1, "pages": 3, "first": 41, "all": 90, "before": "C-40", "after": "C-81"}
    assert board.loaded.block.facts["part"] == page_2 | {"agenda": False, "talk": 0}

    assert board.turn(99).loaded.case_ids == cases(81, 90)
    assert board.page == 2
    assert board.engine.block == board.loaded.text
    assert sum(large.index.cell_count[case] for case in cases(1, 40)) <= SMALL_LIMIT


def test_what_is_counted_says_of_which_page_it_is(board):
    block = board.turn(2).loaded.block

    line = count_line(block, view_of(Selection(), block))

    assert line.startswith("Page 3 of 3: 20 forms · 10 families · ")


def test_a_filter_acts_on_every_case_and_begins_at_the_first_page(board):
    board.turn(2)
    board.select(threats=["lack_of_trust"])

    every_third = [f"C-{number}" for number in range(3, FAMILIES + 1, 3)]
    assert board.page == 0
    assert board.loaded.part is None
    assert board.loaded.case_ids == set(every_third)
    assert len(every_third) == 90 // 3


def test_the_families_of_a_therapist_are_held_whole_so_that_further_filters_need_no_server(board):
    board.select(therapist="T1")
    held = board.loaded

    board.select(threats=["lack_of_trust"])

    assert held.case_ids == cases(1, 5)
    assert board.loaded is held


def on_the_agenda(rows):
    """Return the cases of an agenda in its order: those to talk about, and those going well."""
    tiers = dict(reversed(list(rows.select("case_id", "case_tier").iter_rows())))
    ordered = list(dict.fromkeys(rows["case_id"]))
    return [[case for case in ordered if (tiers[case] == 3) is well] for well in (False, True)]


def entries(block, *, well):
    cases_of_block = block.facts["cases"]
    return [
        cases_of_block[entry["case"]]["code"]
        for entry in block.facts["agenda"]["entries"]
        if entry["well"] is well
    ]


def test_the_agenda_begins_with_the_first_cases_of_the_whole_service(large):
    talk, well = on_the_agenda(large.store.query("agenda_reasons"))
    loaded = Board(shared=large, page=None).loaded

    assert len(talk) > START_HERE
    assert set(talk) - cases(1, 40), "some are not on the first page in code order"
    assert loaded.part == Part(0, 3, 1, FAMILIES, agenda=True, talk=len(talk))
    assert entries(loaded.block, well=False) == talk[: CASES_SHOWN - LEARN_FROM]
    assert entries(loaded.block, well=True) == well[:LEARN_FROM]
    line = count_line(loaded.block, view_of(Selection(), loaded.block))
    assert line.startswith(f"The {len(loaded.case_ids)} cases shown of the agenda: ")


def test_the_agenda_follows_the_filters_and_a_case_of_it_is_opened_where_it_stands(large):
    board = Board(shared=large, page=None)
    held = board.loaded
    first = entries(held.block, well=False)[0]

    assert board.select(case=first).loaded is held
    assert board.select(cases=[]).loaded is held
    board.select(therapist="T2")
    talk, _ = on_the_agenda(large.store.query("agenda_reasons", therapist_ids=["T2"]))
    assert board.loaded.part.talk == len(talk)
    assert entries(board.loaded.block, well=False) == talk[: CASES_SHOWN - LEARN_FROM]
    assert board.select(therapist="T1").loaded.part is None


def test_a_page_asks_for_the_cases_its_screen_is_about(large):
    board = Board(shared=large)

    board.engine.asked = {"agenda": True, "turn": 1}
    assert board.loaded.part.agenda
    board.engine.asked = {"agenda": False, "turn": 2}
    assert board.loaded.case_ids == cases(1, 40)


def test_a_page_may_ask_for_a_case_it_does_not_hold(large):
    board = Board(shared=large)
    assert board.loaded.part.after == "C-41"

    board.engine.asked = {"case": "C-41", "turn": 1}
    assert board.selection.cases == ("C-41",)
    assert board.loaded.case_ids == cases(41, 80)
    board.engine.asked = {"case": "C-4100", "turn": 2}
    assert board.selection.cases == ("C-41",)


@pytest.mark.parametrize(
    ("query", "page"),
    [("", 0), ("?screen=families&page=3", 2), ("page=0", 0), ("page=-1", 0), ("page=two", 0)],
)
def test_an_address_names_a_page_as_people_count(query, page):
    assert page_of(query) == page


def test_an_address_opens_its_page(large):
    assert board_page(large, "?screen=families&page=2").board.loaded.case_ids == cases(41, 80)
    assert board_page(large, "?screen=families&page=99").board.loaded.case_ids == cases(81, 90)
    assert board_page(large, "?page=2").board.loaded.part.agenda


def test_without_anything_to_talk_about_the_agenda_holds_the_first_page(large, monkeypatch):
    none = large.frame("agenda_reasons").clear()
    monkeypatch.setattr(large, "_agenda", lambda *_: none)

    loaded = Board(shared=large, page=None).loaded

    assert loaded.case_ids == cases(1, 40)
    assert loaded.part == Part(0, 3, 1, FAMILIES, agenda=True, talk=0)


def test_a_case_that_is_opened_comes_with_its_own_page_and_leaves_it_there(board):
    board.select(case="C-57")

    assert board.loaded.case_ids == cases(41, 80)
    board.select(cases=[])
    assert board.loaded.case_ids == cases(41, 80)


def test_a_case_outside_the_filters_comes_with_its_family_alone(board):
    board.select(therapist="T1", case="C-57")

    assert board.loaded.case_ids == {"C-57"}


def test_a_long_list_offers_what_is_sought_beside_what_is_chosen(board):
    board.select(families=["F-88"])

    assert board.find("families", "f-1") == ["F-88", *(f"F-{n}" for n in (1, *range(10, 20)))]
    assert offered(board, "families") == board.offered.codes["families"]
    assert board.widgets.by_name["families"].value == ["F-88"]
    assert board.engine.options == board.widgets.codes()
    assert board.selection.families == ("F-88",)
    assert board.find("families", "no such code") == ["F-88"]
    assert board.find("therapists", "2") == ["T1", "T2"]
    assert list(board.widgets.finders) == ["families"]


def test_typing_in_the_finder_of_a_list_offers_its_codes(board):
    board.widgets.finders["families"].value_input = "-90"

    assert offered(board, "families") == ["F-90"]


def test_a_page_that_the_browser_asks_for_is_fetched(board):
    board.engine.asked = {"page": 1, "turn": 1}
    assert board.loaded.part.page == 1

    board.engine.asked = {"page": "many"}
    board.engine.asked = {}
    assert board.loaded.part.page == 1


@pytest.mark.parametrize("name", ["families", "therapists"])
def test_a_small_service_lists_every_code_and_turns_no_page(shared, name):
    board = Board(shared=shared)

    assert board.widgets.finders == {}
    assert board.turn(3).loaded.is_whole
    assert board.find(name, "nothing") == offered(board, name) == shared.index.codes[name]


def index_of(cell_counts):
    numbers = range(1, len(cell_counts) + 1)
    counts = {
        "case_id": [f"C{n}" for n in numbers],
        "family_id": [f"F{n}" for n in numbers],
        "cell_count": cell_counts,
    }
    return ServiceIndex(pl.DataFrame(counts), [], [], pl.DataFrame)


def some_of(codes):
    return st.sets(st.sampled_from([*codes, "nobody"]), max_size=3)


def test_whose_cases_they_are_needs_no_question_and_is_what_the_store_answers(large, monkeypatch):
    codes = large.index.codes
    ask = large.store.query

    @settings(max_examples=60)
    @given(*(some_of(codes[name]) for name in ("groups", "therapists", "families")))
    def of(groups, therapists, families):
        chosen = Selection(groups=groups, therapists=therapists, families=families)
        asked = ask("case_codes", **selection_params(chosen, large.store, query="case_codes"))
        with monkeypatch.context() as silent:
            silent.setattr(type(large.store), "query", None)
            assert large.index.passing(chosen).cases == large.index.in_order(asked["case_id"])

    assert large.index.cases_of_care.keys() == {"group_id", "therapist_id"}
    of()


@pytest.mark.parametrize("other", [{"threats": ["lack_of_trust"]}, {"date_to": date(2026, 1, 5)}])
def test_what_else_a_list_is_filtered_by_is_for_the_store_to_answer(large, other):
    assert large.index.passing(Selection(therapists=["T9"], **other)) is None


def test_a_page_ends_before_it_holds_more_cells_than_allowed():
    index = index_of([4, 4, 9, 1, 1])
    cases = index.listed()

    assert cases.pages(8) == [0, 2, 3]
    assert cases.cut(8, page=1) == (["C3"], Part(1, 3, 3, 5, before="C2", after="C4"))
    assert cases.cut(8, around="C5") == (["C4", "C5"], Part(2, 3, 4, 5, before="C3"))
    assert cases.cut(19) == (["C1", "C2", "C3", "C4", "C5"], None)
    assert index.listed([]).cut(19) == ([], None)
    assert index.listed(["C5", "C1", "C9"]).cases == ["C1", "C5"]


def test_who_cares_for_whom_is_not_asked_before_somebody_filters_by_it():
    index = index_of([1, 1])
    index._spans = None

    assert index.passing(Selection()).cases == ["C1", "C2"]
    assert index.passing(Selection(families=["F2"])).cases == ["C2"]


def test_a_search_offers_no_more_codes_than_a_person_reads(monkeypatch):
    index = index_of([1] * (FOUND + 30))
    assert index.found("families", "F") == [f"F{n}" for n in range(1, FOUND + 1)]

    monkeypatch.setattr(index_module, "FOUND", 2)
    assert index.found("families", "1") == ["F1", "F10"]
    assert index.found("families", "0", beside=["F3"]) == ["F3", "F10", "F20"]
    assert index.of_family("C2") == ["C2"]
    assert index.of_family("C999") == []


@pytest.mark.parametrize("query", ["", "?screen=families&page=2", "?case=C-57", "?therapist=T9"])
def test_a_page_that_was_made_ready_asks_the_store_for_nothing_more(large, monkeypatch, query):
    make_ready(large, query)

    def asked(*_, **__):
        raise AssertionError("where everybody waits")

    for way in ("query", "told", "with_cases"):
        monkeypatch.setattr(type(large.store), way, asked)
    board = board_page(large, query).board

    by_agenda = "case" not in query and "screen" not in query
    assert board.loaded.part.agenda is by_agenda
    assert board.loaded.case_ids >= set(board.selection.cases)
