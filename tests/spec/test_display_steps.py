"""Display steps: equal steps from the service's own second percentile, frozen at first publish."""

from __future__ import annotations

import json

import polars as pl
import pytest

from dashboard.domain.instruments import load_registry
from dashboard.store import Store, publish
from tests.support.drawn_service import DrawnService

OWN = """
format = "alliance-instruments"
version = 1
[[instrument]]
id = "{id}"
name = "Own"
kind = "alliance"
perspectives = ["self"]
direction = "{direction}"
scoring = "items"
item_count = 1
item_min = {low}
item_max = {high}
source = "invented in a test"
scales = [{{ id = "total", items = [1] }}]
"""


def rated(scores: list[float], instrument_id: str = "srs", registry=None) -> DrawnService:
    """Return a service in which one member gave these totals, session by session."""
    service = DrawnService() if registry is None else DrawnService(registry=registry)
    service.draw_family("F1", {"mother": "parent"})
    held = " held" * len(scores)
    service.draw_case("C1", f"sessions{held}")
    for number, score in enumerate(scores, start=1):
        service.rate(f"C1-{number}", instrument_id, {"total": score}, member_id="mother")
    return service


def steps(store, instrument_id: str = "srs") -> pl.DataFrame:
    found = store.query("display_steps")
    return found.filter((pl.col("instrument_id") == instrument_id) & (pl.col("scale") == "total"))


def test_under_two_hundred_forms_the_legal_range_is_cut_into_six(opened):
    found = steps(opened(rated([39.0] * 199)))

    assert found["lower_bound"].to_list() == [None, 6.5, 13.5, 20, 26.5, 33.5]
    assert found["upper_bound"].to_list() == [6.5, 13.5, 20, 26.5, 33.5, 40]
    assert found["origin"].unique().to_list() == ["legal_minimum"]
    assert found["form_count"].unique().to_list() == [199]
    assert found["range_start"].unique().to_list() == [0]


def test_from_two_hundred_forms_on_the_second_percentile_begins_the_range(opened):
    found = steps(opened(rated([28.1] * 10 + [36.0] * 190)))

    assert found["range_start"].unique().to_list() == [28]
    assert found["lower_bound"].to_list() == [None, 30, 32, 34, 36, 38]
    assert found["origin"].unique().to_list() == ["service"]


def test_where_nearly_all_forms_are_perfect_steps_are_still_half_a_point_wide(opened):
    found = steps(opened(rated([39.5] * 3 + [40.0] * 200)))

    assert found["range_start"].unique().to_list() == [37]
    assert found["lower_bound"].to_list() == [None, 37.5, 38, 38.5, 39, 39.5]


def test_a_range_under_three_points_is_cut_finer_than_half_points(opened, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN.format(id="own", direction="higher_is_stronger", low=0.0, high=2.0))
    found = steps(opened(rated([1.0, 2.0], "own", load_registry(file))), "own")

    assert found["lower_bound"].to_list() == [None, 0.333, 0.667, 1, 1.333, 1.667]


def test_where_lower_is_better_steps_count_from_the_other_end(opened, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN.format(id="own", direction="lower_is_better", low=1.0, high=7.0))
    store = opened(rated([7, 6, 2, 1], "own", load_registry(file)))
    cells = store.query("alliance_cells").sort("session_no")

    assert cells["step"].to_list() == [1, 2, 6, 7]
    assert steps(store, "own")["is_reversed"].unique().to_list() == [True]


def test_limits_are_frozen_at_the_first_publish(tmp_path):
    folder = tmp_path / "store"
    publish(rated([39.0] * 3).export(), folder)
    publish(rated([36.0] * 250).export(), folder)
    with Store(folder) as store:
        assert steps(store)["range_start"].unique().to_list() == [0]
        assert steps(store)["form_count"].unique().to_list() == [3]
    kept = json.loads((folder / "display_limits.json").read_text())
    assert {"instrument_id": "srs", "scale": "total", "lower_limit": 0.0,
            "form_count": 3, "origin": "legal_minimum"} in kept  # fmt: skip


def test_an_instrument_that_comes_later_is_frozen_when_it_comes(tmp_path):
    folder = tmp_path / "store"
    publish(rated([39.0] * 3).export(), folder)
    service = rated([39.0] * 250)
    for number in range(1, 251):
        service.rate(f"C1-{number}", "ors", {"total": 28}, member_id="mother")
    publish(service.export(), folder)
    with Store(folder) as store:
        assert steps(store)["range_start"].unique().to_list() == [0]
        assert steps(store, "ors")["range_start"].unique().to_list() == [28]


def test_limits_stay_where_an_instrument_is_not_used_for_a_while(tmp_path):
    folder = tmp_path / "store"
    publish(rated([30.0] * 250).export(), folder)
    publish(rated([20.0] * 250, "ors").export(), folder)
    publish(rated([10.0] * 250).export(), folder)
    with Store(folder) as store:
        assert steps(store)["range_start"].unique().to_list() == [30]


def test_a_scale_around_zero_has_no_steps(opened):
    service = DrawnService()
    service.draw_family("F1", {"mother": "parent"})
    service.draw_case("C1", "sessions held")
    service.rate("C1-1", "softa_o", {"safety": 1}, perspective="observer", member_id="mother")

    assert opened(service).query("display_steps").is_empty()


@pytest.mark.parametrize("scale", ["total", "bond"])
def test_steps_of_each_scale_rise(opened, scale):
    service = DrawnService()
    service.draw_family("F1", {"mother": "parent"})
    service.draw_case("C1", "sessions held\nmother/wai_sr_client 44\nmother/srs 30")
    found = opened(service).query("display_steps").filter(pl.col("scale") == scale)
    for rows in found.partition_by("instrument_id"):
        assert rows["upper_bound"].is_sorted()
        assert rows["upper_bound"].n_unique() == 6
