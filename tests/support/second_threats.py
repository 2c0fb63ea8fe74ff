"""The measures about threats and strategies from the second opinion, as plain rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

from dashboard.domain.rules import shipped_rules
from tests.support.second_case_signals import strategy_followups as followups_of
from tests.support.second_opinion import Row, SecondOpinion, within
from tests.support.second_spreads import SecondSignals

if TYPE_CHECKING:
    from tests.support.second_measures import Params, Scope


def threat_types_by_month(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    chosen = opinion.chosen(params, scope)
    found: dict[tuple[dt.date, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def note(threat: Row, day: dt.date | None, what: str) -> None:
        if day is not None and within(day, params):
            entry = found[day.replace(day=1), threat["threat_type"]]
            entry[what].add(threat["threat_id"])
            entry["cases"].add(threat["case_id"])

    for threat in opinion.threats:
        if threat["case_id"] in chosen:
            note(threat, threat["opened_on"] or threat["first"]["held_on"], "opened")
            for session in threat["open_at"]:
                note(threat, session["held_on"], "open")
    return [
        {
            "month_start_date": month,
            "threat_type": threat_type,
            "opened_count": len(entry["opened"]),
            "open_count": len(entry["open"]),
            "case_count": len(entry["cases"]),
        }
        for (month, threat_type), entry in found.items()
    ]


def threat_cooccurrence(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    chosen = opinion.chosen(params, scope)
    then: dict[tuple[str, str], set[str]] = defaultdict(set)
    for threat in opinion.threats:
        for session in threat["open_at"]:
            if threat["case_id"] in chosen and within(session["held_on"], params):
                then[threat["case_id"], session["session_id"]].add(threat["threat_type"])
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    cases: dict[str, set[str]] = defaultdict(set)
    for (case_id, _), types in then.items():
        for pair in combinations(sorted(types), 2):
            pairs[pair].append(case_id)
        for threat_type in types:
            cases[threat_type].add(case_id)
    return [
        {
            "threat_type": one,
            "other_type": other,
            "case_count": len(set(case_ids)),
            "session_count": len(case_ids),
            "type_case_count": len(cases[one]),
            "other_case_count": len(cases[other]),
        }
        for (one, other), case_ids in pairs.items()
    ]


def threat_strategy_matrix(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    chosen = opinion.chosen(params, scope)
    types = {row["threat_id"]: row["threat_type"] for row in opinion.tables["threats"]}
    pairings: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for use in opinion.tables["strategies"]:
        session = opinion.sessions[use["session_id"]]
        if session["case_id"] in chosen and within(session["held_on"], params):
            used_for = types.get(use["threat_id"] or "", use["context"])
            pairings[used_for, use["strategy"]].append(use | {"case_id": session["case_id"]})
    rows = followups_of(SecondSignals(opinion, shipped_rules()))
    return [
        {"threat_type": used_for, "strategy": strategy} | counts | described
        for (used_for, strategy), uses in pairings.items()
        for counts in [_counts(opinion, uses)]
        for described in _described(opinion, uses, rows, params["instrument_family"])
    ]


def _counts(opinion: SecondOpinion, uses: list[Row]) -> Row:
    concerned: set[str] = set()
    for use in uses:
        family_id = opinion.cases[use["case_id"]]["family_id"]
        whole = {key for key, row in opinion.members.items() if row["family_id"] == family_id}
        concerned |= {use["member_id"]} & whole if use["member_id"] else whole
    return {
        "use_count": len(uses),
        "case_count": len({use["case_id"] for use in uses}),
        "member_count": len(concerned),
    }


def _described(
    opinion: SecondOpinion, uses: list[Row], followups: list[Row], family: str
) -> list[Row]:
    ids = {use["strategy_id"] for use in uses}
    by_instrument: dict[str, list[Row]] = defaultdict(list)
    for row in followups:
        name = row["instrument_id"]
        if row["strategy_id"] in ids and family in {"", opinion.registry[name].family}:
            by_instrument[name].append(row)
    return [_changes(name, rows) for name, rows in by_instrument.items()] or [_changes("", [])]


def _changes(instrument_id: str, rows: list[Row]) -> Row:
    known = [row for row in rows if row["next_change"] is not None]
    changes = sorted(row["next_change"] for row in known)
    cases = len({row["case_id"] for row in known})
    told: dict[str, Any] = {
        "rose_count": sum(change > 0 for change in changes),
        "same_count": sum(change == 0 for change in changes),
        "fell_count": sum(change < 0 for change in changes),
    }
    if cases >= shipped_rules()["follow_least_cases"].value:
        told |= {
            "change_median": _quantile(changes, 0.5),
            "change_lower": _quantile(changes, 0.25),
            "change_upper": _quantile(changes, 0.75),
        }
    else:
        told = dict.fromkeys([*told, "change_median", "change_lower", "change_upper"])
    return {
        "instrument_id": instrument_id,
        "change_count": len(changes),
        "change_case_count": cases,
    } | told


def _quantile(values: list[float], share: float) -> float:
    """Return a quantile between the two nearest values, by distance."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])
