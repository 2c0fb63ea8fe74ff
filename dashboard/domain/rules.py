"""The rules of the signals as data: thresholds, minimums and windows, each with its reason."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.domain.codes import is_code, plain_text
from dashboard.errors import RulesError

FORMAT = "alliance-rules"
SHIPPED = Path(__file__).with_name("rules.toml")
_RULE_KEYS = ("id", "value", "unit", "reason", "source", "choices")
_CUT_KEYS = ("raters", "notable", "marked")


@dataclass(frozen=True, slots=True)
class Rule:
    """One threshold, minimum or window.

    Attributes:
        rule_id: Its name, and the column of ``registry_rules`` that holds it.
        value: A number in ``unit``, or one of ``choices``.
        unit: What the number counts.
        reason: Why it is what it is, in a sentence.
        source: Where it comes from.
        choices: Words it may be; empty for a number.
        least: Smallest number that still has a meaning, for a count.
        is_own: Whether the service set it.
    """

    rule_id: str
    value: float | str
    unit: str
    reason: str
    source: str
    choices: tuple[str, ...] = ()
    least: int = 1
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class SplitCut:
    """Ranges in SD for a number of raters, before the factor for their correlation."""

    raters: int
    notable: float
    marked: float


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule in force, and the version that outputs name.

    Attributes:
        version: Of the shipped rules; with a service's own ones, both joined by ``+``.
        rules: By id, in the order of the file.
        split_cuts: By number of raters, ascending.
        own: Text of the service's own file, so that it can go along with an export; empty without.
    """

    version: str
    rules: Mapping[str, Rule]
    split_cuts: tuple[SplitCut, ...]
    own: str = ""

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of every value, so that other values make another store."""
        values = [(rule.rule_id, rule.value) for rule in self.rules.values()]
        return hashlib.sha256(repr((self.version, values, self.split_cuts)).encode()).hexdigest()

    def __getitem__(self, rule_id: str) -> Rule:
        return self.rules[rule_id]

    @property
    def entries(self) -> list[dict[str, object]]:
        """Return every rule and every cut of a split as a row, in the order of the file.

        A number stands in ``value``, a word in ``word``; a cut is two rows, one for each level.
        """
        cuts = [rule for cut in self.split_cuts for rule in _cut_rules(cut)]
        return [
            {
                "rule_id": rule.rule_id,
                "value": None if rule.choices else float(rule.value),
                "word": str(rule.value) if rule.choices else None,
                "unit": rule.unit,
                "reason": rule.reason,
                "source": rule.source,
                "is_own": rule.is_own,
            }
            for rule in (*self.rules.values(), *cuts)
        ]


def _cut_rules(cut: SplitCut) -> Iterator[Rule]:
    is_own = cut not in shipped_rules().split_cuts
    shares = {"notable": (cut.notable, 80), "marked": (cut.marked, 95)}
    for level, (value, share) in shares.items():
        yield Rule(
            rule_id=f"split_cut_{cut.raters}_{level}",
            value=value,
            unit="SD",
            reason=(
                f"Range among {cut.raters} raters nobody treats differently: {share} in 100 lie "
                "below, before the factor for their correlation."
            ),
            source="Quantiles of the studentised range at infinite degrees of freedom",
            is_own=is_own,
        )


@cache
def shipped_rules() -> Rules:
    """Return the rules that come with the board."""
    document = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    rules = {entry["id"]: _shipped(entry) for entry in document["rule"]}
    cuts = tuple(SplitCut(**entry) for entry in document["split_cut"])
    return Rules(version=document["version"], rules=rules, split_cuts=cuts)


def load_rules(file: Path | None = None) -> Rules:
    """Return the rules in force: the shipped ones, with a service's own values where it has any.

    Args:
        file: A rules file that names only what it changes; none for the shipped rules alone.

    Raises:
        RulesError: If the file cannot be read, names an unknown rule, or a value is not of its
            kind.
    """
    if file is None:
        return shipped_rules()
    try:
        text = file.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError:
        message = f"{file.name}: there is no such readable rules file."
        raise RulesError(message) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{file.name}: is not TOML ({type(error).__name__}); mend it and try again."
        raise RulesError(message) from None
    return replace(_merged(file.name, document), own=text)


def _shipped(entry: Mapping[str, Any]) -> Rule:
    value = entry["value"]
    return Rule(
        rule_id=entry["id"],
        value=value if isinstance(value, str) else float(value),
        unit=entry["unit"],
        reason=entry["reason"],
        source=entry["source"],
        choices=tuple(entry.get("choices", ())),
        least=entry.get("least", 1),
    )


def _merged(name: str, document: Mapping[str, Any]) -> Rules:
    shipped = shipped_rules()
    version = document.get("version")
    if document.get("format") != FORMAT or not isinstance(version, str) or not is_code(version):
        message = (
            f'{name}: expected format = "{FORMAT}" and a version of the service\'s own, '
            'such as version = "clinic-2", at the top.'
        )
        raise RulesError(message)
    unknown = sorted(set(document) - {"format", "version", "rule", "split_cut"})
    if unknown:
        message = f"{name}: there is no key '{plain_text(unknown[0])}' at the top of a rules file."
        raise RulesError(message)
    own = [_own_rule(name, entry) for entry in _tables(name, document, "rule")]
    own_cuts = [_own_cut(name, entry) for entry in _tables(name, document, "split_cut")]
    _require_once(name, "rule", [rule.rule_id for rule in own])
    _require_once(name, "split_cut for raters", [str(cut.raters) for cut in own_cuts])
    rules = {**shipped.rules, **{rule.rule_id: rule for rule in own}}
    _require_depths(name, rules)
    cuts = {cut.raters: cut for cut in (*shipped.split_cuts, *own_cuts)}
    return Rules(
        version=f"{shipped.version}+{version}",
        rules=rules,
        split_cuts=tuple(cuts[raters] for raters in sorted(cuts)),
    )


def _tables(name: str, document: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    entries = document.get(key, [])
    if not isinstance(entries, list) or any(not isinstance(entry, dict) for entry in entries):
        message = f"{name}: write each as a table of its own: [[{key}]]."
        raise RulesError(message)
    return entries


def _require_once(name: str, kind: str, ids: list[str]) -> None:
    repeated = next((each for each in ids if ids.count(each) > 1), None)
    if repeated is not None:
        message = f"{name}: {kind} {repeated} stands twice; keep the one that is meant."
        raise RulesError(message)


def _require_depths(name: str, rules: Mapping[str, Rule]) -> None:
    notable, marked = rules["rupture_notable_sd"].value, rules["rupture_marked_sd"].value
    if float(notable) > float(marked):
        message = f"{name}: rupture_notable_sd takes a number no greater than rupture_marked_sd."
        raise RulesError(message)


def _own_rule(name: str, values: dict[str, Any]) -> Rule:
    shipped = shipped_rules()
    rule_id = values.get("id")
    if not isinstance(rule_id, str) or rule_id not in shipped.rules:
        message = f"{name}: a [[rule]] needs the id of a rule; see: alliance rules."
        raise RulesError(message)
    before = shipped[rule_id]
    place = f"{name}: rule '{rule_id}'"
    _only(place, values, _RULE_KEYS)
    return replace(
        before,
        value=_own_value(place, before, values.get("value")),
        reason=_sentence(place, "reason", values.get("reason", before.reason)),
        source=_sentence(place, "source", values.get("source", "set by the service")),
        is_own=True,
    )


def _own_value(place: str, before: Rule, value: object) -> float | str:
    if before.choices:
        if value not in before.choices:
            message = f"{place}: 'value' takes one of {list(before.choices)}."
            raise RulesError(message)
        return str(value)
    number = _number(place, "value", value)
    if float(before.value) == int(float(before.value)) and before.unit in _COUNTED:
        if number != int(number) or number < before.least:
            message = (
                f"{place}: 'value' takes a whole number of {before.unit}, {before.least} or more."
            )
            raise RulesError(message)
    elif before.unit in _SHARES:
        if not 0 < number <= 1:
            message = f"{place}: 'value' takes a share above 0, up to 1."
            raise RulesError(message)
    elif number <= 0:
        message = f"{place}: 'value' takes a number above 0."
        raise RulesError(message)
    return number


def _sentence(place: str, key: str, value: object) -> str:
    if not isinstance(value, str):
        message = f"{place}: '{key}' takes a sentence in quotes."
        raise RulesError(message)
    return plain_text(value)


_LARGEST = 1_000_000
_SHARES = frozenset({"correlation", "share", "share of the drop"})
_COUNTED = frozenset(
    {
        "cases", "days", "falls", "forms", "held sessions", "joint sessions", "members", "ratings",
        "sessions",
    }
)  # fmt: skip


def _own_cut(name: str, values: dict[str, Any]) -> SplitCut:
    place = f"{name}: a [[split_cut]]"
    _only(place, values, _CUT_KEYS)
    raters = _number(place, "raters", values.get("raters"))
    notable = _number(place, "notable", values.get("notable"))
    marked = _number(place, "marked", values.get("marked"))
    if raters not in range(2, 21) or not 0 < notable <= marked:
        message = f"{place}: takes raters from 2 up and 0 < notable <= marked, in SD."
        raise RulesError(message)
    return SplitCut(raters=int(raters), notable=notable, marked=marked)


def _only(place: str, values: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    unknown = [key for key in values if key not in keys]
    if unknown:
        message = f"{place}: there is no key '{plain_text(unknown[0])}'. Keys: {', '.join(keys)}."
        raise RulesError(message)


def _number(place: str, key: str, value: object) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not abs(value) <= _LARGEST  # which not a number is not either
    ):
        message = f"{place}: '{key}' takes a number."
        raise RulesError(message)
    return float(value)
