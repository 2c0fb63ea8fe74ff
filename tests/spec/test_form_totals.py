"""Form totals: sums of raw items after reversal; a missing item leaves its sum empty."""

from __future__ import annotations

from dashboard.domain.instruments import load_registry
from dashboard.domain.scope import Scope

OWN = """
format = "alliance-instruments"
version = 1
[[instrument]]
id = "own"
name = "Own"
kind = "alliance"
perspectives = ["self"]
direction = "higher_is_stronger"
scoring = "items"
item_count = 6
item_min = 1
item_max = 7
source = "invented in a test"
scales = [
    { id = "total", items = [1, 2, 3, 4, 5, 6], reversed = [2, 6] },
    { id = "tasks", items = [1, 2], reversed = [2] },
    { id = "goals", items = [3, 4] },
    { id = "bond", items = [5, 6], reversed = [6] },
]
"""


def totals(store, **params):
    return store.query("form_totals", **params).rows()


def test_items_are_reversed_before_they_are_added(service, opened, tmp_path):
    (tmp_path / "own.toml").write_text(OWN)
    service.registry = load_registry(tmp_path / "own.toml")
    service.draw_case("C1", "sessions held held")
    for number, answers in ((1, [7, 1, 2, 3, 4, 7]), (2, [7, 7, 7, None, 1, 1])):
        form_id = f"form-{number}"
        service.add(
            "forms", form_id=form_id, session_id=f"C1-{number}", member_id="mother",
            instrument_id="own",
        )  # fmt: skip
        service.answer(form_id, answers)
    task, goal, bond = 7 + (8 - 1), 2 + 3, 4 + (8 - 7)

    assert totals(opened(service), instrument_id="own") == [
        ("C1", 1, "mother", "mother", "own", task, bond, goal, task + bond + goal),
        ("C1", 2, "mother", "mother", "own", 7 + 1, 1 + 7, None, None),
    ]


def test_the_overall_item_is_no_part_of_the_composite(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 d")

    assert totals(opened(service), instrument_id="srs") == [
        ("C1", 1, "mother", "mother", "srs", 9, 10, 8, 27)
    ]


def test_scores_that_arrive_as_such_are_no_sums_of_items(service, opened):
    service.draw_case("C1", "sessions held")
    service.rate("C1-1", "srs", {"bond": 9, "goals": 9, "tasks": 9}, member_id="mother")

    assert totals(opened(service), instrument_id="srs") == [
        ("C1", 1, "mother", "mother", "srs", None, None, None, None)
    ]


def test_only_the_forms_of_the_scope_and_the_instrument_are_summed(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs 36\nmother/ors 20")
    service.draw_case("C2", "sessions held\nmother/srs 30")
    store = opened(service)
    own = Scope("own", frozenset({"C2"}))

    assert [row[0] for row in totals(store, instrument_id="srs")] == ["C1", "C2"]
    assert [row[0] for row in totals(store, instrument_id="srs", scope=own)] == ["C2"]
    assert totals(store, instrument_id="wai_sr_client") == []
