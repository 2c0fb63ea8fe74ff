"""The measures about cases from the second opinion, as plain rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from typing import Any

from tests.support.second_measures import Params, Scope, default_scale, monday, role_rank
from tests.support.second_opinion import PART, Row, SecondOpinion


def case_list(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    return [_case_row(opinion, opinion.cases[case_id]) for case_id in opinion.chosen(params, scope)]


def case_codes(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    return [{"case_id": case_id} for case_id in opinion.chosen(params, scope)]


def _case_row(opinion: SecondOpinion, case: Row) -> Row:
    case_id = case["case_id"]
    sessions = opinion.sessions_of(case_id)
    held = [session for session in sessions if session["status"] == "held"]
    days = [session["held_on"] for session in held if session["held_on"]]
    spans = opinion.spans_of(case_id)
    expected = [p for p in opinion.places if p["case_id"] == case_id and p["is_expected"]]

    def people(roles: set[str]) -> list[str]:
        return sorted({span["therapist_id"] for span in spans if span["role"] in roles})

    groups = {opinion.groups.get(therapist_id) for therapist_id in people(PART)}
    names = ("case_id", "family_id", "modality", "referral", "opened_on", "closed_on", "ending")
    return {name: case[name] for name in names} | {
        "is_latest_of_family": _latest(opinion, case["family_id"]) == case_id,
        "session_count": len(sessions),
        "held_count": len(held),
        "first_held_on": min(days, default=None),
        "last_held_on": max(days, default=None),
        "lead_therapist_ids": people({"lead"}),
        "co_therapist_ids": people({"co"}),
        "group_ids": sorted(groups - {None}),
        "instrument_families": _families(opinion, case_id),
        "expected_count": len(expected),
        "complete_count": sum(place["state"] == "complete" for place in expected),
    }


def _latest(opinion: SecondOpinion, family_id: str) -> str:
    def began(case: Row) -> tuple[dt.date, str]:
        days = [
            session["held_on"]
            for session in opinion.sessions_of(case["case_id"])
            if session["status"] == "held" and session["held_on"]
        ]
        return case["opened_on"] or min(days, default=dt.date.min), case["case_id"]

    cases = [case for case in opinion.cases.values() if case["family_id"] == family_id]
    return max(cases, key=began)["case_id"]


def _families(opinion: SecondOpinion, case_id: str) -> list[str]:
    forms = [
        opinion.registry[form["instrument_id"]]
        for form in opinion.tables["forms"]
        if opinion.sessions[form["session_id"]]["case_id"] == case_id
    ]
    counts = Counter(instrument.family for instrument in forms)
    order = list(dict.fromkeys(item.family for item in opinion.registry.instruments.values()))
    kinds = {instrument.family: str(instrument.kind) for instrument in forms}
    return sorted(
        counts,
        key=lambda family: (kinds[family] != "alliance", -counts[family], order.index(family)),
    )


def case_sessions(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    rows = []
    for case_id in opinion.cases:
        if scope is not None and case_id not in scope:
            continue
        sessions = opinion.sessions_of(case_id)
        places = _date_columns([session["held_on"] for session in sessions])
        for number, session in enumerate(sessions):
            rows.append(
                {
                    "case_id": case_id,
                    "session_id": session["session_id"],
                    "session_no": session["session_no"],
                    "held_on": session["held_on"],
                    "week_start_date": monday(session["held_on"]),
                    "status": session["status"],
                    "column_no": number,
                    "date_column": places[number],
                }
            )
    return rows


def _date_columns(held: list[dt.date | None]) -> list[float | None]:
    dated = [day for day in held if day is not None]
    if not dated:
        return [None] * len(held)
    days = [(day - min(dated)).days for day in dated]
    gaps = [later - earlier for earlier, later in pairwise(days)]
    unit = max([min(gaps, default=0), max(days) / 60]) or 1
    columns = iter(max(days[j] / unit + (i - j) for j in range(i + 1)) for i in range(len(days)))
    return [None if day is None else next(columns) for day in held]


def case_rows(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    rows: list[Row] = []
    for case_id in opinion.cases:
        if scope is None or case_id in scope:
            places = {p["row_key"]: p for p in opinion.places if p["case_id"] == case_id}
            rows += _heatmaps(opinion, case_id, list(places.values()))
    return rows


def _heatmaps(opinion: SecondOpinion, case_id: str, places: list[Row]) -> list[Row]:
    rated = {place["instrument"].family for place in places}
    own = {
        place["instrument"].family
        for place in places
        if _kind(place) == "member" and place["instrument"].kind == "alliance"
    }
    rows = []
    for family in sorted(rated | own):
        shown = [
            place
            for place in places
            if place["instrument"].family == family or (_kind(place) == "shared" and family in own)
        ]
        shown.sort(key=lambda place: _rank(opinion, place))
        for number, place in enumerate(shown):
            is_new = (
                number > 0 and _rank(opinion, place)[:2] != _rank(opinion, shown[number - 1])[:2]
            )
            rows.append(_heatmap_row(opinion, case_id, family, number, place, starts_block=is_new))
    return rows


def _kind(place: Row) -> str:
    like = place["like"]
    has_shared = place["instrument"].scale("shared_purpose") is not None
    if like["member_id"] is None and has_shared:
        return "shared"
    return "member" if like["perspective"] == "self" else like["perspective"]


def _rank(opinion: SecondOpinion, place: Row) -> tuple[Any, ...]:
    kind, member_id = _kind(place), place["like"]["member_id"]
    number = list(opinion.registry.instruments).index(place["instrument"].instrument_id)
    part = {"member": 0, "observer": 1}.get(kind, 2)
    role = role_rank(opinion.members[member_id]["role"]) if member_id else 99
    return (
        part,
        number if part < 2 else 0,
        kind == "therapist",
        number,
        role,
        member_id or "~",
        place["row_key"],
    )


def _heatmap_row(
    opinion: SecondOpinion,
    case_id: str,
    family: str,
    number: int,
    place: Row,
    *,
    starts_block: bool,
) -> Row:
    member = opinion.members.get(place["like"]["member_id"] or "")
    alike = sorted(
        row["member_id"]
        for row in opinion.members.values()
        if member and (row["family_id"], row["role"]) == (member["family_id"], member["role"])
    )
    return {
        "case_id": case_id,
        "instrument_family": family,
        "row_no": number,
        "row_key": place["row_key"],
        "kind": _kind(place),
        "member_id": place["like"]["member_id"],
        "rater_id": opinion.rater_of(place["like"]),
        "perspective": place["like"]["perspective"],
        "instrument_id": place["instrument"].instrument_id,
        "role": member and member["role"],
        "role_number": alike.index(member["member_id"]) + 1 if member and len(alike) > 1 else 0,
        "age_band": member and member["age_band"],
        "index_client": bool(member and member["index_client"]),
        "is_member_rating": place["is_member_rating"],
        "starts_block": starts_block,
    }


def threat_spans(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    names = (
        "threat_id",
        "case_id",
        "member_id",
        "threat_type",
        "severity",
        "reported_by",
        "status",
    )
    return [
        {name: threat[name] for name in names}
        | {
            "from_session_no": threat["first"]["session_no"],
            "to_session_no": threat["open_at"][-1]["session_no"],
            "from_date": threat["opened_on"] or threat["first"]["held_on"],
            "to_date": threat["closing"] and threat["open_at"][-1]["held_on"],
            "closed_on": threat["closing"] and threat["closing"]["held_on"],
            "is_open": threat["closing"] is None and threat["status"] in {"open", "watching"},
        }
        for threat in opinion.threats
        if scope is None or threat["case_id"] in scope
    ]


def strategy_uses(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    types = {threat["threat_id"]: threat["threat_type"] for threat in opinion.threats}
    rows = []
    for row in opinion.tables["strategies"]:
        session = opinion.sessions[row["session_id"]]
        if scope is None or session["case_id"] in scope:
            names = ("strategy_id", "strategy", "member_id", "context", "helpful")
            rows.append(
                {name: row[name] for name in names}
                | {name: session[name] for name in ("case_id", "session_no", "held_on")}
                | {"threat_type": types.get(row["threat_id"])}
            )
    return rows


def case_therapist_spans(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    return [
        span | {"group_id": opinion.groups.get(span["therapist_id"])}
        for span in opinion.tables["case_therapists"]
        if scope is None or span["case_id"] in scope
    ]


def therapist_list(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    grades = {row["therapist_id"]: row["grade"] for row in opinion.tables["therapists"]}
    seen = {span["therapist_id"] for span in case_therapist_spans(opinion, params, scope)}
    return [
        {"therapist_id": code, "group_id": opinion.groups.get(code), "grade": grades[code]}
        for code in seen
    ]


def member_list(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    families = {
        row["family_id"]
        for row in opinion.tables["cases"]
        if scope is None or row["case_id"] in scope
    }
    told = [row for row in opinion.tables["members"] if row["family_id"] in families]
    seats: dict[tuple[str, str], list[str]] = {}
    for row in sorted(told, key=lambda row: row["member_id"]):
        seats.setdefault((row["family_id"], row["role"]), []).append(row["member_id"])
    return [
        {name: row[name] for name in ("member_id", "family_id", "role", "age_band", "index_client")}
        | {"role_number": _number(seats[row["family_id"], row["role"]], row["member_id"])}
        for row in told
    ]


def _number(sharing: list[str], member_id: str) -> int:
    return sharing.index(member_id) + 1 if len(sharing) > 1 else 0


def group_list(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    counts = Counter(row["group_id"] for row in therapist_list(opinion, params, scope))
    return [
        {"group_id": group, "therapist_count": count} for group, count in counts.items() if group
    ]


def threat_type_list(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    spans = threat_spans(opinion, params, scope)
    return [
        {
            "threat_type": type_,
            "threat_count": sum(span["threat_type"] == type_ for span in spans),
            "case_count": len({span["case_id"] for span in spans if span["threat_type"] == type_}),
        }
        for type_ in {span["threat_type"] for span in spans}
    ]


def cell_counts(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    counts = Counter(cell["case_id"] for cell in opinion.cells)
    return [
        {"case_id": code, "family_id": case["family_id"], "cell_count": counts[code]}
        for code, case in opinion.cases.items()
        if scope is None or code in scope
    ]


def instrument_family_list(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    used = Counter(
        opinion.registry[form["instrument_id"]].family
        for form in opinion.tables["forms"]
        if scope is None or opinion.sessions[form["session_id"]]["case_id"] in scope
    )
    families = {item.family: item for item in reversed(opinion.registry.instruments.values())}
    order = list(dict.fromkeys(item.family for item in opinion.registry.instruments.values()))
    return [
        {
            "instrument_family": family,
            "family_name": families[family].family_name,
            "kind": str(families[family].kind),
            "form_count": count,
            "scales": list(
                dict.fromkeys(
                    str(scale.scale)
                    for item in opinion.registry.instruments.values()
                    if item.family == family
                    for scale in item.scales
                )
            ),
            "default_scale": default_scale(opinion, family),
            "family_no": order.index(family),
        }
        for family, count in used.items()
    ]


def case_engagement(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    rows = []
    for case_id in opinion.chosen(params, scope):
        for session in opinion.sessions_of(case_id):
            if session["status"] != "held":
                continue
            session_id = session["session_id"]
            here = [row for row in opinion.tables["attendance"] if row["session_id"] == session_id]
            expected = [
                place["state"]
                for place in opinion.places
                if place["session"]["session_id"] == session_id and place["is_expected"]
            ]
            work = Counter(row.get("between_session_work") for row in here)
            rows.append(
                {
                    "case_id": case_id,
                    "session_id": session_id,
                    "session_no": session["session_no"],
                    "came_count": sum(row["state"] in {"present", "partial"} for row in here),
                    "recorded_count": len(here),
                    "expected_count": len(expected),
                    "complete_count": expected.count("complete"),
                    "work_done_count": work["done"],
                    "work_partly_count": work["partly"],
                    "work_not_done_count": work["not_done"],
                }
            )
    return rows
