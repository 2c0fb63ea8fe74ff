"""The closed word lists, as the source article and the field have them."""

from __future__ import annotations

import inspect
from enum import StrEnum

import pytest

from dashboard.domain import vocabulary
from dashboard.domain.codes import is_code
from dashboard.domain.vocabulary import (
    LIKELY_COMPONENT,
    STRATEGY_BELONGS_TO,
    CellState,
    FormState,
    Scale,
    Strategy,
    ThreatType,
)

EVERY_LIST = [
    kind
    for _, kind in inspect.getmembers(vocabulary, inspect.isclass)
    if issubclass(kind, StrEnum) and kind is not StrEnum
]


def strategies_of(owner: ThreatType | int) -> set[str]:
    return {str(each) for each, belongs_to in STRATEGY_BELONGS_TO.items() if belongs_to == owner}


def test_the_article_names_three_threats():
    assert [str(threat) for threat in ThreatType] == [
        "lack_of_trust",
        "goal_misalignment",
        "resistance_to_change",
    ]


@pytest.mark.parametrize(
    ("owner", "strategies"),
    [
        (
            ThreatType.LACK_OF_TRUST,
            "active_listening empathy non_judgement transparency clear_expectations",
        ),
        (
            ThreatType.GOAL_MISALIGNMENT,
            "collaborative_goal_setting continuous_check_ins adjusting_course",
        ),
        (
            ThreatType.RESISTANCE_TO_CHANGE,
            "motivational_interviewing validation_of_feelings gradual_guiding",
        ),
        (1, "maintain_neutrality"),
        (2, "focus_strongest_alliances"),
        (3, "circular_questioning reframing"),
    ],
)
def test_each_threat_and_each_step_has_the_strategies_of_the_article(owner, strategies):
    assert strategies_of(owner) == set(strategies.split())


def test_the_fifteen_strategies_all_belong_somewhere():
    assert len(Strategy) == 15
    assert set(STRATEGY_BELONGS_TO) == set(Strategy)


def test_each_threat_points_at_the_component_to_look_at():
    assert LIKELY_COMPONENT == {
        ThreatType.LACK_OF_TRUST: Scale.BOND,
        ThreatType.GOAL_MISALIGNMENT: Scale.GOALS,
        ThreatType.RESISTANCE_TO_CHANGE: Scale.TASKS,
    }


def test_a_cell_knows_every_state_of_a_form_and_two_that_no_form_can_have():
    assert set(map(str, CellState)) - set(map(str, FormState)) == {"no_record", "not_held"}
    assert set(map(str, FormState)) < set(map(str, CellState))


@pytest.mark.parametrize("words", EVERY_LIST, ids=lambda words: words.__name__)
def test_every_word_is_lower_case_and_may_stand_in_a_table_and_in_a_url(words):
    for word in words:
        assert is_code(word.replace("+", ""))
        assert word == word.lower()
