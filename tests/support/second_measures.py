"""Each measure from the second opinion: what its query should return, as plain rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dashboard.store import column_types, query_contracts
from dashboard.store.loading import ROLE_ORDER
from tests.support.second_opinion import PART, Row, SecondOpinion, within

Params = dict[str, Any]
Scope = set[str] | None


def shown_cells(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    chosen = opinion.chosen(params, scope)
    return [
        cell
        for cell in opinion.cells
        if cell["case_id"] in chosen
        and within(cell["session"]["held_on"], params)
        and params["instrument_family"] in {"", cell["instrument"].family}
        and params["scale"] in {"", cell["scale"]}
        and _is_about(cell["like"]["member_id"], params, family_too=True)
    ]


def alliance_cells(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    return [_cell_row(opinion, cell) for cell in shown_cells(opinion, params, scope)]


def drawn_cells(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    wanted = column_types(query_contracts()["drawn_cells"])
    return [
        {name: value for name, value in _cell_row(opinion, cell).items() if name in wanted}
        for cell in opinion.cells
        if scope is None or cell["case_id"] in scope
    ]


def _cell_row(opinion: SecondOpinion, cell: Row) -> Row:
    session, like, form = cell["session"], cell["like"], cell["form"]
    member_id = like["member_id"]
    open_then = [
        threat
        for threat in opinion.threats
        if any(at["session_id"] == session["session_id"] for at in threat["open_at"])
    ]
    about = [threat for threat in open_then if threat["member_id"] in {None, member_id}]
    return {
        "case_id": cell["case_id"],
        "family_id": opinion.cases[cell["case_id"]]["family_id"],
        "session_id": session["session_id"],
        "session_no": session["session_no"],
        "held_on": session["held_on"],
        "week_start_date": monday(session["held_on"]),
        "session_status": session["status"],
        "row_key": cell["row_key"],
        "target_member_id": member_id,
        "rater_id": opinion.rater_of(like),
        "perspective": like["perspective"],
        "member_role": opinion.members[member_id]["role"] if member_id else None,
        "instrument_id": cell["instrument"].instrument_id,
        "instrument_family": cell["instrument"].family,
        "scale": cell["scale"],
        "score": cell["score"],
        "state": cell["state"],
        "step": cell["step"],
        "is_true_zero": cell["instrument"].true_zero,
        "is_interpretable": cell["is_interpretable"],
        "form_id": form["form_id"] if form else None,
        "collected": form["collected"] if form else None,
        "threat_types": sorted({threat["threat_type"] for threat in open_then}),
        "member_threat_types": sorted({threat["threat_type"] for threat in about}),
        "strategies": sorted(
            {
                row["strategy"]
                for row in opinion.tables["strategies"]
                if row["session_id"] == session["session_id"]
            }
        ),
        "therapist_ids": opinion.therapists_at(session),
    }


def alliance_by_family_week(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    weeks: dict[tuple[str, str, dt.date], list[Row]] = {}
    for cell in shown_cells(opinion, params | {"scale": ""}, scope):
        scale = params["scale"] or default_scale(opinion, cell["instrument"].family)
        day = cell["session"]["held_on"]
        is_shown = cell["is_member_rating"] and cell["scale"] == scale and day is not None
        if is_shown and _is_about(cell["like"]["member_id"], params, family_too=False):
            key = (cell["case_id"], cell["instrument"].family, monday(day))
            weeks.setdefault(key, []).append(cell)
    return [_week_row(opinion, *key, cells) for key, cells in weeks.items()]


def _week_row(
    opinion: SecondOpinion, case_id: str, family: str, week: dt.date, cells: list[Row]
) -> Row:
    rated = sorted(
        (cell for cell in cells if cell["score"] is not None),
        key=lambda cell: (
            cell["like"]["member_id"], cell["session"]["session_no"], cell["score"],
        ),
    )  # fmt: skip
    lowest = min(rated, key=lambda cell: cell["score"]) if rated else None
    was_held = any(cell["session"]["status"] == "held" for cell in cells)
    return {
        "family_id": opinion.cases[case_id]["family_id"],
        "case_id": case_id,
        "instrument_family": family,
        "week_start_date": week,
        "scale": cells[0]["scale"],
        "lowest_score": lowest and lowest["score"],
        "rated_count": len(rated),
        "expected_count": sum(cell["is_expected"] for cell in cells),
        "step": min(
            (cell["step"] for cell in rated if cell["score"] == lowest["score"]), default=None
        )
        if not cells[0]["instrument"].true_zero
        else None,
        "state": "rated" if rated else "no_form" if was_held else "not_held",
        "member_ids": [cell["like"]["member_id"] for cell in rated],
        "scores": [cell["score"] for cell in rated],
        "is_true_zero": cells[0]["instrument"].true_zero,
    }


def selection_summary(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    chosen = opinion.chosen(params, scope)
    family, scale = _shown_family(opinion, params, scope)
    rated = [
        cell
        for cell in shown_cells(opinion, params | {"scale": ""}, scope)
        if (cell["instrument"].family, cell["scale"]) == (family, scale)
        and cell["score"] is not None
    ]
    own = [cell["score"] for cell in rated if cell["is_member_rating"]]
    held = [
        session["session_id"]
        for session in opinion.tables["sessions"]
        if session["case_id"] in chosen
        and session["status"] == "held"
        and within(session["held_on"], params)
    ]
    wanted = set(params["threat_types"])
    threatened = {
        at["session_id"]
        for threat in opinion.threats
        if not wanted or threat["threat_type"] in wanted
        for at in threat["open_at"]
    }
    return [
        {
            "instrument_family": family,
            "scale": scale,
            "form_count": len(rated),
            "family_count": len({opinion.cases[case_id]["family_id"] for case_id in chosen}),
            "case_count": len(chosen),
            "lowest_score": min(own, default=None),
            "highest_score": max(own, default=None),
            "threat_session_count": len(threatened.intersection(held)),
            "session_count": len(held),
        }
    ]


def session_scores(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    del params
    scored: dict[tuple[str, int, str, str], list[Row]] = {}
    for cell in opinion.cells:
        if cell["score"] is not None and (scope is None or cell["case_id"] in scope):
            place = (cell["case_id"], cell["session"]["session_no"])
            scored.setdefault((*place, cell["instrument"].family, cell["scale"]), []).append(cell)
    return [_scored_row(*key, cells) for key, cells in scored.items()]


def _scored_row(case_id: str, session_no: int, family: str, scale: str, cells: list[Row]) -> Row:
    own = [cell["score"] for cell in cells if cell["is_member_rating"]]
    return {
        "case_id": case_id,
        "session_no": session_no,
        "instrument_family": family,
        "scale": scale,
        "form_count": len(cells),
        "lowest_score": min(own, default=None),
        "highest_score": max(own, default=None),
        "is_true_zero": cells[0]["instrument"].true_zero,
    }


def _shown_family(
    opinion: SecondOpinion, params: Params, scope: Scope
) -> tuple[str | None, str | None]:
    order = list(dict.fromkeys(item.family for item in opinion.registry.instruments.values()))
    counts: dict[str, int] = {}
    for cell in opinion.cells:
        family = cell["instrument"].family
        is_seen = scope is None or cell["case_id"] in scope
        is_default = cell["scale"] == default_scale(opinion, family)
        if is_seen and is_default and cell["score"] is not None:
            counts[family] = counts.get(family, 0) + 1
    if params["instrument_family"]:
        counts = {key: n for key, n in counts.items() if key == params["instrument_family"]}
    if not counts:
        return None, None

    def rank(family: str) -> tuple[bool, int, int]:
        first = next(i for i in opinion.registry.instruments.values() if i.family == family)
        return first.kind != "alliance", -counts[family], order.index(family)

    family = min(counts, key=rank)
    return family, params["scale"] or default_scale(opinion, family)


def covered_places(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    chosen = opinion.chosen(params, scope)
    return [
        place
        for place in opinion.places
        if place["is_expected"]
        and place["case_id"] in chosen
        and within(place["session"]["held_on"], params)
        and params["instrument_family"] in {"", place["instrument"].family}
        and _is_about(place["like"]["member_id"], params, family_too=False)
    ]


def coverage_by_case(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    found: dict[tuple[str, str], Row] = {}
    for place in covered_places(opinion, params, scope):
        key = (place["case_id"], place["instrument"].family)
        _count(found, key, {"case_id": key[0], "instrument_family": key[1]}, place)
    return list(found.values())


def coverage_by_member(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    found: dict[tuple[str, str], Row] = {}
    for place in covered_places(opinion, params, scope):
        member_id = place["like"]["member_id"]
        if member_id is not None:
            key = (place["case_id"], member_id)
            _count(found, key, {"case_id": key[0], "member_id": member_id}, place)
    return list(found.values())


def coverage_by_therapist(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    found: dict[str, Row] = {}
    for place in covered_places(opinion, params, scope):
        for therapist_id in opinion.therapists_at(place["session"]):
            _count(found, therapist_id, {"therapist_id": therapist_id}, place)
    return list(found.values())


def coverage_total(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    chosen = opinion.chosen(params, scope)
    families: dict[str, Row] = {}
    for place in covered_places(opinion, params, scope):
        family_id = opinion.cases[place["case_id"]]["family_id"]
        _count(families, family_id, {"family_id": family_id}, place)
    held = [
        session
        for session in opinion.tables["sessions"]
        if session["case_id"] in chosen
        and session["status"] == "held"
        and within(session["held_on"], params)
    ]
    days = [session["held_on"] for session in held if session["held_on"]]
    return [
        {
            "first_held_on": min(days, default=None),
            "last_held_on": max(days, default=None),
            "family_count": len({opinion.cases[case_id]["family_id"] for case_id in chosen}),
            "case_count": len(chosen),
            "held_count": len(held),
            "expected_count": sum(row["expected_count"] for row in families.values()),
            "complete_count": sum(row["complete_count"] for row in families.values()),
            "partial_under_60": sorted(
                name
                for name, row in families.items()
                if row["complete_count"] / row["expected_count"] < 0.6
            ),
        }
    ]


def form_totals(opinion: SecondOpinion, params: Params, scope: Scope) -> list[Row]:
    rows = []
    for form in opinion.tables["forms"]:
        session = opinion.sessions[form["session_id"]]
        is_seen = scope is None or session["case_id"] in scope
        if form["instrument_id"] != params["instrument_id"] or form["state"] not in {
            "complete",
            "partial",
        }:
            continue
        names = {"task": "tasks", "bond": "bond", "goal": "goals"}
        sums = {
            name: opinion.scores.get((form["form_id"], scale))
            if opinion.is_scored_from_items(form)
            else None
            for name, scale in names.items()
        }
        if is_seen:
            rows.append(
                {
                    "case_id": session["case_id"],
                    "session_no": session["session_no"],
                    "member_id": form["member_id"],
                    "rater_id": opinion.rater_of(form),
                    "instrument_id": form["instrument_id"],
                    **sums,
                    "composite": None if None in sums.values() else round(sum(sums.values()), 6),
                }
            )
    return rows


def default_scale(opinion: SecondOpinion, family: str) -> str | None:
    scales = [
        str(scale.scale)
        for instrument in opinion.registry.instruments.values()
        if instrument.family == family
        for scale in instrument.scales
    ]
    return scales[0] if scales else None


def monday(day: dt.date | None) -> dt.date | None:
    return None if day is None else day - dt.timedelta(days=day.weekday())


def role_rank(role: str) -> int:
    return [str(each) for each in ROLE_ORDER].index(role)


def _is_about(member_id: str | None, params: Params, *, family_too: bool) -> bool:
    if not params["member_ids"] or (family_too and member_id is None):
        return True
    return member_id in params["member_ids"]


def _count(found: dict[Any, Row], key: object, start: Row, place: Row) -> None:
    row = found.setdefault(key, start | {"expected_count": 0, "complete_count": 0})
    row["expected_count"] += 1
    row["complete_count"] += place["state"] == "complete"


__all__ = ["PART", "Params", "Scope"]
