"""Rows of the agenda drawn by hand, with the ratings their sentences are told from."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.views.language import language
from dashboard.views.reason_context import ReasonContext, ReasonFrames

SCHEMA: dict[str, Any] = {
    "case_no": pl.Int32,
    "case_id": pl.String,
    "family_id": pl.String,
    "case_tier": pl.Int32,
    "tier": pl.Int32,
    "reason_no": pl.Int32,
    "reason_code": pl.String,
    "member_id": pl.String,
    "member_role": pl.String,
    "role_number": pl.Int32,
    "instrument_id": pl.String,
    "scale": pl.String,
    "threat_id": pl.String,
    "threat_types": pl.List(pl.String),
    "signal_codes": pl.List(pl.String),
    "other_scores": pl.List(pl.Float64),
    "rater_count": pl.Int32,
    "session_nos": pl.List(pl.Int32),
    "scores": pl.List(pl.Float64),
    "onset_session_no": pl.Int32,
    "end_session_no": pl.Int32,
    "value": pl.Float64,
    "level": pl.String,
    "state": pl.String,
    "highest_member_ids": pl.List(pl.String),
    "lowest_member_ids": pl.List(pl.String),
    "expected_count": pl.Int32,
    "complete_count": pl.Int32,
}
"""Columns of ``agenda_reasons``."""

PEOPLE = {"ann": ("parent", 1), "bob": ("parent", 2), "kim": ("youth", 0)}
SIGNS = {"d": "declined", "o": "not_offered", "a": "absent", "?": "lost", ".": "no_record"}


SPANS: dict[str, Any] = {
    "case_id": pl.String,
    "threat_type": pl.String,
    "is_open": pl.Boolean,
    "from_session_no": pl.Int32,
}
"""Columns of ``threat_spans`` that a sentence reads."""


def reasons_frame(*reasons: dict[str, Any]) -> pl.DataFrame:
    """Return rows of ``agenda_reasons``; what a row does not say is null."""
    lists = {name: [] for name, kind in SCHEMA.items() if isinstance(kind, pl.List)}
    plain = (
        dict.fromkeys(SCHEMA)
        | lists
        | {"case_id": "C1", "family_id": "F1", "tier": 2, "reason_no": 1}
    )
    scale = {"instrument_id": "srs", "scale": "total"}
    return pl.DataFrame([plain | scale | reason for reason in reasons], schema=SCHEMA)


def _cells(picture: str) -> pl.DataFrame:
    """Return cells of a drawing: a row a member, a column a session; ``x`` is not held."""
    rows = []
    lines = [line.split() for line in picture.strip().splitlines()]
    for name, *signs in lines:
        for number, sign in enumerate(signs, start=1):
            who = "therapist" if name == "therapist" else "self"
            rated = sign not in SIGNS and sign != "x"
            rows.append(
                {
                    "case_id": "C1",
                    "session_id": f"C1-{number}",
                    "session_no": number,
                    "row_key": f"{name}/{who}",
                    "target_member_id": None if who == "therapist" else name,
                    "instrument_id": "srs",
                    "scale": "total",
                    "score": float(sign) if rated else None,
                    "state": "complete" if rated else SIGNS.get(sign, "not_held"),
                    "is_true_zero": False,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def _rows(picture: str) -> pl.DataFrame:
    """Return the heatmap rows of a drawing, and those of people who were never asked."""
    drawn = [line.split()[0] for line in picture.strip().splitlines()]
    return pl.DataFrame([_row(name) for name in dict.fromkeys((*drawn, *PEOPLE))])


def _row(name: str) -> dict[str, Any]:
    role, number = PEOPLE.get(name, (None, 0))
    who = "self" if role else "therapist"
    return {
        "case_id": "C1",
        "row_key": f"{name}/{who}",
        "kind": "member" if role else "therapist",
        "perspective": who,
        "member_id": name if role else None,
        "role": role,
        "role_number": number,
    }


def _sessions(picture: str) -> pl.DataFrame:
    """Return the sessions of a drawing: one is not held where any row has ``x``."""
    signs = zip(*(line.split()[1:] for line in picture.strip().splitlines()), strict=True)
    return pl.DataFrame(
        [
            {"session_id": f"C1-{number}", "status": "cancelled" if "x" in column else "held"}
            for number, column in enumerate(signs, start=1)
        ]
    )


def drawn_context(
    picture: str,
    reasons: pl.DataFrame,
    code: str = "en",
    threats: list[dict[str, Any]] | None = None,
) -> ReasonContext:
    """Return the words beside reasons, from a drawing of the case C1."""
    spans = pl.DataFrame(threats) if threats else pl.DataFrame(schema=SPANS)
    frames = ReasonFrames(reasons, _cells(picture), _rows(picture), _sessions(picture), spans)
    return ReasonContext(frames, language(code))
