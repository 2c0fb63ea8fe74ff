"""Everything a signal, a filter or a glyph needs to be tried on is in the bundled service."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from dashboard.domain import vocabulary as words

SD = 4.0  # points of the SRS total, near the service's own standard deviation


def courses(service):
    """One row per member with at least 4 ratings: high, rising, slipping, or none of these."""
    ends = (
        service.totals.group_by("case_id", "member_id", maintain_order=True)
        .agg(
            pl.len(),
            gain=pl.col("score").tail(2).mean() - pl.col("score").head(2).mean(),
            mean=pl.col("score").mean(),
        )
        .filter(pl.col("len") >= 4)
    )
    return ends.select(
        pl.when(pl.col("gain") >= 2)
        .then(pl.lit("rising"))
        .when(pl.col("gain") <= -2)
        .then(pl.lit("slipping"))
        .when(pl.col("mean") >= 36)
        .then(pl.lit("high"))
        .otherwise(pl.lit("other"))
        .alias("course")
    )["course"]


@pytest.mark.parametrize(
    ("course", "share"), [("high", 0.45), ("rising", 0.41), ("slipping", 0.14)]
)
def test_alliances_run_the_courses_of_the_published_mix(service, course, share):
    assert (courses(service) == course).mean() == pytest.approx(share, abs=0.05)


def test_five_therapists_see_sixty_families_over_about_nine_months(service):
    assert service.tables["therapists"].height == 5
    assert service.tables["families"].height == 60
    days = service.tables["sessions"]["held_on"]
    assert 250 <= (days.max() - days.min()).days <= 290
    assert dt.date(2026, 11, 13) <= days.max() < dt.date(2026, 11, 20)


def test_two_therapists_lead_twelve_cases_or_more_and_one_has_three(service):
    hands = service.tables["case_therapists"]
    leads = hands.filter(role="lead").group_by("therapist_id").agg(pl.col("case_id").n_unique())
    every = hands.group_by("therapist_id").agg(pl.col("case_id").n_unique())
    assert leads.filter(pl.col("case_id") >= 12).height == 2
    assert every.filter(case_id=3)["therapist_id"].to_list() == ["T04"]


def test_sessions_are_mostly_fortnightly_and_four_to_sixteen_a_case(service):
    sessions = service.tables["sessions"]
    counts = sessions.group_by("case_id").len()["len"]
    gaps = sessions.select(pl.col("held_on").diff().over("case_id").dt.total_days())["held_on"]
    assert 4 <= counts.min() <= counts.max() <= 16
    assert gaps.drop_nulls().is_between(11, 18).mean() > 0.9


def test_families_have_two_to_five_raters(service):
    raters = service.totals.group_by("case_id").agg(pl.col("member_id").n_unique())["member_id"]
    assert set(raters) >= {2, 3, 4, 5}


def test_f_101_touches_the_ceiling_again_and_again_and_ties(service):
    mother, father = service.line("M-101-1"), service.line("M-101-2")
    assert [mother[session] for session in (5, 6, 7)] == [40, 40, 40]
    assert [session for session in mother if mother[session] == father[session] == 40] != []


def ranges(service, case_id):
    """Range of the SRS totals at each session that at least two members rated."""
    together = (
        service.totals.filter(case_id=case_id, instrument_id="srs")
        .group_by("session_no")
        .agg(pl.len(), range=pl.col("score").max() - pl.col("score").min())
        .filter(pl.col("len") >= 2)
    )
    return together.sort("session_no")["range"].to_list()


def test_f_102_has_a_split_that_widens(service):
    found = ranges(service, "C-102")
    assert found[0] == 35 - 33
    assert found[-1] == 38 - 26
    assert found[-4:] == sorted(found[-4:])


def test_f_110_has_a_split_that_narrows(service):
    found = ranges(service, "C-110")
    assert found[0] == 38 - 23
    assert found[-1] == 39 - 36
    assert found[2:-1] == sorted(found[2:-1], reverse=True)


def test_f_113_is_seen_better_by_its_therapist_than_by_its_members(service):
    items = service.tables["item_scores"].group_by("form_id").agg(pl.col("value").sum())
    own = service.forms(case_id="C-113", perspective="therapist").join(items, on="form_id")
    members = (
        service.totals.filter(case_id="C-113").group_by("session_no").agg(pl.col("score").mean())
    )
    gaps = own.join(members, on="session_no").select(pl.col("value") - pl.col("score"))["value"]
    assert gaps.len() == 8
    assert gaps.min() > 1.96 * SD


def earlier_mean(line, session):
    before = [score for number, score in line.items() if number < session]
    assert len(before) >= 4
    return sum(before) / len(before)


def test_f_103_breaks_in_one_session_and_is_repaired_in_the_next(service):
    line = service.line("M-103-1")
    reference = earlier_mean(line, 6)
    assert reference - line[6] >= 2 * SD
    assert line[7] >= reference - 0.3 * (reference - line[6])


def test_f_105_breaks_for_four_sessions_and_is_then_repaired(service):
    line = service.line("M-105-2")
    reference, low = earlier_mean(line, 6), min(line.values())
    assert all(reference - line[session] >= 2 * SD for session in (6, 7, 8, 9))
    assert line[10] >= reference - 0.3 * (reference - low)


def test_f_108_breaks_is_never_repaired_and_the_family_drops_out(service):
    line = service.line("M-108-2")
    reference = earlier_mean(line, 6)
    assert all(reference - line[session] >= 2 * SD for session in (6, 7, 8, 9))
    case = service.tables["cases"].row(by_predicate=pl.col("case_id") == "C-108", named=True)
    assert (case["ending"], case["closed_on"]) == ("dropout", dt.date(2026, 8, 26))


def test_f_109_has_a_father_who_stops_rating_and_still_comes(service):
    father = service.forms(member_id="M-109-2").sort("session_no")
    states = father["state"].to_list()
    assert states == ["complete"] * 6 + ["not_offered", "declined", "declined", "not_offered"]
    came = service.tables["attendance"].filter(member_id="M-109-2")["state"]
    assert set(came) == {"present"}


def test_f_122_tells_declined_from_absent(service):
    states = dict(service.forms(case_id="C-122", session_no=4).select("member_id", "state").rows())
    assert states["M-122-2"] == "absent"
    assert states["M-122-3"] == "declined"


def test_every_state_of_a_form_occurs(service):
    assert set(service.tables["forms"]["state"]) == {str(state) for state in words.FormState}


def test_some_members_came_and_no_form_of_theirs_exists(service):
    came = service.tables["attendance"].filter(state="present", member_id="M-107-2")
    forms = service.forms(member_id="M-107-2")
    assert came.join(forms, on="session_id", how="anti")["session_id"].to_list() == [
        "S-107-02",
        "S-107-04",
        "S-107-07",
    ]


def test_an_absence_is_recorded_with_a_form_row_and_without_one(service):
    away = service.tables["attendance"].filter(state="absent", member_id="M-104-2")
    recorded = away.join(service.forms(member_id="M-104-2"), on="session_id", how="semi")
    assert away["session_id"].to_list() == ["S-104-02", "S-104-10"]
    assert recorded["session_id"].to_list() == ["S-104-02"]


def test_every_kind_of_attendance_and_session_occurs(service):
    sessions = service.tables["sessions"]
    assert set(service.tables["attendance"]["state"]) == {str(word) for word in words.Attendance}
    assert set(sessions["status"]) == {str(word) for word in words.SessionStatus}
    assert set(sessions["format"].drop_nulls()) == {str(word) for word in words.SessionFormat}


def test_a_session_that_was_not_held_has_no_attendance_and_no_form(service):
    gone = service.tables["sessions"].filter(pl.col("status") != "held")
    assert gone.height >= 5
    for table in ("attendance", "forms"):
        assert gone.join(service.tables[table], on="session_id", how="semi").is_empty()


def test_f_115_has_two_therapists_and_changes_hands(service):
    hands = service.tables["case_therapists"].filter(case_id="C-115").sort("role", "from_date")
    assert hands["therapist_id"].to_list() == ["T05", "T02", "T03"]
    assert hands["role"].to_list() == ["co", "lead", "lead"]
    assert hands["to_date"].to_list() == [None, dt.date(2026, 8, 3), None]
    assert hands["from_date"].to_list()[2] == dt.date(2026, 8, 4)
    led = service.tables["sessions"].filter(case_id="C-115").sort("session_no")
    assert led["lead_therapist_id"].to_list() == ["T02"] * 6 + ["T03"] * 6


def test_a_child_on_the_csrs_sits_beside_parents_on_the_srs(service):
    used = (
        service.forms(case_id="C-104", perspective="self")
        .group_by("member_id")
        .agg(pl.col("instrument_id").unique())
    )
    assert dict(used.rows()) == {
        "M-104-1": ["srs"],
        "M-104-2": ["srs"],
        "M-104-3": ["srs"],
        "M-104-4": ["csrs"],
    }


def test_the_service_uses_several_instruments_and_one_case_two_of_them(service):
    used = set(service.tables["forms"]["instrument_id"])
    assert used == {"srs", "csrs", "wai_sr_client", "softa_o", "ors", "cors"}
    assert set(service.forms(case_id="C-118")["instrument_id"]) == {"srs", "wai_sr_client"}


def test_f_119_has_every_dimension_of_softa_o_and_others_the_shared_purpose_now_and_then(service):
    seen = service.forms(instrument_id="softa_o", state="complete").join(
        service.tables["ratings"], on="form_id"
    )
    assert set(seen.filter(case_id="C-119")["scale"]) == {
        "engagement",
        "emotional_connection",
        "safety",
        "shared_purpose",
    }
    elsewhere = seen.filter(pl.col("case_id") != "C-119")
    assert set(elsewhere["scale"]) == {"shared_purpose"}
    assert elsewhere["member_id"].null_count() == elsewhere.height
    assert elsewhere["case_id"].n_unique() >= 5


def test_f_120_came_as_totals_split_into_equal_parts(service):
    forms = service.forms(case_id="C-120")
    assert set(forms["components_source"]) == {"total_split"}
    parts = service.tables["ratings"].join(forms.select("form_id"), on="form_id", how="semi")
    wide = parts.pivot("scale", index="form_id", values="score")
    assert (wide["bond"] == wide["total"] / 4).all()
    assert (wide["bond"] == wide["goals"]).all()


def test_f_129_has_four_equal_answers_that_nobody_declared(service):
    forms = service.forms(case_id="C-129", components_source="items")
    answers = service.tables["item_scores"].join(forms, on="form_id", how="semi")
    equal = answers.group_by("form_id").agg(
        pl.col("value").n_unique(), pl.col("value").max().alias("top")
    )
    assert equal.filter(pl.col("value") == 1, pl.col("top") < 10).height == 3


def test_no_other_form_has_four_equal_answers_below_the_maximum(service):
    four = service.forms().filter(pl.col("instrument_id").is_in(["srs", "csrs", "ors", "cors"]))
    answers = service.tables["item_scores"].join(four, on="form_id")
    equal = answers.group_by("case_id", "form_id").agg(
        pl.len(), pl.col("value").n_unique(), pl.col("value").max().alias("top")
    )
    found = equal.filter(pl.col("len") == 4, pl.col("value") == 1, pl.col("top") < 10)
    assert set(found["case_id"]) == {"C-129", "C-114"}


def test_f_126_has_forms_with_one_item_left_out(service):
    partial = service.forms(case_id="C-126", state="partial")
    counts = service.tables["item_scores"].join(partial, on="form_id").group_by("form_id").len()
    assert counts["len"].to_list() == [3] * 3


def test_f_114_is_mandated_and_a_zero_there_is_a_genuine_score(service):
    case = service.tables["cases"].row(by_predicate=pl.col("case_id") == "C-114", named=True)
    assert case["referral"] == "mandated"
    assert service.line("M-114-2")[1] == 0.0
    second = service.tables["item_scores"].filter(form_id="R-114-02-2").sort("item_no")
    assert second["value"].to_list() == [9, 0, 3.5, 2]


def test_f_124_would_be_recognised_by_a_colleague(service):
    people = (
        service.tables["members"]
        .group_by("family_id")
        .agg(pl.format("{} {}", "role", "age_band").sort().str.join(" + ").alias("people"))
        .join(service.tables["cases"], on="family_id")
        .group_by("people", "modality", "referral")
        .agg("family_id")
    )
    alone = people.filter(pl.col("family_id").list.len() == 1, referral="mandated")
    assert ["F-124"] in alone["family_id"].to_list()
    assert service.tables["members"].filter(family_id="F-124").height == 2


def test_f_121_came_back_for_a_second_episode(service):
    cases = service.tables["cases"].filter(family_id="F-121").sort("opened_on")
    assert cases["case_id"].to_list() == ["C-121", "C-121-2"]
    assert cases["ending"].to_list() == ["planned", "ongoing"]
    assert cases["closed_on"][0] < cases["opened_on"][1]
    assert service.tables["members"].filter(family_id="F-121").height == 2


def test_f_130_has_two_members_with_the_same_label_and_role(service):
    youths = service.tables["members"].filter(family_id="F-130", role="youth")
    assert youths["label"].to_list() == ["Youth", "Youth"]


def test_f_131_has_a_child_too_young_for_any_form(service):
    child = service.tables["members"].filter(family_id="F-131", age_band="0-5")["member_id"].item()
    assert service.forms(member_id=child).is_empty()
    assert service.tables["attendance"].filter(member_id=child).height == 7


def test_threats_of_every_type_stand_in_every_way(service):
    threats = service.tables["threats"]
    found = set(threats.select("threat_type", "status").iter_rows())
    for threat_type in words.ThreatType:
        assert {status for kind, status in found if kind == threat_type} >= {
            "open",
            "eased",
            "resolved",
        }
    assert set(threats["severity"]) == {1, 2, 3}
    assert set(threats["reported_by"]) == {str(word) for word in words.Reporter}
    assert 0 < threats["member_id"].null_count() < threats.height


def test_only_a_threat_that_is_over_names_the_session_that_closed_it(service):
    threats = service.tables["threats"]
    over = threats["status"].is_in(["eased", "resolved"])
    assert (over == threats["closed_session_id"].is_not_null()).all()


def test_every_strategy_and_every_step_of_a_partial_alliance_was_tried(service):
    tried = service.tables["strategies"]
    assert set(tried["strategy"]) == {str(code) for code in words.Strategy}
    steps = {
        str(code) for code, belongs in words.STRATEGY_BELONGS_TO.items() if isinstance(belongs, int)
    }
    assert set(tried.filter(context="partial_alliance")["strategy"]) == steps
    assert set(tried["helpful"].drop_nulls()) == {str(word) for word in words.Helpful}


def test_work_between_sessions_and_every_way_of_collecting_occur(service):
    work = set(service.tables["attendance"]["between_session_work"].drop_nulls())
    assert work == {str(word) for word in words.BetweenSessionWork}
    assert set(service.tables["forms"]["collected"].drop_nulls()) == {
        str(word) for word in words.Collected
    }


def test_there_are_two_supervision_groups(service):
    assert service.tables["therapists"]["group_id"].n_unique() == 2


def test_no_label_is_a_name(service):
    places = {"Mother", "Father", "Youth", "Child", "Brother", "Sister", "Partner A", "Partner B"}
    places |= {"Grandmother", "Grandfather", "Step-mother", "Step-father", "Little child"}
    assert set(service.tables["members"]["label"]) <= places
    assert service.tables["families"]["label"].str.contains(r"^Family \d+$").all()
    assert service.tables["therapists"]["label"].str.contains(r"^Therapist \d$").all()


def test_the_hero_case_is_the_one_of_the_design(service):
    assert list(service.line("M-104-1").values()) == [36, 37, 37, 38, 38, 38, 39, 38, 39, 39, 38]
    assert service.line("M-104-2") == {
        1: 30,
        3: 31,
        4: 33,
        5: 34,
        7: 35,
        8: 35,
        9: 36,
        11: 37,
        12: 37,
    }
    assert list(service.line("M-104-3").values()) == [35, 36, 34, 36, 35, 28, 27, 29, 30, 28]
    assert service.line("M-104-4") == {2: 37, 3: 40, 4: 40, 5: 40, 7: 40, 8: 40, 10: 40, 11: 40}
    eighth = service.tables["item_scores"].filter(form_id="R-104-08-3").sort("item_no")
    assert eighth["value"].to_list() == [8, 5, 6.5, 7.5]


def test_items_come_in_half_points(service):
    assert (service.tables["item_scores"]["value"] * 2 % 1 == 0).all()


def test_nothing_of_the_bundled_service_is_set_aside(bundled):
    assert bundled.set_aside.is_empty()
    assert set(bundled.notices["rule"]) == {"components_not_interpretable"}
