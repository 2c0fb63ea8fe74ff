"""What a FHIR response or Bundle says of itself: modifiers, and pages that follow."""

from __future__ import annotations

import json

import pytest

from tests.exports.fhir_forms import bundle, item, response
from tests.exports.test_profile_fhir import read


@pytest.mark.parametrize("place", ["response", "item", "rules"])
def test_a_modifier_that_nobody_here_knows_sets_the_response_aside(place):
    modifier = {"modifierExtension": [{"url": "https://example.org/not", "valueBoolean": True}]}
    answer = item("goals", valueDecimal=9) | (modifier if place == "item" else {})
    more = {"response": modifier, "rules": {"implicitRules": "https://example.org/r"}}
    reading = read(bundle(response("a", "p1", answer, **more.get(place, {}))))
    assert reading.set_aside["rule"].to_list() == ["unknown_modifier"]
    assert reading.table.rows.is_empty()


@pytest.mark.parametrize("link", [[{"relation": "next", "url": "p2"}], [{"relation": "self"}], 7])
def test_a_bundle_that_goes_on_elsewhere_says_so(link):
    pages = {"resourceType": "Bundle", "link": link, "entry": [{"resource": response("a", "p1")}]}
    told = read(json.dumps(pages).encode()).notices["rule"].to_list()
    goes_on = link != 7 and link[0]["relation"] == "next"
    assert ("another_page" in told) is goes_on
