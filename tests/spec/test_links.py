"""Weak and strong links: a member's own ratings against those of the others in the family."""

from __future__ import annotations

from math import sqrt

import pytest

from tests.support.drawn_service import DrawnService
from tests.support.quiet_members import add_quiet_members, range_at, spread_with

NOTABLE_OF_TWO, NOTABLE_OF_THREE = 1.8124, 2.4235
HALF_CORRELATED = sqrt(1 - 0.5)
MEMBERS = {"mother": "parent", "father": "parent", "youth": "youth,13-17"}


def drawn(rows: dict[str, list[float | None]], instrument_id: str = "srs") -> DrawnService:
    service = DrawnService()
    add_quiet_members(service)
    service.draw_family("F1", MEMBERS)
    count = max(map(len, rows.values()))
    service.draw_case("C1", "sessions " + " ".join(["held"] * count))
    for member_id, scores in rows.items():
        for number, score in enumerate(scores, start=1):
            if score is not None:
                service.rate(f"C1-{number}", instrument_id, {"total": score}, member_id=member_id)
    return service


def links_of(opened, service: DrawnService) -> dict[str, str | None]:
    return dict(opened(service).query("member_links").select("member_id", "link").rows())


def test_a_rating_is_compared_with_the_mean_of_the_others(opened):
    service = drawn({"mother": [22], "father": [18], "youth": [8]})

    found = opened(service).query("links").sort("member_id")

    assert found["member_id"].to_list() == ["father", "mother", "youth"]
    assert found["others_mean"].to_list() == [(22 + 8) / 2, (18 + 8) / 2, (22 + 18) / 2]
    assert found["gap"].to_list() == [18 - 15, 22 - 13, 8 - 20]
    assert found["gap_sd"][2] == pytest.approx((8 - 20) / spread_with(22, 18, 8))
    assert found["cut"][2] == pytest.approx(NOTABLE_OF_THREE * HALF_CORRELATED)


def test_a_link_is_weak_from_exactly_the_notable_cut_and_the_others_is_then_strong(opened):
    edge = range_at(NOTABLE_OF_TWO * HALF_CORRELATED, 2)

    def judged(apart: float) -> list[tuple[bool, bool]]:
        service = drawn({"mother": [20 + apart / 2], "youth": [20 - apart / 2]})
        rows = opened(service).query("links").sort("member_id")
        return rows.select("is_weak", "is_strong").rows()

    assert judged(edge * 0.9999) == [(False, False), (False, False)]
    assert judged(edge * 1.0001) == [(False, True), (True, False)]


@pytest.mark.parametrize(
    ("scores", "link"),
    [
        ([6, 6, 20], "weak"),
        ([6, 20, 6], "weak"),
        ([6, 6], "weak"),
        ([6, 6, 20, 20], None),
        ([6, 20, 20], None),
        ([6], None),
        ([34, 20, 34], "strong"),
        ([34, 20, 20, 34], None),
        ([34, 6, 20], None),
    ],
)
def test_two_of_the_last_three_joint_sessions_make_a_weak_or_a_strong_link(opened, scores, link):
    service = drawn({"mother": [20] * len(scores), "youth": scores})

    assert links_of(opened, service)["youth"] == link


def test_sessions_the_member_rated_alone_or_not_at_all_are_not_among_the_three(opened):
    service = drawn({"mother": [20, None, 20, 20], "youth": [6, 6, None, 6]})

    found = opened(service).query("member_links").filter(member_id="youth").row(0, named=True)

    assert (found["session_nos"], found["joint_count"]) == ([1, 4], 2)
    assert (found["scores"], found["others_means"]) == ([6, 6], [20, 20])
    assert (found["weak_count"], found["link"]) == (2, "weak")


def test_an_observer_rates_members_and_makes_no_link(service, opened):
    service.draw_case("C1", "sessions held")
    for member_id, score in (("mother", 3), ("youth", -3)):
        service.rate(
            "C1-1", "softa_o", {"safety": score}, perspective="observer", member_id=member_id
        )

    assert opened(service).query("links").height == 0


def test_a_child_with_a_form_of_its_own_kind_is_not_compared_with_the_adults(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 36\nchild/csrs 4 4")

    assert opened(service).query("member_links").height == 0


def test_under_thirty_members_a_gap_is_told_and_no_link_judged(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 36\nyouth/srs 4 4")
    store = opened(service)

    gaps = store.query("links").filter("is_default_scale", member_id="youth")

    assert (
        gaps.select("gap", "gap_sd", "is_weak", "is_strong").rows()
        == [(4 - 36, None, None, None)] * 2
    )
    assert store.query("member_links")["link"].to_list() == [None] * 2 * 5
