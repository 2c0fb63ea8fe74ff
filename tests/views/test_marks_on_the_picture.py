"""Brackets, lines and ranges on the picture, and the notes beside a chosen cell.

The case that is drawn, five quiet sessions and then three that are not::

    session    1   2   3   4   5   6   7   8
    dad       40  40  40  40  39  38  36  34
    mum       36  36  36  36  36  25  35  36
    kid       36  35  36  35  36  28  24  20
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.domain.selection import Selection
from dashboard.views.explanations import SIGNALS as EXPLAINED
from dashboard.views.geometry import CELL, CELL_HEIGHT, COLUMN, LABEL, ROW
from dashboard.views.language import language
from dashboard.views.notes import SIGNALS
from dashboard.views.packing import ANY
from dashboard.views.signal_words import refusals
from dashboard.views.slice import case_picture
from dashboard.views.view import view_of

DAD, MUM, KID = 0, ROW, 2 * ROW
MIDDLE = CELL_HEIGHT // 2


def picture_of(service, case="C5", **fields):
    return case_picture(service.block, view_of(Selection(cases=(case,), **fields), service.block))


def x(session):
    """Return where the column of a session begins."""
    return LABEL + COLUMN * (session - 1)


def computed(picture, *, below=0, above=3 * ROW):
    """Return the computed lines whose start lies within a band of the picture."""
    rows = zip(*picture.layers["strokes"].values(), strict=True)
    return [row[:4] for row in rows if row[4] == "computed" and below <= row[1] < above]


def uprights(picture, session):
    """Return how many brackets stand at the right edge of a session, and from where to where."""
    left, right = x(session) + CELL, x(session) + COLUMN
    found = [line for line in computed(picture) if line[0] == line[2] and left < line[0] < right]
    return len(found), {(line[1], line[3]) for line in found}


def notes_of(service, row, session, scale="total", case="C5"):
    block, number = service.block, [case["code"] for case in service.block.facts["cases"]]
    notes, found = block.tables["notes"], {}
    for i in block.rows("notes", number.index(case), 0):
        here = (notes["row"][i], notes["col"][i], block.facts["scales"][notes["scale"][i]])
        if here == (row, session - 1, scale):
            found[block.texts[notes["lead"][i]]] = block.texts[notes["text"][i]]
    return found


def test_a_marked_split_has_two_lines_from_the_highest_rater_to_the_lowest(signals):
    picture = picture_of(signals)

    # Session 7: dad 36 is highest, kid 24 lowest, range 12. Session 4: 40 and 35, range 5.
    assert uprights(picture, 7) == (2, {(DAD + MIDDLE, KID + MIDDLE)})
    assert uprights(picture, 8) == (2, {(MUM + MIDDLE, KID + MIDDLE)})


def test_a_bracket_has_as_many_lines_as_its_level_says_and_none_without_one(signals):
    lines = {"marked": 2, "notable": 1, None: 0}
    splits = signals.store.query("splits", case_ids=["C5"])
    rows = {"mum": MUM, "dad": DAD, "kid": KID}
    drawn = {}
    for split in splits.filter(instrument_id="srs", scale="total").iter_rows(named=True):
        count, ends = uprights(picture_of(signals), split["session_no"])
        assert count == lines[split["level"]]
        between = [rows[split[f"{end}_member_ids"][0]] + MIDDLE for end in ("highest", "lowest")]
        assert ends == ({(min(between), max(between))} if count else set())
        drawn[split["level"]] = count
    assert "marked" in drawn


def test_an_open_rupture_runs_from_its_onset_to_an_arrow_and_a_repaired_one_rises(signals):
    picture = picture_of(signals)
    under = {"mum": computed(picture, below=MUM + CELL_HEIGHT, above=MUM + ROW)}
    under["kid"] = computed(picture, below=KID + CELL_HEIGHT, above=KID + ROW + 1)

    # kid: 28, 24, 20 from session 6 on. mum: 25 in session 6, 35 in session 7.
    assert min(line[0] for line in under["kid"]) == x(6)
    assert max(line[2] for line in under["kid"]) == x(8) + CELL
    arrow = [line for line in under["kid"] if line[2] == x(8) + CELL and line[1] != line[3]]
    assert len(arrow) == 2
    assert max(line[2] for line in under["mum"]) == x(7) + CELL
    rise = [line for line in under["mum"] if line[2] == x(7) + CELL and line[3] < line[1]]
    assert len(rise) == 1


def test_a_notable_rupture_has_one_line_and_a_marked_one_two(signals):
    picture = picture_of(signals)
    level = [line for line in computed(picture, above=4 * ROW) if line[1] == line[3]]
    lines = {
        row: [line[1] for line in level if line[1] - row in (40, 42, 43)] for row in (DAD, KID)
    }

    # dad: 34 in session 8 under the mean of 40, 40, 40, 40, 39, 38, 36.
    assert lines == {
        DAD: [DAD + CELL_HEIGHT + 6],
        KID: [KID + CELL_HEIGHT + 4, KID + CELL_HEIGHT + 7],
    }


def test_a_line_belongs_to_its_scale_and_to_its_member(signals):
    other_scale = picture_of(signals, scale="bond")
    other_member = picture_of(signals, members=("mum",))

    assert computed(picture_of(signals), below=KID + CELL_HEIGHT)
    assert computed(other_member, below=KID + CELL_HEIGHT, above=KID + ROW) == []
    total = {tuple(line) for line in computed(picture_of(signals))}
    assert total != {tuple(line) for line in computed(other_scale)}


def test_the_lane_of_ranges_gives_points_and_level_of_every_joint_session(signals):
    layers = picture_of(signals).layers
    texts = list(zip(*(layers["texts"][key] for key in ("x", "y", "text")), strict=True))
    at = {session: x(session) + CELL // 2 for session in (3, 7, 8)}
    said = {
        session: [text for left, y, text in texts if left == at[session] and y > 3 * ROW]
        for session in at
    }

    # Session 3: 40 - 36. Session 7: 36 - 24. Session 8: 36 - 20.
    assert said == {3: ["4"], 7: ["12", "marked"], 8: ["16", "marked"]}
    assert "Range, SRS total" in layers["texts"]["text"]
    assert "Range, SRS bond" in picture_of(signals, scale="bond").layers["texts"]["text"]


def test_a_case_that_is_never_rated_jointly_has_no_lane_of_ranges(signals):
    alone = [
        case["code"]
        for case in signals.block.facts["cases"]
        if signals.store.query("splits", case_ids=[case["code"]]).is_empty() and case["families"]
    ]

    for case in alone:
        assert not [
            text for text in picture_of(signals, case).layers["texts"]["text"] if "Range" in text
        ]
    assert alone


def test_the_notes_of_a_cell_say_what_was_computed_with_session_and_values(signals):
    notes = notes_of(signals, 2, 8)

    # (36 + 35 + 36 + 35 + 36) / 5 = 35.6; 35.6 - 20 = 15.6.
    assert notes["Possible rupture"].startswith(
        "open since session 6, marked. Lowest 15.6 points ("
    )
    assert notes["Possible rupture"].endswith(" SD) under the own mean before session 6, 35.6.")
    assert notes["Split"].startswith("marked: highest parent 2 36, lowest youth 20. Range 16, ")
    assert "SD among 3 raters; the line for 3 raters is " in notes["Split"]
    assert notes["3 falls in a row"] == "36, 28, 24, 20: 16 points together."


def test_a_repaired_rupture_says_where_and_a_slip_says_from_where(signals):
    assert notes_of(signals, 1, 7)["Possible rupture"].startswith(
        "from session 6, marked, repaired in session 7. Lowest 11 points ("
    )
    # dad: four perfect forms, then 39, 38, 36, 34.
    slip = notes_of(signals, 0, 8)["Slip from the ceiling"]
    assert slip == "4 perfect forms, then 39, 38, 36, 34."


def test_a_member_far_from_the_others_is_told_with_their_mean_and_the_line(signals):
    notes = notes_of(signals, 2, 8)

    # kid 20; dad 34 and mum 36: (34 + 36) / 2 = 35, 35 - 20 = 15.
    assert notes["Below the others"].startswith("15 points (")
    assert "from the mean of the others, 35; the line for 3 raters is " in notes["Below the others"]


def first_note(shown, signal):
    """Return the place and the words of a signal's first note on the total of its instrument."""
    block = shown.block
    notes, number = block.tables["notes"], block.facts["signals"].index(signal)
    i = notes["signal"].index(number)
    said = [block.texts[notes[part][i]] for part in ("lead", "text")]
    place = [notes[part][i] for part in ("case", "row", "col", "scale")]
    return place, said


def test_a_therapist_far_from_the_family_is_told_at_their_own_form(sample):
    (case, _, column, scale), (lead, text) = first_note(sample, "family_therapist_gaps")
    code = sample.block.facts["cases"][case]["code"]
    gaps = sample.store.query("family_therapist_gaps", case_ids=[code])
    gap = gaps.filter(
        session_no=column + 1, scale=sample.block.facts["scales"][scale], is_beyond=True
    ).row(0, named=True)

    side = "above" if gap["therapist_score"] > gap["members_mean"] else "below"
    assert lead == "Family and therapist apart"
    assert text.startswith(f"the therapist’s {gap['therapist_score']:g} lies ")
    assert f" {side} the mean of the members’ own forms, " in text


def test_components_that_were_made_say_which_way_at_every_scale(sample):
    (case, row, column, scale), (lead, text) = first_note(sample, "manufactured_components")
    code = sample.block.facts["cases"][case]["code"]
    made = sample.store.query("manufactured_components", case_ids=[code])

    assert scale == ANY
    assert column + 1 in made["session_no"].to_list()
    assert row >= 0
    assert lead == "Components that say nothing"
    assert {
        "total_split": "bond, goals and tasks come from a total",
        "equal_answers": "four equal answers below the maximum",
    }[made["reason"][0]] in text


@pytest.mark.parametrize(
    ("reasons", "begin", "end"),
    [
        (
            ("no_spread", "no_spread"),
            "Possible rupture, reliable drop: not judged",
            "measure it by.",
        ),
        ((None, "too_few_members"), "Reliable drop: too early to say", "rated with this form."),
    ],
)
def test_what_could_not_be_judged_is_refused_in_words(reasons, begin, end):
    (said,) = refusals(*reasons, language("en"))

    assert said.startswith(begin)
    assert said.endswith(end)


def test_a_members_own_few_ratings_are_no_refusal():
    assert refusals("too_few_ratings", None, language("en")) == []


def test_a_refusal_stands_under_the_line_of_its_member(sample):
    ready = sample.store.query("rupture_readiness").filter(pl.col("reason") == "too_few_members")
    told = [sample.block.texts[i] for i in sample.block.tables["said"]["text"]]

    assert ready.height > 0
    assert len([text for text in told if "Possible rupture" in text and "too few" in text]) > 0


def test_a_quiet_session_has_no_note(signals):
    assert notes_of(signals, 0, 3) == {}


@pytest.mark.parametrize("signal", SIGNALS)
def test_every_note_can_say_how_it_was_computed(signals, signal):
    told = signals.block.facts["explanations"][signal]

    assert told["query"] == signal
    assert told["sql"].splitlines()[0] in {"with", "select"}
    assert told["version"] == "1.0"
    assert all(what and value and source for what, value, source in told["thresholds"])


def test_an_explanation_names_the_threshold_that_is_in_force(signals):
    told = signals.block.facts["explanations"]["ruptures"]["thresholds"]

    assert ["notable from, in SD", "1.5"] in [[what, value] for what, value, _ in told]
    assert set(SIGNALS) <= set(EXPLAINED)
