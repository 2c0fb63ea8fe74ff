"""The values that signals were computed by are told as they were loaded."""

from __future__ import annotations

from dashboard.domain.rules import shipped_rules
from tests.support.rich_service import rich_service


def test_every_rule_is_told_with_its_value_and_the_version_of_all(opened):
    rules = shipped_rules()

    found = dict(opened(rich_service()).query("rules_in_force").rows())

    assert found.pop("rules_version") == rules.version
    assert found == {name: str(rule.value) for name, rule in rules.rules.items()}
