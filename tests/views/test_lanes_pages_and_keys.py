"""Threats, strategies and outlines under and on the grid; pages of the overview; the key."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from dashboard.domain.selection import Selection
from dashboard.views.geometry import CELL, COLUMN, GEOMETRY, LABEL, PERFECT
from dashboard.views.overview import overview_picture
from dashboard.views.slice import case_picture
from dashboard.views.view import View, view_of


def picture_of(service, case, **fields):
    view = view_of(Selection(cases=(case,), **fields), service.block)
    return case_picture(service.block, view)


def x(session):
    """Return where the column of a session of a case without gaps begins."""
    return LABEL + COLUMN * (session - 1)


def bars(picture):
    return [(xs[0], xs[2]) for xs in picture.layers["washes"]["xs"]]


def texts(picture, **wanted):
    rows = zip(*picture.layers["texts"].values(), strict=True)
    named = [dict(zip(picture.layers["texts"], row, strict=True)) for row in rows]
    return [row["text"] for row in named if wanted.items() <= row.items()]


def test_a_closed_threat_ends_at_its_last_session_and_an_open_one_points_onward(long):
    picture = picture_of(long, "C1")

    # X1 was open from session 2 to session 4, X2 is open from session 3 to the last, the 7th.
    assert bars(picture) == [(x(2), x(4) + CELL), (x(3), x(7) + CELL)]
    closed, still_open = picture.layers["washes"]["xs"]
    assert closed[1] == closed[2]
    assert still_open[1] == still_open[2] - 9
    assert "coded by therapist, severity 2, open" in texts(picture, size=13, align="left")


def test_the_three_kinds_of_threat_have_their_lane_whether_there_is_one_or_not(long):
    lanes = ["Lack of trust", "Misalignment of goals", "Resistance to change", "Tried"]

    assert texts(picture_of(long, "C2"), size=14, align="left") == lanes
    assert bars(picture_of(long, "C2")) == []


def test_words_that_do_not_fit_a_bar_lose_their_last_parts_and_letters_only_where_one_is_long(long):
    # X1 has room for one part of "coded by therapist, severity 2, resolved", C3 for no whole one.
    said = {"C1": "coded by therapist …", "C3": "code…"}
    for case, words in said.items():
        cut = [text for text in texts(picture_of(long, case), size=13) if text.endswith("…")]
        assert cut == [words]


def test_strategies_are_letters_under_the_session_at_which_they_were_tried(long):
    picture = picture_of(long, "C1")

    assert texts(picture, color="coded", align="center") == ["a", "b"]
    circles = zip(picture.layers["points"]["x"], picture.layers["points"]["size"], strict=True)
    middle = x(2) + CELL / 2
    assert [left for left, size in circles if size == 18] == pytest.approx(
        [middle - 10, middle + 10], abs=0.5
    )
    assert long.block.facts["cases"][0]["tried"] == [
        "a: session 2, active listening",
        "b: session 2, circular questioning",
    ]


def test_after_z_the_letters_go_on_with_two(long):
    (case,) = [case for case in long.block.facts["cases"] if case["code"] == "C5"]

    letters = [line.split(":")[0] for line in case["tried"]]
    assert letters[:2] == ["a", "b"]
    assert letters[25:28] == ["z", "aa", "ab"]


def test_a_bar_that_began_before_the_sessions_in_view_begins_at_their_edge(long):
    picture = picture_of(long, "C5")

    assert picture.hidden == 6
    assert [column["no"] for column in picture.columns][:2] == [7, 8]
    # L0 was open from session 2 to 8, L1 from 4 to 29; the first one in view is session 7.
    assert bars(picture)[:2] == [(x(1), x(2) + CELL), (x(1), x(23) + CELL)]


def outlines(picture):
    frames = picture.layers["frames"]
    rows = zip(*(frames[key] for key in ("left", "right", "top", "bottom", "edge")), strict=True)
    return [row[:4] for row in rows if row[4] == "coded"]


def test_only_a_chosen_threat_is_outlined_at_held_sessions_round_the_member_it_concerns(long):
    youth = 2 * 45
    around = [(x(n) - 3, x(n) + CELL + 3, youth - 3, youth + 36 + 3) for n in (2, 3)]

    assert outlines(picture_of(long, "C1")) == []
    # Session 4, the last one with X1, was not held.
    assert outlines(picture_of(long, "C1", threats=("lack_of_trust",))) == around


def test_a_threat_to_the_whole_family_is_outlined_round_every_member(long):
    picture = picture_of(long, "C1", threats=("goal_misalignment",))
    low = max(row["y"] for row in picture.rows if row["kind"] == 0) + 36 + 3

    assert {(top, bottom) for _, _, top, bottom in outlines(picture)} == {(-3, low)}
    assert [left for left, *_ in outlines(picture)] == [x(n) - 3 for n in (3, 5, 6, 7)]


def test_the_chosen_cell_is_framed_in_ink_unless_it_is_out_of_view(long):
    block = long.block
    view = view_of(Selection(cases=("C1",)), block, cell=(1, 2))

    frames = case_picture(block, view).layers["frames"]
    assert (frames["edge"], frames["left"], frames["top"]) == (["ink"], [x(3) - 4], [45 - 4])
    for cell in ((99, 2), (1, 99)):
        away = view_of(Selection(cases=("C1",)), block, cell=cell)
        assert case_picture(block, away).layers["frames"]["edge"] == []


def test_the_note_of_a_session_names_open_threats_and_what_was_tried(long):
    notes = [column["note"] for column in picture_of(long, "C1").columns]

    assert notes[0] == ""
    assert notes[1] == "Threats open: lack of trust. Tried: active listening, circular questioning."
    assert notes[2] == "Threats open: misalignment of goals, lack of trust."


def weeks_of(service, **place):
    return overview_picture(service.block, View(**place))


def test_families_are_shown_a_page_at_a_time_and_the_last_page_holds_the_rest(sample):
    count = len(sample.block.facts["cases"])
    first, last, beyond = (weeks_of(sample, page=page) for page in (0, 1, 9))

    assert (len(first.rows), len(last.rows)) == (GEOMETRY["familiesShown"], count - 40)
    assert beyond.rows == last.rows
    assert (beyond.paging["page"], beyond.paging["pages"]) == (1, 2)
    codes = [row["code"] for row in (*first.rows, *last.rows)]
    assert codes == [case["code"] for case in sample.block.facts["cases"]]


def test_half_a_year_is_shown_at_a_time_the_newest_first(sample):
    weeks = sample.block.facts["weekCount"]
    newest, before, beyond = (weeks_of(sample, week_page=page) for page in (0, 1, 9))

    assert newest.columns == list(range(weeks - 26, weeks))
    assert before.columns[-1] == weeks - 27
    assert beyond.columns[0] == 0
    assert texts(newest, y=-14)[-1] == "Nov"


def test_days_narrow_the_weeks_and_never_to_none(sample):
    first_day = sample.block.facts["firstDay"]

    two = weeks_of(sample, start=first_day + 7, stop=first_day + 20)
    assert two.columns == [1, 2]
    assert weeks_of(sample, start=first_day + 9999).columns == [sample.block.facts["weekCount"] - 1]


@pytest.mark.parametrize("scale", ["total", "bond"])
def test_the_key_is_drawn_to_the_scale_of_the_frozen_limits(sample, scale):
    number = sample.block.facts["scales"].index(scale)
    key = sample.block.facts["keys"][f"srs:{number}"]
    steps = sample.store.query("display_steps").filter(instrument_id="srs", scale=scale)

    assert [step["look"] for step in key] == [*range(1, 7), PERFECT]
    uppers = steps.sort("step")["upper_bound"].to_list()
    assert [step["edge"] for step in key[:5]] == [f"{upper:g}" for upper in uppers[:5]]
    assert key[-1]["edge"] == f"{steps['scale_maximum'][0]:g}"
    widths = [step["width"] for step in key[1:5]]
    lengths = [after - before for before, after in itertools.pairwise(uppers)]
    for width, length in zip(widths, lengths, strict=False):
        assert width / widths[0] == pytest.approx(length / lengths[0], abs=0.02)


def test_without_dates_there_is_no_week_no_date_axis_and_no_date_filter(undated):
    facts = undated.block.facts
    asked = Selection(axis="date", date_from=dt.date(2030, 1, 1), cases=("C1",))
    view = view_of(asked, undated.block)

    assert (facts["hasDates"], facts["weekCount"], facts["months"]) == (False, 0, [])
    assert view.axis == "session"
    assert len(case_picture(undated.block, view).columns) == 7
    assert {column["date"] for column in case_picture(undated.block, view).columns} == {""}


def test_a_case_is_described_in_words(long):
    (case,) = [case for case in long.block.facts["cases"] if case["code"] == "C1"]

    assert case["who"] == "T01, T02 with T03"
    assert case["facts"][:3] == [
        "Family therapy",
        "6 sessions held, 1 not",
        "1 Jun to 13 Jul 2026",
    ]
    assert case["facts"][-1] == "Referral: voluntary"
