"""A selection is one value with one canonical text, and refuses what cannot be a code."""

from __future__ import annotations

import datetime as dt
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as any_of

from dashboard.domain.codes import ID_PATTERN, is_code
from dashboard.domain.selection import Selection
from dashboard.domain.vocabulary import Axis
from dashboard.errors import SelectionError

codes = any_of.from_regex(ID_PATTERN, fullmatch=True).filter(is_code)
lists = any_of.lists(codes, max_size=4)
words = any_of.just("") | codes


@any_of.composite
def selections(draw: any_of.DrawFn) -> Selection:
    names = ("groups", "therapists", "families", "cases", "members", "threats")
    first, last = sorted((draw(any_of.dates()), draw(any_of.dates())))
    return Selection(
        **{name: tuple(draw(lists)) for name in names},
        instrument=draw(words),
        scale=draw(words),
        date_from=draw(any_of.sampled_from([None, first])),
        date_to=draw(any_of.sampled_from([None, last])),
        axis=draw(any_of.sampled_from(Axis)),
    )


@given(selections())
def test_the_text_of_a_selection_reads_back_as_the_same_value(selection):
    text = selection.to_query()

    assert Selection.from_query(text) == selection
    assert Selection.from_query("?" + text) == selection
    assert Selection.from_query(text).to_query() == text


@given(lists, any_of.randoms())
def test_order_and_repetition_of_codes_make_no_difference(therapists, random):
    shuffled = [*therapists, *therapists]
    random.shuffle(shuffled)

    assert Selection(therapists=shuffled) == Selection(therapists=therapists)
    assert hash(Selection(therapists=shuffled)) == hash(Selection(therapists=therapists))


@given(any_of.text())
def test_any_text_in_the_address_is_a_selection_or_is_refused_as_one(text):
    try:
        selection = Selection.from_query(text)
    except SelectionError as refused:
        assert "Selection" in str(refused) or "YYYY-MM-DD" in str(refused)  # noqa: PT017
    else:
        assert Selection.from_query(selection.to_query()) == selection


def test_the_default_selection_has_no_text():
    assert Selection().to_query() == ""
    assert Selection.from_query("") == Selection()


def test_the_text_has_its_fields_in_a_fixed_order():
    selection = Selection(
        threats=("lack_of_trust",),
        therapists=("T03", "T02"),
        scale="bond",
        date_from=dt.date(2026, 1, 5),
        axis=Axis.DATE,
    )

    assert (
        selection.to_query()
        == "therapist=T02,T03&threat=lack_of_trust&scale=bond&from=2026-01-05&axis=date"
    )


def test_keys_of_other_purposes_are_passed_over():
    assert Selection.from_query("view=case&family=F-102&x=<b>") == Selection(families=("F-102",))


def test_one_code_may_be_given_as_it_is():
    assert Selection(families="F-102").families == ("F-102",)


def test_a_changed_selection_leaves_the_first_as_it_was():
    first = Selection(therapists=("T03",))
    second = first.changed(therapists=[], families=["F-102"])

    assert first == Selection(therapists=("T03",))
    assert second == Selection(families=("F-102",))


def test_a_selection_cannot_be_edited_in_place():
    with pytest.raises(FrozenInstanceError):
        Selection().scale = "bond"


def test_an_unknown_field_is_refused_with_the_known_ones():
    with pytest.raises(SelectionError, match=r"no field \['therapist'\]. Known fields: \['axis'"):
        Selection().changed(therapist=["T03"])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("family=Anna Example", r"Selection.families takes codes of 1 to 32 letters"),
        ("family=%3Cscript%3E", r"Selection.families takes codes of 1 to 32 letters"),
        ("therapist=" + "T" * 33, r"Selection.therapists takes codes of 1 to 32 letters"),
        ("scale=a b", r"Selection.scale takes codes of 1 to 32 letters"),
        ("instrument=%00", r"Selection.instrument takes codes of 1 to 32 letters"),
        ("axis=weeks", r"Selection.axis takes one of \['session', 'date'\]"),
        ("from=yesterday", r"'from' takes a day as YYYY-MM-DD"),
        ("to=2026-02-30", r"'to' takes a day as YYYY-MM-DD"),
        ("from=2026-02-02&to=2026-02-01", r"date_from is later than date_to; swap them or remove"),
    ],
)
def test_what_cannot_be_a_code_or_a_day_is_refused_without_repeating_it(query, words):
    with pytest.raises(SelectionError, match=words) as refused:
        Selection.from_query(query)

    assert query.partition("=")[2].partition("&")[0] not in str(refused.value)


@pytest.mark.parametrize("text", ["T03", "0042", "F-102", "a.b_c-d", "9" * 32])
def test_an_id_is_opaque_text(text):
    assert is_code(text)


@pytest.mark.parametrize("text", ["", " ", "a b", "T03\n", "ä", "9" * 33, "a/b", "=1", "a,b"])
def test_what_could_break_a_table_a_url_or_a_formula_is_no_id(text):
    assert not is_code(text)


@pytest.mark.parametrize(
    ("selection", "is_of_all"),
    [
        (Selection(), True),
        (Selection(instrument="srs", scale="bond", axis="date"), True),
        (Selection(cases=("C1",)), False),
        (Selection(threats=("lack_of_trust",)), False),
        (Selection(date_from=dt.date(2026, 1, 1)), False),
    ],
)
def test_the_switches_of_the_picture_leave_every_case_chosen(selection, is_of_all):
    assert selection.is_of_all is is_of_all
