"""What a session adds to the count under the filters: forms with a score, and its extremes."""

from __future__ import annotations

from dashboard.domain.scope import Scope


def scores(store, **params):
    """Return what is said of total scores, by case, session and instrument."""
    rows = store.query("session_scores", **params).rows(named=True)
    return {
        (row["case_id"], row["session_no"], row["instrument_family"]): (
            row["form_count"],
            row["lowest_score"],
            row["highest_score"],
        )
        for row in rows
        if row["scale"] == "total"
    }


def test_every_form_counts_and_only_members_say_lowest_and_highest(two_families, opened):
    # the form of the therapist has a score of 6, and is no rating by a member
    assert scores(opened(two_families)) == {
        ("C1", 1, "srs"): (3, 21, 36),
        ("C2", 1, "ors"): (1, 20, 20),
    }


def test_a_session_without_a_score_is_no_row(two_families, opened):
    assert all(number == 1 for _, number, _ in scores(opened(two_families)))


def test_only_a_therapist_rated_leaves_the_ends_open(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs d")
    service.answer(service.therapist_form("C1-1", "srs", rater_id="T1"), [1, 2, 1, 2])

    assert scores(opened(service)) == {("C1", 1, "srs"): (1, None, None)}


def test_it_is_about_the_cases_of_a_scope(two_families, opened):
    store = opened(two_families)

    assert set(scores(store, scope=Scope("mine", frozenset({"C2"})))) == {("C2", 1, "ors")}
    assert scores(store, scope=Scope("nobody", frozenset())) == {}
