"""A second computation of the cells and what stands on them, in plain Python, row by row.

It shares no line with the queries. Where the two differ, one of them misreads a definition.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from dashboard.exports.schemas import NATIVE_TABLES

Row = dict[str, Any]
FILLED = {"complete", "partial"}
MISSED = {"declined", "not_offered", "lost"}
PART = {"lead", "co"}


@dataclass
class SecondOpinion:
    """The measures of a drawn service, computed again."""

    service: Any

    def __post_init__(self) -> None:
        self.tables = {name: self.service.table(name).to_dicts() for name in NATIVE_TABLES}
        self.registry = self.service.registry
        self.cases = {row["case_id"]: row for row in self.tables["cases"]}
        self.members = {row["member_id"]: row for row in self.tables["members"]}
        self.sessions = {row["session_id"]: row for row in self.tables["sessions"]}
        self.groups = {row["therapist_id"]: row["group_id"] for row in self.tables["therapists"]}

    def sessions_of(self, case_id: str) -> list[Row]:
        """Return the sessions of a case in their order."""
        found = [row for row in self.tables["sessions"] if row["case_id"] == case_id]
        return sorted(found, key=lambda row: row["session_no"])

    def spans_of(self, case_id: str) -> list[Row]:
        """Return the therapists' spans of a case."""
        return [row for row in self.tables["case_therapists"] if row["case_id"] == case_id]

    def therapists_at(self, session: Row) -> list[str]:
        """Return who led or co-led a session."""
        day = session["held_on"]
        return sorted(
            {
                span["therapist_id"]
                for span in self.spans_of(session["case_id"])
                if span["role"] in PART and _covers(span["from_date"], span["to_date"], day)
            }
        )

    @cached_property
    def scores(self) -> dict[tuple[str, str], float]:
        """Every score that exists, by form and scale."""
        return {
            (form["form_id"], str(scale.scale)): score
            for form in self.tables["forms"]
            if form["state"] in FILLED
            for scale in self.registry[form["instrument_id"]].scales
            if (score := self._score(form, scale)) is not None
        }

    def answers(self, form_id: str) -> dict[int, float]:
        """Return the answers to a form by item."""
        return self._answers.get(form_id, {})

    @cached_property
    def _answers(self) -> dict[str, dict[int, float]]:
        found: dict[str, dict[int, float]] = {}
        for row in self.tables["item_scores"]:
            found.setdefault(row["form_id"], {})[row["item_no"]] = row["value"]
        return found

    def is_scored_from_items(self, form: Row) -> bool:
        """Return whether a form's scores come from its items."""
        instrument = self.registry[form["instrument_id"]]
        return instrument.scoring == "items" and bool(self.answers(form["form_id"]))

    def _score(self, form: Row, scale: Any) -> float | None:
        if not self.is_scored_from_items(form):
            given = {row["scale"]: row["score"] for row in self._ratings.get(form["form_id"], [])}
            return given.get(str(scale.scale))
        answers = self.answers(form["form_id"])
        if any(item not in answers for item in scale.items):
            return None
        both = (self.registry[form["instrument_id"]].item_min or 0) + (
            self.registry[form["instrument_id"]].item_max or 0
        )
        turned = [
            both - answers[item] if item in scale.reversed_items else answers[item]
            for item in scale.items
        ]
        return round(math.fsum(turned), 6)

    @cached_property
    def _ratings(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.tables["ratings"]:
            found.setdefault(row["form_id"], []).append(row)
        return found

    def rater_of(self, form: Row) -> str | None:
        """Return who filled a form in, as far as the export says."""
        if form["perspective"] == "self":
            return form["rater_id"] or form["member_id"]
        return form["rater_id"]

    def key_of(self, form: Row) -> str:
        """Return the heatmap row a form stands in."""
        parts = (form["member_id"] or "*", self.rater_of(form) or "*")
        return "|".join((*parts, form["perspective"], form["instrument_id"]))

    def state_of(self, form: Row) -> str:
        """Return what became of a form, looking at its answers."""
        instrument = self.registry[form["instrument_id"]]
        if form["state"] not in FILLED or not instrument.scales:
            return form["state"]
        if all((form["form_id"], str(scale.scale)) in self.scores for scale in instrument.scales):
            return "complete"
        checks = instrument.scoring == "items" and form["components_source"] == "items"
        return "partial" if checks else form["state"]

    @cached_property
    def places(self) -> list[Row]:
        """One entry for each heatmap row and session of its case."""
        attendance = {
            (row["session_id"], row["member_id"]): row["state"] for row in self.tables["attendance"]
        }
        listed = {session_id for session_id, _ in attendance}
        found = []
        for case_id in self.cases:
            forms = [
                form
                for form in self.tables["forms"]
                if self.sessions[form["session_id"]]["case_id"] == case_id
            ]
            for key in sorted({self.key_of(form) for form in forms}):
                in_row = [form for form in forms if self.key_of(form) == key]
                for session in self.sessions_of(case_id):
                    at = [form for form in in_row if form["session_id"] == session["session_id"]]
                    member_id = in_row[0]["member_id"]
                    came = attendance.get((session["session_id"], member_id))
                    is_listed = session["session_id"] in listed
                    found.append(self._place(in_row, at, session, came, is_listed=is_listed))
        return found

    def _place(
        self, in_row: list[Row], at: list[Row], session: Row, came: str | None, *, is_listed: bool
    ) -> Row:
        form = at[0] if at else None
        like = in_row[0]
        instrument = self.registry[like["instrument_id"]]
        state = None if form is None else self.state_of(form)
        is_own = like["perspective"] == "self"
        band = self.members[like["member_id"]]["age_band"] if like["member_id"] else None
        fits_age = not is_own or band is None or band in instrument.age_bands
        is_used = any(self.state_of(each) in FILLED for each in in_row)
        there = came in {"present", "partial"} if came else (bool(form) or not is_listed)
        waits = fits_age and (state is None or state in MISSED) and there
        is_expected = (
            is_own and is_used and session["status"] == "held" and (state in FILLED or waits)
        )
        return {
            "case_id": session["case_id"],
            "session": session,
            "row_key": self.key_of(like),
            "like": like,
            "form": form,
            "instrument": instrument,
            "state": self._place_state(like, state, session, came, fits_age=fits_age),
            "is_expected": is_expected and like["member_id"] is not None,
            "is_member_rating": like["member_id"] is not None
            and (is_own or "self" not in instrument.perspectives),
        }

    def _place_state(
        self, like: Row, state: str | None, session: Row, came: str | None, *, fits_age: bool
    ) -> str:
        if state is not None and (state in FILLED or session["status"] == "held"):
            return state
        if session["status"] != "held":
            return "not_held"
        if came in {"absent", "invited_declined"}:
            return "absent"
        rater = like["rater_id"]
        known = {span["therapist_id"] for span in self.spans_of(session["case_id"])}
        was_away = like["perspective"] == "therapist" and rater in known
        if came == "not_invited" or not fits_age:
            return "not_applicable"
        if was_away and rater not in self.therapists_at(session):
            return "not_applicable"
        return "no_record"

    @cached_property
    def cells(self) -> list[Row]:
        """Every cell of every heatmap."""
        return [cell for place in self.places for cell in self._cells_of(place)]

    def _cells_of(self, place: Row) -> list[Row]:
        scales = place["instrument"].scales
        by_target = any(scale.target == "family" for scale in scales)
        wanted = "member" if place["like"]["member_id"] else "family"
        return [
            self._cell(place, scale) for scale in scales if not by_target or scale.target == wanted
        ]

    def _cell(self, place: Row, scale: Any) -> Row:
        form = place["form"]
        score = self.scores.get((form["form_id"], str(scale.scale))) if form else None
        state = "complete" if score is not None else place["state"]
        return {
            **place,
            "scale": str(scale.scale),
            "score": score,
            "state": "partial" if score is None and state == "complete" else state,
            "step": self._step(place["instrument"], scale, score),
            "is_interpretable": self._is_interpretable(place, str(scale.scale)),
        }

    def _step(self, instrument: Any, scale: Any, score: float | None) -> int | None:
        """Return the display step of a service with under 200 forms and higher is better."""
        if score is None or instrument.true_zero:
            return None
        if score >= scale.maximum:
            return 7
        width = (scale.maximum - scale.minimum) / 6
        limits = [math.floor((scale.minimum + k * width) * 2 + 0.5) / 2 for k in range(1, 6)]
        return 1 + sum(score >= limit for limit in limits)

    def _is_interpretable(self, place: Row, scale: str) -> bool:
        form, instrument = place["form"], place["instrument"]
        if form is None or scale == "total" or instrument.scale("total") is None:
            return True
        values = list(self.answers(form["form_id"]).values())
        are_equal = instrument.item_count == 4 == len(values) and len(set(values)) == 1
        is_below = are_equal and values[0] < (instrument.item_max or 0)
        return form["components_source"] != "total_split" and not is_below

    @cached_property
    def threats(self) -> list[Row]:
        """Threats with the sessions at which they were open."""
        found = []
        for row in self.tables["threats"]:
            first = self.sessions[row["session_id"]]
            closing = self.sessions.get(row["closed_session_id"] or "")
            numbers = [
                session
                for session in self.sessions_of(row["case_id"])
                if session["session_no"] == first["session_no"]
                or (
                    session["session_no"] > first["session_no"]
                    and (closing is None or session["session_no"] < closing["session_no"])
                )
            ]
            found.append({**row, "first": first, "closing": closing, "open_at": numbers})
        return found

    def chosen(self, params: Row, scope: set[str] | None) -> set[str]:
        """Return the cases that a selection chooses."""
        return {
            case_id
            for case_id, case in self.cases.items()
            if (scope is None or case_id in scope) and self._is_chosen(case, params)
        }

    def _is_chosen(self, case: Row, params: Row) -> bool:
        start, end = params["date_from"], params["date_to"]
        spans = [
            span
            for span in self.spans_of(case["case_id"])
            if span["role"] in PART and _overlaps(span["from_date"], span["to_date"], start, end)
        ]
        family = {
            m["member_id"] for m in self.tables["members"] if m["family_id"] == case["family_id"]
        }
        threats = {
            threat["threat_type"]
            for threat in self.threats
            if threat["case_id"] == case["case_id"]
            and _overlaps(
                threat["opened_on"] or threat["first"]["held_on"],
                _day_before(threat["closing"]),
                start,
                end,
            )
        }
        return all(
            not params[name] or set(params[name]) & found
            for name, found in (
                ("family_ids", {case["family_id"]}),
                ("case_ids", {case["case_id"]}),
                ("member_ids", family),
                ("group_ids", {self.groups.get(span["therapist_id"]) for span in spans}),
                ("therapist_ids", {span["therapist_id"] for span in spans}),
                ("threat_types", threats),
            )
        )


def within(day: dt.date | None, params: Row) -> bool:
    """Return whether a day is within the dates of a selection; an unknown day only in all."""
    start, end = params["date_from"], params["date_to"]
    if day is None:
        return start is None and end is None
    return (start is None or day >= start) and (end is None or day <= end)


def frame(rows: list[Row], order: list[str]) -> pl.DataFrame:
    """Return rows as a frame sorted by some columns."""
    return pl.DataFrame(rows, infer_schema_length=None).sort(order) if rows else pl.DataFrame()


def _covers(start: dt.date | None, end: dt.date | None, day: dt.date | None) -> bool:
    return day is None or ((start is None or start <= day) and (end is None or end >= day))


def _overlaps(
    start: dt.date | None, end: dt.date | None, low: dt.date | None, high: dt.date | None
) -> bool:
    return (end is None or low is None or end >= low) and (
        start is None or high is None or start <= high
    )


def _day_before(session: Row | None) -> dt.date | None:
    if session is None or session["held_on"] is None:
        return None
    return session["held_on"] - dt.timedelta(days=1)
