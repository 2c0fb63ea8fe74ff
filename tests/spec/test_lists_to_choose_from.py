"""What a person can choose from: instruments, therapists, groups, threats; sizes of cases."""

from __future__ import annotations

from dashboard.domain.scope import Scope
from tests.support.drawn_service import FIRST_DAY

OWN_CASE = Scope("own", frozenset({"C2"}))


def drawn(service):
    for therapist_id, group_id in (("T2", "G1"), ("T1", "G1"), ("T3", None), ("T9", "G9")):
        service.add("therapists", therapist_id=therapist_id, group_id=group_id)
    service.draw_case(
        "C1", "sessions held held\nmother/ors 20 21\nmother/srs 36 d\nchild/ycsrs o o",
        first_day=FIRST_DAY,
    )  # fmt: skip
    service.draw_case("C2", "sessions held\nmother/srs 30", first_day=FIRST_DAY)
    service.add("cases", case_id="C3", family_id="F1")
    for case_id, therapist_id, role in (
        ("C1", "T2", "lead"), ("C1", "T1", "co"), ("C2", "T3", "lead"), ("C2", "T2", "observer"),
    ):  # fmt: skip
        service.add("case_therapists", case_id=case_id, therapist_id=therapist_id, role=role)
    for threat_id, case_id in (("X1", "C1"), ("X2", "C1"), ("X3", "C2")):
        service.add("threats", threat_id=threat_id, case_id=case_id, session_id=f"{case_id}-1")
    return service


def test_instruments_in_use_come_in_registry_order_with_their_scales(service, opened):
    store = opened(drawn(service))
    found = store.query("instrument_family_list").select(
        "instrument_family", "kind", "form_count", "scales", "default_scale"
    )

    assert found.rows() == [
        ("srs", "alliance", 3, ["total", "bond", "goals", "tasks", "overall"], "total"),
        ("ors", "outcome", 2, ["total"], "total"),
        ("ycsrs", "alliance", 2, [], None),
    ]
    own = store.query("instrument_family_list", scope=OWN_CASE)
    assert own.select("instrument_family", "form_count").rows() == [("srs", 1)]


def test_scales_of_the_instruments_in_use_carry_their_legal_range(service, opened):
    found = opened(drawn(service)).query("instrument_scales")
    ranges = found.select("instrument_id", "scale", "scale_minimum", "scale_maximum").rows()

    assert ranges == [
        ("srs", "total", 0, 40),
        ("srs", "bond", 0, 10),
        ("srs", "goals", 0, 10),
        ("srs", "tasks", 0, 10),
        ("srs", "overall", 0, 10),
        ("ors", "total", 0, 40),
    ]


def test_only_therapists_and_groups_of_the_cases_in_scope_are_listed(service, opened):
    store = opened(drawn(service))

    assert store.query("therapist_list")["therapist_id"].to_list() == ["T1", "T2", "T3"]
    assert store.query("therapist_list", scope=OWN_CASE)["therapist_id"].to_list() == ["T2", "T3"]
    assert store.query("group_list").rows() == [("G1", 2)]
    assert store.query("case_therapist_spans", scope=OWN_CASE).rows() == [
        ("C2", "T2", "observer", "G1", None, None),
        ("C2", "T3", "lead", None, None, None),
    ]


def test_members_of_families_in_scope_are_listed_with_or_without_a_form(service, opened):
    drawn_service = drawn(service)
    drawn_service.draw_family("F2", {"ann": "parent", "bob": "parent"})
    drawn_service.draw_case("C9", "sessions held", family_id="F2", first_day=FIRST_DAY)
    store = opened(drawn_service)
    listed = store.query("member_list").select("member_id", "role", "role_number").rows()

    assert [row for row in listed if row[0] in {"ann", "bob", "mother"}] == [
        ("ann", "parent", 1), ("bob", "parent", 2), ("mother", "parent", 0)
    ]  # fmt: skip
    own = store.query("member_list", scope=Scope("own", frozenset({"C9"})))
    assert own["member_id"].to_list() == ["ann", "bob"]


def test_threat_types_say_how_many_threats_and_cases(service, opened):
    store = opened(drawn(service))

    assert store.query("threat_type_list").rows() == [("lack_of_trust", 3, 2)]
    assert store.query("threat_type_list", scope=OWN_CASE).rows() == [("lack_of_trust", 1, 1)]


def test_the_size_of_each_heatmap_is_known_before_it_is_sent(service, opened):
    store = opened(drawn(service))
    cells = store.query("alliance_cells")["case_id"].to_list()

    assert store.query("cell_counts").rows() == [
        ("C1", "F1", cells.count("C1")),
        ("C2", "F1", cells.count("C2")),
        ("C3", "F1", 0),
    ]
    assert cells.count("C1") == 2 * (5 + 1)
