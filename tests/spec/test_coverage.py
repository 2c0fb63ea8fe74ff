"""Coverage: members present at a held session, times the instruments they use and may use."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.support.drawn_service import FIRST_DAY


def total(store, **params) -> tuple[int, int]:
    row = store.query("coverage_total", **params).row(0, named=True)
    return row["complete_count"], row["expected_count"]


@pytest.mark.parametrize(
    ("signs", "came", "counts"),
    [
        ("36 36 36", "present present present", (3, 3)),
        ("36 .  36", "present present present", (2, 3)),
        ("36 .  36", "present absent  present", (2, 2)),
        ("36 .  36", "present partial present", (2, 3)),
        ("36 .  36", "present invited_declined present", (2, 2)),
        ("36 .  36", "present not_invited present", (2, 2)),
        ("36 d  36", "present present present", (2, 3)),
        ("36 o  36", "present present present", (2, 3)),
        ("36 ?  36", "present present present", (2, 3)),
        ("36 p  36", "present present present", (2, 3)),
        ("36 -  36", "present present present", (2, 2)),
        ("36 a  36", "present present present", (2, 2)),
        ("36 d  36", "present absent  present", (2, 2)),
        ("36 36 36", "present absent  present", (3, 3)),
        ("36 .  36", ".       .       .      ", (2, 3)),
        ("36 d  36", ".       .       .      ", (2, 3)),
        ("36 a  36", ".       .       .      ", (2, 2)),
        ("36 .  36", "present .       present", (2, 3)),
        ("d  d  .",  "present present present", (0, 0)),
    ],
)  # fmt: skip
def test_which_forms_were_expected(service, opened, signs, came, counts):
    service.draw_case("C1", f"sessions held held held\nmother/srs {signs}\ncame/mother {came}")

    assert total(opened(service)) == counts


def test_where_others_were_listed_a_member_who_was_not_is_not_expected(service, opened):
    service.draw_case(
        "C1",
        "sessions held held\nmother/srs 36 .\nfather/srs 30 31\n"
        "came/mother present .\ncame/father present present",
    )

    assert total(opened(service)) == (3, 3)


def test_sessions_that_were_not_held_expect_nothing(service, opened):
    service.draw_case("C1", "sessions held cancelled no_show\nmother/srs 36 . 30")

    assert total(opened(service)) == (1, 1)


def test_outside_the_age_of_an_instrument_only_forms_filled_in_are_counted(service, opened):
    service.draw_case("C1", "sessions held held held\nchild/srs 30 . d")

    assert total(opened(service)) == (1, 1)


def test_each_instrument_a_member_uses_is_expected_for_itself(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 37\nmother/ors 20 .")
    by_case = opened(service).query("coverage_by_case")

    assert by_case.rows() == [("C1", "ors", 2, 1), ("C1", "srs", 2, 2)]


def test_therapists_and_observers_are_never_expected_to_rate(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 37")
    service.answer(service.therapist_form("C1-1", "srs", rater_id="T1"), [9, 9, 9, 8])
    service.rate("C1-1", "softa_o", {"safety": 1}, perspective="observer", member_id="mother")

    assert total(opened(service)) == (2, 2)


def test_families_under_sixty_per_cent_are_named_and_those_at_sixty_are_not(service, opened):
    for family, signs in (("F2", "36 36 36 . ."), ("F3", "36 36 d . ."), ("F4", "d d d d d")):
        member = f"member-{family}"
        service.draw_family(family, {member: "parent"})
        service.draw_case(
            f"C-{family}", f"sessions held held held held held\n{member}/srs {signs}",
            family_id=family, first_day=FIRST_DAY,
        )  # fmt: skip
    row = opened(service).query("coverage_total").row(0, named=True)

    assert row["partial_under_60"] == ["F3"]
    assert (row["family_count"], row["case_count"], row["held_count"]) == (3, 3, 15)
    assert row["first_held_on"] == FIRST_DAY
    assert row["last_held_on"] == FIRST_DAY + dt.timedelta(weeks=4)


def test_a_session_counts_for_each_therapist_who_led_it(service, opened):
    service.draw_case("C1", "sessions held held held\nmother/srs 36 . 38", first_day=FIRST_DAY)
    second = FIRST_DAY + dt.timedelta(weeks=1)
    for therapist_id, role, from_date, to_date in (
        ("T2", "lead", None, second),
        ("T1", "lead", second + dt.timedelta(days=1), None),
        ("T3", "co", None, None),
        ("T9", "observer", None, None),
    ):
        service.add(
            "case_therapists", case_id="C1", therapist_id=therapist_id, role=role,
            from_date=from_date, to_date=to_date,
        )  # fmt: skip

    assert opened(service).query("coverage_by_therapist").rows() == [
        ("T1", 1, 1),
        ("T2", 2, 1),
        ("T3", 3, 2),
    ]


def test_coverage_follows_the_selection(service, opened):
    service.draw_case(
        "C1", "sessions held held\nmother/srs 36 d\nyouth/srs 30 31\nmother/ors 20 21",
        first_day=FIRST_DAY,
    )  # fmt: skip
    store = opened(service)

    assert total(store) == (5, 6)
    assert total(store, instrument_family="srs") == (3, 4)
    assert total(store, member_ids=["mother"]) == (3, 4)
    assert total(store, date_to=FIRST_DAY) == (3, 3)
    assert total(store, case_ids=["gone"]) == (0, 0)


def test_a_member_is_counted_over_all_their_instruments_and_the_family_as_a_whole_is_not(
    service, opened
):
    service.draw_case(
        "C1", "sessions held held\nmother/srs 36 37\nmother/ors 20 .\nfather/srs 30 d"
    )
    by_member = opened(service).query("coverage_by_member")

    assert by_member.rows() == [("C1", "father", 2, 1), ("C1", "mother", 2 + 2, 2 + 1)]


@pytest.mark.parametrize(
    ("called", "answers", "state"),
    [
        ("partial",  [9, 8, 7, 6],    "complete"),
        ("complete", [9, 8, 7, None], "partial"),
        ("partial",  [9, 8, 7, None], "partial"),
        ("complete", [9, 8, 7, 6],    "complete"),
    ],
)  # fmt: skip
def test_coverage_and_heatmap_say_the_same_of_a_form_whatever_it_is_called(
    service, opened, called, answers, state
):
    service.draw_case("C1", "sessions held held\nmother/srs 36 .")
    service.add(
        "forms", form_id="C1-2-own", session_id="C1-2", member_id="mother", state=called,
    )  # fmt: skip
    service.answer("C1-2-own", answers)
    store = opened(service)
    cells = store.query("alliance_cells", case_ids=["C1"]).filter(session_no=2, scale="total")

    assert cells["state"].to_list() == [state]
    assert total(store) == (1 + (state == "complete"), 2)


def test_a_form_with_every_scale_among_the_ratings_is_complete(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 .")
    scores = {"total": 30, "bond": 9, "goals": 8, "tasks": 7, "overall": 6}
    service.rate("C1-2", "srs", scores, member_id="mother")
    service.rows["forms"][-1]["components_source"] = "items"

    assert total(opened(service)) == (2, 2)
