"""One selection, its widgets and the engine: each follows the others, and none answers itself."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from dashboard.domain.selection import Selection
from dashboard.errors import SelectionError
from dashboard.panels.board import Board

EVERY_FIELD = {
    "groups": ("G1",),
    "therapists": ("T01", "T03"),
    "families": ("F1",),
    "cases": ("C1",),
    "members": ("mother", "youth"),
    "threats": ("lack_of_trust",),
    "instrument": "wai_sr",
    "scale": "bond",
    "date_from": dt.date(2026, 6, 1),
    "date_to": dt.date(2026, 7, 1),
    "axis": "date",
}
IN_WIDGETS = {
    "groups": ["G1"],
    "therapists": ["T01", "T03"],
    "families": ["F1"],
    "threats": ["lack_of_trust"],
    "case": "C1",
    "members": "mother,youth",
    "instrument": "wai_sr",
    "scale": "bond",
    "axis": "date",
    "from": "2026-06-01",
    "to": "2026-07-01",
}


def values(board):
    return {name: widget.value for name, widget in board.widgets.by_name.items()}


@pytest.fixture
def written(board):
    """How often each widget was given a value."""
    counts = dict.fromkeys(board.widgets.by_name, 0)

    def count(name):
        def add(_):
            counts[name] += 1

        return add

    for name, widget in board.widgets.by_name.items():
        widget.param.watch(count(name), "value")
    return counts


def test_a_selection_of_every_field_reaches_every_widget_at_once(board, heard, written):
    board.select(**EVERY_FIELD)

    assert values(board) == IN_WIDGETS
    assert heard == [Selection(**EVERY_FIELD)]
    assert board.selection == Selection(**EVERY_FIELD)
    assert set(written.values()) == {1}


def test_what_the_widgets_hold_reads_back_as_the_same_selection(board):
    board.select(**EVERY_FIELD)

    assert board.widgets.read(Selection()) == board.selection


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("groups", ["G2"]), {"groups": ("G2",)}),
        (("therapists", ["T02"]), {"therapists": ("T02",)}),
        (("families", ["F2"]), {"families": ("F2",)}),
        (("threats", ["goal_misalignment"]), {"threats": ("goal_misalignment",)}),
        (("case", "C3"), {"cases": ("C3",)}),
        (("members", "ann,bob"), {"members": ("ann", "bob")}),
        (("instrument", "softa_o"), {"instrument": "softa_o"}),
        (("scale", "tasks"), {"scale": "tasks"}),
        (("axis", "date"), {"axis": "date"}),
        (("from", "2026-06-09"), {"date_from": dt.date(2026, 6, 9)}),
        (("to", "2026-06-30"), {"date_to": dt.date(2026, 6, 30)}),
    ],
)
def test_a_widget_changes_the_selection_once_and_is_not_answered(
    board, heard, written, change, expected
):
    name, value = change
    board.widgets.by_name[name].value = value

    assert {field: getattr(board.selection, field) for field in expected} == expected
    assert len(heard) == 1
    assert written[name] == 1


def test_a_change_of_instrument_offers_its_own_scales(board):
    before = list(board.widgets.by_name["scale"].options.values())
    board.widgets.by_name["instrument"].value = "softa_o"

    offered = list(board.widgets.by_name["scale"].options.values())
    assert before[0] == "total"
    assert offered == board.scales() != before
    assert board.widgets.by_name["scale"].value == offered[0]
    assert board.engine.options["scale"] == offered


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "tomorrow"),
        ("from", "2026-02-30"),
        ("to", ""),
        ("members", "a b"),
        ("members", "<"),
    ],
)
def test_what_cannot_be_a_day_or_a_code_changes_nothing(board, heard, name, value):
    board.widgets.by_name[name].value = value

    assert board.selection.changed(instrument="", scale="") == Selection()
    assert len(heard) <= 1


def test_a_last_day_before_the_first_changes_nothing(board):
    board.select(date_from=dt.date(2026, 7, 1))
    board.widgets.by_name["to"].value = "2026-06-01"

    assert (board.selection.date_from, board.selection.date_to) == (dt.date(2026, 7, 1), None)


def test_an_equal_selection_is_no_change(board, heard, written):
    board.select(therapist="T01")
    board.select(therapists=["T01"])

    assert heard == [Selection(therapists=("T01",))]
    board.selection = Selection(therapists=("T01",))
    assert written == dict.fromkeys(written, 0) | {"therapists": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"therapist": "T99"},
        {"case": "C9"},
        {"families": ["F1", "F9"]},
        {"members": ["nobody"]},
        {"threats": ["boredom"]},
        {"instrument": "phq"},
        {"scale": "warmth"},
    ],
)
def test_an_unknown_code_is_refused_in_words_that_do_not_repeat_it(board, changes):
    with pytest.raises(SelectionError, match="does not exist in these data") as refused:
        board.select(**changes)

    assert board.selection == Selection()
    assert not any(str(value) in str(refused.value) for value in changes.values())


def test_an_unknown_field_is_refused_with_those_there_are(board):
    with pytest.raises(SelectionError, match=r"no field \['colour'\].*'therapists'"):
        board.select(colour="red")


def test_one_code_may_be_given_without_a_list(board):
    board.select(family="F2", case="C3", therapist="T03")

    assert board.selection == Selection(families=("F2",), cases=("C3",), therapists=("T03",))


def test_an_address_with_unknown_codes_keeps_the_known_ones_and_counts_the_rest(shared):
    asked = Selection(therapists=("T01", "T98", "T99"), cases=("C9",), scale="x", instrument="srs")
    board = Board(shared=shared, selection=asked)

    assert board.left_out == 4
    assert board.selection == Selection(therapists=("T01",), instrument="srs")


def test_every_code_on_offer_has_its_word(board):
    assert board.widgets.by_name["threats"].options["Lack of trust"] == "lack_of_trust"
    assert board.widgets.by_name["case"].options == {
        "All families": "",
        "F1 · C1": "C1",
        "F1 · C2": "C2",
        "F2 · C3": "C3",
        "F2 · C4": "C4",
    }
    codes = board.widgets.codes()
    assert codes["therapists"] == ["T01", "T02", "T03", "T04"]
    assert board.engine.options == codes
    assert all(codes[name] for name in ("groups", "families", "instrument", "scale", "axis"))


def test_a_widget_is_found_by_its_tag(board):
    for name, widget in board.widgets.by_name.items():
        assert widget.tags == [f"select:{name}"]


def test_the_cell_that_was_picked_is_told(board):
    what = {"case": "C1", "row": 0, "session_no": 2, "who": "Parent", "member_id": "mother"}
    board.engine.picked = what

    assert board.picked == what


@pytest.mark.parametrize(
    ("given", "case"), [({"family": "F1"}, "C2"), ({"case": "C3"}, "C3"), ({}, "C1")]
)
def test_a_heatmap_is_of_the_latest_case_of_a_family_or_of_the_chosen_case(board, given, case):
    board.select(case="C1")
    texts = _layer(board.heatmap(**given), "Labels").dimension_values("text").tolist()

    sessions = board.frame("case_sessions").filter(case_id=case)
    assert texts[1 : 2 * sessions.height : 2] == [str(n) for n in sessions["session_no"]]
    assert board.selection == Selection(cases=("C1",))


def test_without_any_case_the_first_one_is_drawn(board):
    assert (
        _layer(board.heatmap(), "HeatMap").shape
        == _layer(board.heatmap(case="C1"), "HeatMap").shape
    )


def _layer(overlay, kind):
    return next(element for element in overlay if type(element).__name__ == kind)


def test_the_agenda_of_a_board_is_the_query_with_a_sentence_for_each_reason(board):
    agenda = board.agenda()

    assert agenda.drop("sentence").equals(board.frame("agenda_reasons"))
    assert agenda["sentence"].dtype == pl.String
    assert all(said.endswith((".", "?")) for said in agenda["sentence"])


def test_the_signals_of_a_case_are_frames_by_name_and_of_that_case_alone(board):
    found = board.signals("C1")

    assert {"ruptures", "splits", "falls", "silent_members"} <= set(found)
    assert all(set(rows["case_id"]) <= {"C1"} for rows in found.values())
    assert all(rows.is_empty() for rows in board.signals("nobody").values())
