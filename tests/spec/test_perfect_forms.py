"""A perfect form carries no information: what share of them an instrument has."""

from __future__ import annotations

import pytest

from dashboard.domain.scope import Scope


@pytest.mark.parametrize(
    ("scores", "perfect", "is_warned"),
    [("40 40 30 30", 2, True), ("40 30 30 30 30", 1, False), ("30 30", 0, False)],
)
def test_the_screen_warns_above_a_fifth_and_not_at_it(service, opened, scores, perfect, is_warned):
    count = len(scores.split())
    service.draw_case("C1", f"sessions {'held ' * count}\nmother/srs {scores}")

    row = opened(service).query("perfect_forms_by_instrument").row(0, named=True)

    assert (row["instrument_id"], row["scale"]) == ("srs", "total")
    assert (row["perfect_count"], row["rating_count"]) == (perfect, count)
    assert row["perfect_share"] == pytest.approx(perfect / count)
    assert row["is_warned"] is is_warned


def test_a_narrower_scope_is_told_nothing_of_the_service(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs 40")
    store = opened(service)

    asked = store.query("perfect_forms_by_instrument", scope=Scope("one", frozenset({"C1"})))

    assert asked.is_empty()
