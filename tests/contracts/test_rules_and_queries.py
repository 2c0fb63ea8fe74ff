"""Thresholds stand in the rules alone: every rule is read, and no signal has one of its own."""

from __future__ import annotations

import re

from dashboard.domain.rules import shipped_rules
from dashboard.store import query_contracts

READ_ELSEWHERE = {
    "agenda_first_days": "the window of an agenda before a first meeting",
    "ceiling_warning_share": "the warning on the page of the data",
    "follow_least_cases": "what a page says nothing about below so many cases",
}
"""Rules that a page reads, not a query."""

COUNTING = {"0", "1", "2"}
"""A first, a pair, nothing: words of the definitions, not thresholds."""


def code_of(sql: str) -> str:
    """Return a query without its remarks, texts and the decimals it compares to."""
    lines = [line.split("--")[0] for line in sql.splitlines()]
    text = re.sub(r"'[^']*'", "''", "\n".join(lines))
    return re.sub(r",\s*[69]\s*\)", ")", text)


def numbers_in(sql: str) -> set[str]:
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?!\w)", code_of(sql)))


def test_every_rule_is_read_by_a_query_or_says_where_it_is_read():
    text = "\n".join(code_of(contract.sql) for contract in query_contracts().values())
    read = {rule_id for rule_id in shipped_rules().rules if re.search(rf"\b{rule_id}\b", text)}

    assert set(shipped_rules().rules) - read - set(READ_ELSEWHERE) == set()
    assert set(READ_ELSEWHERE) <= set(shipped_rules().rules)


def test_no_signal_holds_a_threshold_of_its_own():
    signals = [item for item in query_contracts().values() if item.folder == "signals"]
    own = {item.name: numbers_in(item.sql) - COUNTING for item in signals}

    assert len(signals) > 15
    assert {name: found for name, found in own.items() if found} == {}


def test_a_threshold_planted_in_a_query_would_be_found():
    assert numbers_in("select round(score, 6) >= 1.5 * spread from x -- 2.0\n") == {"1.5"}
    assert numbers_in("where rating_no > 4 and kind = '7'") == {"4"}
