"""The instruments that ship: keys, ranges, sources and refusals, as the field states them."""

from __future__ import annotations

import pytest

from dashboard.domain.instruments import load_registry, shipped_registry
from dashboard.domain.vocabulary import AgeBand, Kind, Scale
from dashboard.errors import RegistryError

SHIPPED = shipped_registry()
EVERY_INSTRUMENT = list(SHIPPED.instruments.values())
EVERY_SCALE = [(each, scale) for each in EVERY_INSTRUMENT for scale in each.scales]
REFUSED = [each for each in EVERY_INSTRUMENT if each.scoring == "refused"]


def key_of(instrument_id: str) -> dict[str, tuple[int, ...]]:
    return {str(scale.scale): scale.items for scale in SHIPPED[instrument_id].scales}


def test_the_client_form_of_the_wai_sr_has_its_published_key():
    assert key_of("wai_sr_client") == {
        "total": tuple(range(1, 13)),
        "bond": (3, 5, 7, 9),
        "goals": (4, 6, 8, 11),
        "tasks": (1, 2, 10, 12),
    }
    assert all(scale.reversed_items == () for scale in SHIPPED["wai_sr_client"].scales)


def test_the_wai_sr_runs_from_1_to_5_an_item_so_that_a_6_betrays_another_form():
    form = SHIPPED["wai_sr_client"]

    assert (form.item_min, form.item_max) == (1, 5)
    assert (form.scale("total").minimum, form.scale("total").maximum) == (12 * 1, 12 * 5)
    assert (form.scale("bond").minimum, form.scale("bond").maximum) == (4 * 1, 4 * 5)


@pytest.mark.parametrize("instrument_id", ["srs", "csrs"])
def test_the_session_rating_scales_have_one_line_a_component_and_a_total_of_40(instrument_id):
    assert key_of(instrument_id) == {
        "total": (1, 2, 3, 4),
        "bond": (1,),
        "goals": (2,),
        "tasks": (3,),
        "overall": (4,),
    }
    assert SHIPPED[instrument_id].scale("total").maximum == 4 * 10


def test_the_softa_dimensions_run_around_zero_and_shared_purpose_belongs_to_the_family():
    form = SHIPPED["softa_o"]

    assert form.true_zero
    assert {(scale.minimum, scale.maximum) for scale in form.scales} == {(-3, 3)}
    assert {str(scale.scale): scale.target for scale in form.scales} == {
        "engagement": "member",
        "emotional_connection": "member",
        "safety": "member",
        "shared_purpose": "family",
    }


def test_the_child_form_is_for_ages_6_to_12_and_shown_with_the_adult_form():
    assert AgeBand.FROM_6_TO_12 in SHIPPED["csrs"].age_bands
    assert AgeBand.FROM_18_TO_64 not in SHIPPED["csrs"].age_bands
    assert AgeBand.FROM_6_TO_12 not in SHIPPED["srs"].age_bands
    assert SHIPPED["csrs"].family == SHIPPED["srs"].family == "srs"


def test_the_only_cutoff_is_that_of_the_session_rating_scale():
    cutoffs = {
        (each.instrument_id, scale.scale): scale.cutoff
        for each, scale in EVERY_SCALE
        if scale.cutoff is not None
    }

    assert cutoffs == {("srs", Scale.TOTAL): 36.0}


def test_no_standard_deviation_ships_because_none_was_confirmed():
    assert [scale.sd for _, scale in EVERY_SCALE if scale.sd is not None] == []


@pytest.mark.parametrize("instrument", EVERY_INSTRUMENT, ids=lambda each: each.instrument_id)
def test_every_instrument_and_every_figure_has_its_source(instrument):
    figures = [
        (figure, source)
        for scale in instrument.scales
        for figure, source in (
            (scale.cutoff, scale.cutoff_source),
            (scale.reliability, scale.reliability_source),
            (scale.sd, scale.sd_source),
        )
    ]

    assert len(instrument.source) > 10
    assert [figure for figure, source in figures if figure is not None and not source] == []


@pytest.mark.parametrize("instrument", EVERY_INSTRUMENT, ids=lambda each: each.instrument_id)
def test_the_range_of_a_scale_is_that_of_its_items(instrument):
    ranges = {scale.scale: (scale.minimum, scale.maximum) for scale in instrument.scales}
    by_items = {
        scale.scale: (
            len(scale.items) * instrument.item_min,
            len(scale.items) * instrument.item_max,
        )
        for scale in instrument.scales
        if scale.items
    }

    assert ranges | by_items == ranges


@pytest.mark.parametrize("instrument", EVERY_INSTRUMENT, ids=lambda each: each.instrument_id)
def test_the_components_of_a_form_share_no_item(instrument):
    components = [
        item for scale in instrument.scales if scale.scale != Scale.TOTAL for item in scale.items
    ]

    assert len(components) == len(set(components))


@pytest.mark.parametrize("instrument", REFUSED, ids=lambda each: each.instrument_id)
def test_a_refused_instrument_says_why_in_words_and_has_no_scale(instrument):
    assert len(instrument.refusal.split()) > 5
    assert instrument.scales == ()


def test_what_could_not_be_confirmed_is_refused_and_nothing_else():
    assert {each.instrument_id for each in REFUSED} == {
        "wai_sr_therapist",
        "wai_s",
        "wai_o_short",
        "softa_s",
        "gsrs",
        "ycsrs",
        "score_15",
    }
    assert all(each.refusal is None for each in EVERY_INSTRUMENT if each not in REFUSED)


def test_outcomes_are_told_from_alliance_and_directions_are_declared():
    outcomes = {each.instrument_id for each in EVERY_INSTRUMENT if each.kind == Kind.OUTCOME}

    assert outcomes == {"ors", "cors", "score_15"}
    assert SHIPPED["score_15"].direction == "lower_is_better"
    assert {each.direction for each in EVERY_INSTRUMENT if each.kind == Kind.ALLIANCE} == {
        "higher_is_stronger"
    }


def test_a_scale_that_an_instrument_has_not_is_none():
    assert SHIPPED["ors"].scale("bond") is None


def test_an_unknown_instrument_is_refused_with_the_known_ids_and_without_the_unknown_one():
    with pytest.raises(
        RegistryError, match=r"Known ids: cors, csrs, .*--instruments FILE"
    ) as raised:
        SHIPPED["anna_example"]

    assert "anna_example" not in str(raised.value)
    assert "srs" in SHIPPED
    assert "anna_example" not in SHIPPED


def test_without_files_of_a_service_the_shipped_registry_is_the_registry():
    assert load_registry() is shipped_registry()
