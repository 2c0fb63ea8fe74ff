"""Cells of the heatmap: a raw score, or the honest reason why there is none."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tests.support.drawn_service import FIRST_DAY

SIGN = {
    "declined": "declined",
    "not_offered": "not_offered",
    "absent": "absent",
    "lost": "lost",
    "not_applicable": "n/a",
    "no_record": "no_record",
    "not_held": "not_held",
    "partial": "partial",
}


def picture(store, scale: str = "total", **params) -> dict[str, list[object]]:
    """Return the rows of a heatmap as a reader sees them: numbers, or the word of a state."""
    cells = store.query("alliance_cells", scale=scale, **params).sort("row_key", "session_no")
    rows: dict[str, list[object]] = {}
    for cell in cells.iter_rows(named=True):
        name = cell["row_key"].split("|")[0] + "/" + cell["instrument_id"]
        rows.setdefault(name, []).append(cell["score"] or SIGN.get(cell["state"], cell["state"]))
    return rows


def test_every_missing_state_is_told_apart_and_no_gap_is_filled(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held     held     held     held    cancelled held   held     no_show held
        mother/srs  36       d        o        ?       .         .      p        .       38
        father/srs  30       .        .        31      .         a      .        .       33
        child/csrs  -        35       .        .       .         36     .        .       37
        came/mother present  present  present  present .         present present .       present
        came/father present  absent   invited_declined present . absent not_invited .    present
        came/child  present  present  present  absent  .         partial present  .      present
        """,
    )
    assert picture(opened(service)) == {
        "mother/srs": [
            36, "declined", "not_offered", "lost", "not_held", "no_record", "partial", "not_held",
            38,
        ],
        "father/srs": [
            30, "absent", "absent", 31, "not_held", "absent", "n/a", "not_held", 33,
        ],
        "child/csrs": [
            "n/a", 35, "no_record", "absent", "not_held", 36, "no_record", "not_held", 37,
        ],
    }  # fmt: skip


def test_the_grid_has_a_cell_for_every_row_session_and_scale(service, opened):
    service.draw_case("C1", "sessions held held held\nmother/srs 36 . .\nfather/srs . . 30")
    cells = opened(service).query("alliance_cells")

    assert cells.height == 2 * 3 * len(["total", "bond", "goals", "tasks", "overall"])
    assert cells.select("session_id", "row_key", "scale").n_unique() == cells.height


def test_a_score_of_zero_is_a_score(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 0 36")
    cells = opened(service).query("alliance_cells", scale="total")

    assert cells["score"].to_list() == [0.0, 36.0]
    assert cells["state"].to_list() == ["complete", "complete"]
    assert cells["step"].to_list() == [1, 6]


def test_a_missing_item_empties_only_the_scales_it_belongs_to(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs p")
    cells = opened(service).query("alliance_cells")
    found = {row["scale"]: (row["score"], row["state"]) for row in cells.iter_rows(named=True)}

    assert found == {
        "total": (None, "partial"),
        "bond": (9.0, "complete"),
        "goals": (8.0, "complete"),
        "tasks": (7.0, "complete"),
        "overall": (None, "partial"),
    }


def test_a_form_called_complete_without_any_answer_is_partial_and_never_zero(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 .")
    service.add("forms", form_id="empty", session_id="C1-2", member_id="mother")

    assert picture(opened(service)) == {"mother/srs": [36, "partial"]}


def test_a_form_filled_in_at_a_session_called_off_is_still_shown(service, opened):
    service.draw_case("C1", "sessions cancelled held\nmother/srs 30 36")

    assert picture(opened(service)) == {"mother/srs": [30, 36]}


def test_a_missed_form_at_a_session_called_off_says_that_it_was_not_held(service, opened):
    service.draw_case("C1", "sessions cancelled held\nmother/srs d 36")

    assert picture(opened(service)) == {"mother/srs": ["not_held", 36]}


def test_outside_the_age_of_an_instrument_nothing_is_missing(service, opened):
    service.draw_case("C1", "sessions held held\nchild/srs 30 .\ncame/child present present")

    assert picture(opened(service)) == {"child/srs": [30, "n/a"]}


def test_without_any_word_on_attendance_a_form_not_there_is_not_recorded(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 .\nfather/srs . 30")

    assert picture(opened(service)) == {
        "mother/srs": [36, "no_record"],
        "father/srs": ["no_record", 30],
    }


def test_steps_go_from_one_to_six_and_the_perfect_form_is_seven(service, opened):
    service.draw_case(
        "C1",
        """
        sessions   held held held held held held held held
        mother/srs 0    6.4  6.5  13.5 20   26.5 33.5 40
        father/srs .    .    .    .    .    .    39.9 .
        """,
    )
    store = opened(service)
    cells = store.query("alliance_cells", scale="total").sort("row_key", "session_no")

    assert cells.filter(pl.col("target_member_id") == "mother")["step"].to_list() == [
        1, 1, 2, 3, 4, 5, 6, 7,
    ]  # fmt: skip
    assert cells.filter(pl.col("score") == 39.9)["step"].to_list() == [6]
    assert cells.filter(pl.col("score").is_null())["step"].null_count() == 7


def test_a_scale_with_a_true_zero_has_no_step(service, opened):
    service.draw_case("C1", "sessions held")
    service.rate("C1-1", "softa_o", {"safety": -2}, perspective="observer", member_id="youth")
    cells = opened(service).query("alliance_cells").sort("scale")
    found = cells.select("scale", "score", "state", "step", "is_true_zero").rows()

    assert found == [
        ("emotional_connection", None, "partial", None, True),
        ("engagement", None, "partial", None, True),
        ("safety", -2.0, "complete", None, True),
    ]


def test_the_family_as_a_whole_is_rated_on_shared_purpose_only(service, opened):
    service.draw_case("C1", "sessions held held")
    service.rate("C1-1", "softa_o", {"shared_purpose": 2}, perspective="observer")
    cells = opened(service).query("alliance_cells")

    assert cells.select("session_no", "row_key", "scale", "score", "state").rows() == [
        (1, "*|*|observer|softa_o", "shared_purpose", 2.0, "complete"),
        (2, "*|*|observer|softa_o", "shared_purpose", None, "no_record"),
    ]


def test_a_dimension_rated_against_its_rule_is_shown_and_not_dropped(service, opened):
    service.draw_case("C1", "sessions held")
    service.rate(
        "C1-1",
        "softa_o",
        {"shared_purpose": 1, "safety": 2},
        perspective="observer",
        member_id="youth",
    )
    scales = opened(service).query("alliance_cells")["scale"].to_list()

    assert sorted(scales) == ["emotional_connection", "engagement", "safety", "shared_purpose"]


def test_a_total_split_into_equal_parts_says_nothing_of_the_components(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held held held held held
        mother/srs  t32  s30  s40  36   p
        """,
    )
    cells = opened(service).query("alliance_cells").sort("session_no")
    bond = cells.filter(pl.col("scale") == "bond")
    total = cells.filter(pl.col("scale") == "total")

    assert bond["is_interpretable"].to_list() == [False, False, True, True, True]
    assert total["is_interpretable"].to_list() == [True] * 5
    assert total["score"].to_list() == [32, 30, 40, 36, None]


def test_ratings_count_only_where_a_form_has_no_items(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 .")
    service.add("ratings", form_id="C1-1-mother-srs", scale="total", score=12.0)
    service.rate("C1-2", "srs", {"total": 28}, member_id="mother")
    cells = opened(service).query("alliance_cells", scale="total")

    assert cells["score"].to_list() == [36, 28]


def test_answers_of_a_missed_form_are_never_scored(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 d")
    service.answer("C1-2-mother-srs", [9, 9, 9, 9])

    assert picture(opened(service)) == {"mother/srs": [36, "declined"]}


def test_a_therapists_own_form_is_expected_only_while_the_case_is_theirs(service, opened):
    service.draw_case("C1", "sessions held held held held", first_day=FIRST_DAY)
    service.add("case_therapists", case_id="C1", therapist_id="T1", to_date=dt.date(2026, 6, 8))
    service.add("case_therapists", case_id="C1", therapist_id="T2", from_date=dt.date(2026, 6, 9))
    service.answer(service.therapist_form("C1-1", "srs", rater_id="T1"), [9, 8, 9, 8])
    service.answer(service.therapist_form("C1-4", "srs", rater_id="T2"), [9, 9, 9, 8])
    cells = opened(service).query("alliance_cells", scale="total").sort("rater_id", "session_no")

    assert cells["rater_id"].to_list() == ["T1"] * 4 + ["T2"] * 4
    assert cells["state"].to_list() == [
        "complete", "no_record", "not_applicable", "not_applicable",
        "not_applicable", "not_applicable", "no_record", "complete",
    ]  # fmt: skip
    assert cells["target_member_id"].null_count() == 8
    assert cells["perspective"].unique().to_list() == ["therapist"]


def test_an_instrument_whose_scoring_is_refused_has_no_cell(service, opened):
    service.draw_case("C1", "sessions held\nchild/ycsrs o\nmother/srs 36")

    assert opened(service).query("alliance_cells")["instrument_id"].unique().to_list() == ["srs"]


def test_a_cell_knows_the_threats_strategies_and_therapists_of_its_session(service, opened):
    service.draw_case(
        "C1",
        "sessions held held held\nmother/srs 36 37 38\nyouth/srs 30 28 31",
        first_day=FIRST_DAY,
    )
    service.add(
        "threats", threat_id="X1", case_id="C1", session_id="C1-2", member_id="youth",
        closed_session_id="C1-3", status="resolved",
    )  # fmt: skip
    service.add(
        "threats", threat_id="X2", case_id="C1", session_id="C1-2", threat_type="goal_misalignment"
    )
    service.add("strategies", strategy_id="Y1", session_id="C1-2", strategy="reframing")
    service.add("strategies", strategy_id="Y2", session_id="C1-2", strategy="empathy")
    service.add("case_therapists", case_id="C1", therapist_id="T2", role="co")
    service.add("case_therapists", case_id="C1", therapist_id="T1", to_date=dt.date(2026, 6, 8))
    service.add("case_therapists", case_id="C1", therapist_id="T9", role="observer")
    cells = opened(service).query("alliance_cells", scale="total").sort("row_key", "session_no")
    marks = cells.select(
        "target_member_id", "threat_types", "member_threat_types", "strategies", "therapist_ids"
    ).rows()
    both = ["goal_misalignment", "lack_of_trust"]

    assert marks == [
        ("mother", [], [], [], ["T1", "T2"]),
        ("mother", both, ["goal_misalignment"], ["empathy", "reframing"], ["T1", "T2"]),
        ("mother", ["goal_misalignment"], ["goal_misalignment"], [], ["T2"]),
        ("youth", [], [], [], ["T1", "T2"]),
        ("youth", both, both, ["empathy", "reframing"], ["T1", "T2"]),
        ("youth", ["goal_misalignment"], ["goal_misalignment"], [], ["T2"]),
    ]


def test_filters_choose_cells_by_scale_instrument_member_and_day(service, opened):
    service.draw_case(
        "C1",
        "sessions held held held\nmother/srs 36 37 38\nyouth/srs 30 28 31\nmother/ors 20 21 22",
        first_day=FIRST_DAY,
    )
    service.answer(service.therapist_form("C1-1", "srs", rater_id="T1"), [9, 8, 9, 8])
    store = opened(service)
    second = FIRST_DAY + dt.timedelta(weeks=1)

    assert picture(store, instrument_family="ors") == {"mother/ors": [20, 21, 22]}
    assert picture(store, instrument_family="srs", member_ids=["youth"]) == {
        "*/srs": [34, "no_record", "no_record"],
        "youth/srs": [30, 28, 31],
    }
    assert picture(store, date_from=second, date_to=second) == {
        "*/srs": ["no_record"],
        "mother/ors": [21],
        "mother/srs": [37],
        "youth/srs": [28],
    }
    assert store.query("alliance_cells", scale="safety").is_empty()
