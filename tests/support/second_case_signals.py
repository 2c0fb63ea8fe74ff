"""The signals of attendance, coverage, threats and strategies, computed again in plain Python.

It shares no line with the queries. Each function is called like the signal it repeats.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.support import second_family_signals as family
from tests.support import second_series_signals as series_signals
from tests.support.second_measures import default_scale

if TYPE_CHECKING:
    from tests.support.second_spreads import Row, SecondSignals

ORDER_OF_STATES = (
    "complete",
    "partial",
    "declined",
    "not_offered",
    "lost",
    "absent",
    "not_applicable",
    "no_record",
)


def _held(signals: SecondSignals, case_id: str) -> list[Row]:
    return [row for row in signals.opinion.sessions_of(case_id) if row["status"] == "held"]


def recent_coverage(signals: SecondSignals) -> list[Row]:
    rows = []
    for case_id in signals.opinion.cases:
        last = _held(signals, case_id)[-int(signals.rule("coverage_sessions")) :]
        ids = {session["session_id"] for session in last}
        expected = [
            place
            for place in signals.opinion.places
            if place["session"]["session_id"] in ids and place["is_expected"]
        ]
        complete = sum(place["state"] == "complete" for place in expected)
        share = complete / len(expected) if expected else None
        rows.append(
            {
                "case_id": case_id,
                "held_count": len(last),
                "expected_count": len(expected),
                "complete_count": complete,
                "share": share,
                "is_thin": share is not None and share < signals.rule("coverage_share"),
                "session_nos": [session["session_no"] for session in last],
            }
        )
    return rows


def silent_members(signals: SecondSignals) -> list[Row]:
    attendance = {
        (row["session_id"], row["member_id"]): row["state"]
        for row in signals.opinion.tables["attendance"]
    }
    rows = []
    for case_id, case in signals.opinion.cases.items():
        own = [
            place
            for place in signals.opinion.places
            if place["case_id"] == case_id
            and place["like"]["perspective"] == "self"
            and place["like"]["member_id"] is not None
            and place["instrument"].kind == "alliance"
        ]
        used = {p["instrument"].instrument_id: p for p in own if p["form"] and _is_filled(p)}
        bands = {band for place in used.values() for band in place["instrument"].age_bands}
        for member_id, member in signals.opinion.members.items():
            if member["family_id"] == case["family_id"] and member["age_band"] in bands:
                mine = [place for place in own if place["like"]["member_id"] == member_id]
                found = _silence(signals, case_id, member, mine, attendance)
                rows += [{"case_id": case_id, "member_id": member_id} | row for row in found]
    return rows


def _is_filled(place: Row) -> bool:
    return place["state"] in {"complete", "partial"}


def _silence(
    signals: SecondSignals,
    case_id: str,
    member: Row,
    mine: list[Row],
    attendance: dict[tuple[str, str], str],
) -> list[Row]:
    rated = {p["session"]["session_id"] for p in mine if p["state"] == "complete"}
    unrated: list[Row] = []
    unheard: list[Row] = []
    unrated_ended = unheard_ended = False
    for session in reversed(_held(signals, case_id)):
        session_id = session["session_id"]
        came = attendance.get((session_id, member["member_id"])) in {"present", "partial"}
        then = [place for place in mine if place["session"]["session_id"] == session_id]
        right = [p["state"] for p in then if member["age_band"] in p["instrument"].age_bands]
        not_asked = bool(right) and set(right) == {"not_applicable"}
        states = [place["state"] for place in then] or ["no_record"]
        entry = {
            "session_no": session["session_no"],
            "state": min(states, key=ORDER_OF_STATES.index),
        }
        has_rated = session_id in rated
        unrated_ended = unrated_ended or not came or has_rated or not_asked
        unheard_ended = unheard_ended or came or has_rated
        unrated += [] if unrated_ended else [entry]
        unheard += [] if unheard_ended else [entry]
    least = signals.rule("silent_sessions")
    if len(unrated) >= least:
        return [_silent("attending_unrated", unrated, rated)]
    if len(unheard) >= least and len(rated) >= signals.rule("silent_earlier_ratings"):
        return [_silent("not_heard_from", unheard, rated)]
    return []


def _silent(kind: str, run: list[Row], rated: set[str]) -> Row:
    return {
        "kind": kind,
        "session_nos": [entry["session_no"] for entry in reversed(run)],
        "session_count": len(run),
        "states": [entry["state"] for entry in reversed(run)],
        "earlier_rating_count": len(rated),
    }


def threats_without_strategy(signals: SecondSignals) -> list[Row]:
    tried = {row["threat_id"] for row in signals.opinion.tables["strategies"]}
    rows = []
    for threat in signals.opinion.threats:
        held = _held(signals, threat["case_id"])
        open_held = [session for session in held if session in threat["open_at"]]
        if not held or held[-1] not in open_held or threat["threat_id"] in tried:
            continue
        if len(open_held) >= signals.rule("threat_held_sessions"):
            names = ("threat_id", "case_id", "member_id", "threat_type")
            rows.append(
                {name: threat[name] for name in names}
                | {
                    "held_count": len(open_held),
                    "from_session_no": threat["first"]["session_no"],
                    "latest_held_session_no": held[-1]["session_no"],
                }
            )
    return rows


def threat_agreement(signals: SecondSignals) -> list[Row]:
    codes = _codes(signals)
    rows = []
    for case_id in signals.opinion.cases:
        held = _held(signals, case_id)
        threats = [
            threat
            for threat in signals.opinion.threats
            if threat["case_id"] == case_id and held and held[-1] in threat["open_at"]
        ]
        recent = held[-int(signals.rule("agenda_sessions")) :]
        is_rated = any(
            series.is_member and any(session in recent for session in series.sessions)
            for series in signals.series
            if series.case_id == case_id
        )
        kind = None
        if held and codes[case_id] and not threats:
            kind = "signal_without_threat"
        elif threats and not codes[case_id] and is_rated:
            kind = "threat_without_signal"
        rows.append(
            {
                "case_id": case_id,
                "has_open_threat": bool(threats),
                "has_signal": bool(codes[case_id]),
                "has_recent_rating": is_rated,
                "kind": kind,
                "threat_ids": sorted(threat["threat_id"] for threat in threats),
                "threat_types": sorted({threat["threat_type"] for threat in threats}),
                "signal_codes": sorted(codes[case_id]),
                "latest_held_session_no": held[-1]["session_no"] if held else None,
            }
        )
    return rows


def _codes(signals: SecondSignals) -> dict[str, set[str]]:
    """Return the codes of the signals that would stand on the agenda, by case."""
    found: dict[str, set[str]] = defaultdict(set)
    recent = {
        session["session_id"]
        for case_id in signals.opinion.cases
        for session in _held(signals, case_id)[-int(signals.rule("agenda_sessions")) :]
    }
    told = [
        (series_signals.ruptures(signals), _rupture_code),
        (
            family.splits(signals),
            lambda row: (
                row["level"] == "marked"
                and row["is_latest_joint"]
                and row["session_id"] in recent
                and "split_marked"
            ),
        ),
        (family.split_trends(signals), lambda row: row["is_widening"] and "split_widening"),
        (family.member_links(signals), lambda row: row["link"] == "weak" and "weak_link"),
        (
            series_signals.falls(signals),
            lambda row: (
                row["is_member_rating"]
                and row["is_latest"]
                and row["is_three_falls"]
                and row["is_reliable"]
                and "three_falls"
            ),
        ),
        (
            series_signals.ceilings(signals),
            lambda row: row["is_member_rating"] and row["is_slip"] and "slip_from_ceiling",
        ),
    ]
    for rows, code_of in told:
        for row in rows:
            if row["is_default_scale"] and (code := code_of(row)):
                found[row["case_id"]].add(code)
    return found


def _rupture_code(row: Row) -> str | None:
    if row["state"] == "repaired" or not row["is_latest_rupture"]:
        return None
    return f"rupture_{row['level']}"


def strategy_followups(signals: SecondSignals) -> list[Row]:
    types = {row["threat_id"]: row["threat_type"] for row in signals.opinion.tables["threats"]}
    rows = []
    for use in signals.opinion.tables["strategies"]:
        session = signals.opinion.sessions[use["session_id"]]
        concerned: dict[str, list[Row]] = defaultdict(list)
        for cell in signals.opinion.cells:
            instrument = cell["instrument"]
            if (
                cell["case_id"] == session["case_id"]
                and instrument.kind == "alliance"
                and cell["is_member_rating"]
                and use["member_id"] in {None, cell["like"]["member_id"]}
                and cell["scale"] == default_scale(signals.opinion, instrument.family)
            ):
                concerned[cell["row_key"]].append(cell)
        for row_key, cells in concerned.items():
            if any(cell["form"] and _was_filled(signals, cell) for cell in cells):
                cells.sort(key=lambda cell: cell["session"]["session_no"])
                rows.append(
                    {"row_key": row_key, "case_id": session["case_id"]}
                    | {name: use[name] for name in USE_NAMES}
                    | {"threat_type": types.get(use["threat_id"] or "")}
                    | _followed(signals, use, session["session_no"], cells)
                )
    return rows


USE_NAMES = ("strategy_id", "strategy", "threat_id", "context", "helpful")


def _was_filled(signals: SecondSignals, cell: Row) -> bool:
    return signals.opinion.state_of(cell["form"]) in {"complete", "partial"}


def _followed(signals: SecondSignals, use: Row, session_no: int, cells: list[Row]) -> Row:
    like, first = cells[0]["like"], cells[0]
    after = [
        cell
        for cell in cells
        if cell["session"]["session_no"] > session_no and cell["state"] != "not_held"
    ][: int(signals.rule("follow_ratings"))]
    scores = [_read(cell) for cell in after]
    then = next(_read(cell) for cell in cells if cell["session"]["session_no"] == session_no)
    later = next((score for score in scores if score is not None), None)
    return {
        "member_id": like["member_id"],
        "is_for_family": use["member_id"] is None,
        "instrument_id": like["instrument_id"],
        "scale": first["scale"],
        "session_no": session_no,
        "score_then": then,
        "next_scores": scores,
        "next_session_nos": [cell["session"]["session_no"] for cell in after],
        "next_states": [cell["state"] for cell in after],
        "next_score": later,
        "next_change": None if then is None or later is None else later - then,
    }


def _read(cell: Row) -> float | None:
    return cell["score"] if cell["is_interpretable"] else None
