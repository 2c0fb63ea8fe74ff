"""The native tables as dataframely schemas: validator and data dictionary in one."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dataframely as dy
import polars as pl

from dashboard.domain import vocabulary as words
from dashboard.domain.codes import ID_PATTERN

SCHEMA_VERSION = "1"
"""Version of the native format; a manifest that names another one is refused."""


def _id(description: str, *, key: bool = False, nullable: bool = False) -> dy.String:
    return dy.String(primary_key=key, nullable=nullable, regex=ID_PATTERN, description=description)


def _text(description: str) -> dy.String:
    return dy.String(nullable=True, description=description)


def _word(
    vocabulary: type[StrEnum], description: str, *, key: bool = False, nullable: bool = False
) -> dy.String:
    legal = [str(word) for word in vocabulary]
    return dy.String(
        primary_key=key,
        nullable=nullable,
        check={"one_of": lambda column: column.is_in(legal)},
        metadata={"words": legal},
        description=description,
    )


def _day(description: str, *, nullable: bool = True) -> dy.Date:
    return dy.Date(nullable=nullable, description=description)


class Therapists(dy.Schema):
    """One row per therapist."""

    therapist_id = _id("Opaque id of the therapist.", key=True)
    label = _text("Pseudonym shown on screen; never a name.")
    grade = _word(words.Grade, "Stage of training.")
    group_id = _id("Supervision group, when the service has several.", nullable=True)


class Families(dy.Schema):
    """One row per family."""

    family_id = _id("Opaque id of the family.", key=True)
    label = _text("Pseudonym shown on screen; never a name.")


class Cases(dy.Schema):
    """One row per case: one episode of care of a family."""

    case_id = _id("Opaque id of the case.", key=True)
    family_id = _id("Family the case belongs to.")
    modality = _word(words.Modality, "Who the therapy is with.")
    referral = _word(words.Referral, "How the case came.")
    opened_on = _day("Day the case was opened.")
    closed_on = _day("Day the case was closed; empty while it goes on.")
    ending = _word(words.Ending, "How the case ended, or that it is ongoing.")


class CaseTherapists(dy.Schema):
    """One row per therapist, part and span of time in a case; cases change hands."""

    case_id = _id("Case.")
    therapist_id = _id("Therapist.")
    role = _word(words.CaseRole, "The therapist's part in the case.")
    from_date = _day("First day of this part; empty: from the beginning.")
    to_date = _day("Last day of this part; empty: to the end.")


class Members(dy.Schema):
    """One row per member of a family."""

    member_id = _id("Opaque id of the member.", key=True)
    family_id = _id("Family the member belongs to.")
    label = _text("Pseudonym shown on screen; never a name.")
    role = _word(words.Role, "Place in the family.")
    age_band = _word(words.AgeBand, "Age in bands; never an age or a birth date.")
    index_client = dy.Bool(description="Whether the case was opened for this member.")


class Sessions(dy.Schema):
    """One row per session that was held or planned."""

    session_id = _id("Opaque id of the session.", key=True)
    case_id = _id("Case.")
    session_no = dy.Int32(min=1, description="Number within the case, from 1; unique there.")
    held_on = _day("Local day; never earlier than that of a session with a smaller number.")
    lead_therapist_id = _id("Therapist who led the session.", nullable=True)
    format = _word(words.SessionFormat, "How the session was held.", nullable=True)
    status = _word(words.SessionStatus, "Whether the session took place.")


class Attendance(dy.Schema):
    """One row per session and member who was expected or came."""

    session_id = _id("Session.", key=True)
    member_id = _id("Member.", key=True)
    state = _word(words.Attendance, "Whether the member took part.")
    between_session_work = _word(
        words.BetweenSessionWork, "What became of work agreed between sessions.", nullable=True
    )


class Forms(dy.Schema):
    """One row per form: one instrument, one rater, one target, one session."""

    form_id = _id("Opaque id of the form.", key=True)
    session_id = _id("Session the form is about.")
    member_id = _id("Member the form is about; empty: the whole family.", nullable=True)
    perspective = _word(words.Perspective, "Whose seat the form was filled in from.")
    rater_id = _id("Who filled it in; empty or the member's id for a self form.", nullable=True)
    instrument_id = _id("Instrument, by its id in the registry.")
    instrument_version = _text("Version or language of the form, as the service names it.")
    state = _word(
        words.FormState,
        "What became of the form. Between complete and partial its answers decide: with every "
        "scale scored it is complete, with an item missing partial.",
    )
    collected = _word(words.Collected, "How it was collected.", nullable=True)
    recorded_at = dy.Datetime(
        nullable=True, time_unit="us", description="When it was recorded, local time."
    )
    components_source = _word(
        words.ComponentsSource, "Where bond, goals and tasks come from; empty: items."
    )


class Ratings(dy.Schema):
    """One row per scale of a form, for scores that arrive as such."""

    form_id = _id("Form.", key=True)
    scale = _word(words.Scale, "Scale of the instrument.", key=True)
    score = dy.Float64(description="Raw score, within the range of the scale.")


class ItemScores(dy.Schema):
    """One row per answered item of a form, before any reversal."""

    form_id = _id("Form.", key=True)
    item_no = dy.Int32(primary_key=True, min=1, description="Number of the item on the form.")
    value = dy.Float64(description="Number given, within the range of the instrument.")


class Threats(dy.Schema):
    """One row per threat to the alliance that somebody coded."""

    threat_id = _id("Opaque id of the threat.", key=True)
    case_id = _id("Case.")
    session_id = _id("Session from which the threat is open.")
    member_id = _id("Member it concerns; empty: the whole family.", nullable=True)
    threat_type = _word(words.ThreatType, "Which of the three threats.")
    severity = dy.Int32(min=1, max=3, description="1 slight, 2 clear, 3 severe.")
    reported_by = _word(words.Reporter, "Who coded it.")
    opened_on = _day("Day it was coded.")
    status = _word(words.ThreatStatus, "How it stands.")
    closed_session_id = _id(
        "Session from which it is no longer open; empty: still open.", nullable=True
    )


class Strategies(dy.Schema):
    """One row per strategy used at a session."""

    strategy_id = _id("Opaque id of the row.", key=True)
    session_id = _id("Session.")
    threat_id = _id("Threat it answered, when it answered one.", nullable=True)
    member_id = _id("Member it was for; empty: the whole family.", nullable=True)
    strategy = _word(words.Strategy, "Which of the fifteen strategies.")
    context = _word(words.StrategyContext, "What it was meant for.")
    helpful = _word(words.Helpful, "The therapist's own word on it, afterwards.", nullable=True)


NATIVE_TABLES: dict[str, type[dy.Schema]] = {
    "therapists": Therapists,
    "families": Families,
    "cases": Cases,
    "case_therapists": CaseTherapists,
    "members": Members,
    "sessions": Sessions,
    "attendance": Attendance,
    "forms": Forms,
    "ratings": Ratings,
    "item_scores": ItemScores,
    "threats": Threats,
    "strategies": Strategies,
}
"""Every native table, parents before children."""

REQUIRED_TABLES = ("families", "cases", "members", "sessions", "forms")
"""Tables without which there is nothing to show; the others may be left out."""

DEFAULTS: dict[tuple[str, str], str] = {("forms", "components_source"): "items"}
"""What an empty cell or a column left out means, where it does not mean "unknown"."""

REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "cases": (("family_id", "families"),),
    "case_therapists": (("case_id", "cases"), ("therapist_id", "therapists")),
    "members": (("family_id", "families"),),
    "sessions": (("case_id", "cases"), ("lead_therapist_id", "therapists")),
    "attendance": (("session_id", "sessions"), ("member_id", "members")),
    "forms": (("session_id", "sessions"), ("member_id", "members")),
    "ratings": (("form_id", "forms"),),
    "item_scores": (("form_id", "forms"),),
    "threats": (
        ("case_id", "cases"),
        ("session_id", "sessions"),
        ("member_id", "members"),
        ("closed_session_id", "sessions"),
    ),
    "strategies": (
        ("session_id", "sessions"),
        ("threat_id", "threats"),
        ("member_id", "members"),
    ),
}
"""Columns that name a row of another table; an empty one names none."""


def key_columns(table: str) -> list[str]:
    """Return the columns that make a row of a native table unique."""
    if table == "case_therapists":
        return ["case_id", "therapist_id", "role", "from_date"]
    return NATIVE_TABLES[table].primary_key()


def legal_words(table: str, column: str) -> list[str] | None:
    """Return the words a column may hold, or none where it is not a closed list."""
    metadata = NATIVE_TABLES[table].columns()[column].metadata
    return None if metadata is None else list(metadata["words"])


def required_columns(table: str) -> list[str]:
    """Return the columns a file must have: those that may be neither empty nor left out."""
    return [
        name
        for name, column in NATIVE_TABLES[table].columns().items()
        if not column.nullable and (table, name) not in DEFAULTS
    ]


def polars_schema(table: str) -> dict[str, pl.DataType]:
    """Return column names and Polars types of a native table, in order."""
    return {name: column.dtype for name, column in NATIVE_TABLES[table].columns().items()}


def empty_table(table: str) -> pl.DataFrame:
    """Return a native table without rows."""
    return pl.DataFrame(schema=polars_schema(table))


def column_facts(table: str, column: str) -> dict[str, Any]:
    """Return what the data dictionary says of a column: type, needed, words, limits, meaning."""
    definition = NATIVE_TABLES[table].columns()[column]
    low, high = getattr(definition, "min", None), getattr(definition, "max", None)
    return {
        "type": _type_word(definition),
        "is_key": column in key_columns(table),
        "is_required": column in required_columns(table),
        "words": legal_words(table, column),
        "minimum": low,
        "maximum": high,
        "refers_to": dict(REFERENCES.get(table, ())).get(column),
        "meaning": definition.description,
    }


def _type_word(definition: dy.Column) -> str:
    if isinstance(definition, dy.String):
        if definition.regex:
            return "id"
        return "word" if definition.metadata else "text"
    kinds: list[tuple[type, str]] = [
        (dy.Bool, "true or false"),
        (dy.Date, "date"),
        (dy.Datetime, "timestamp"),
        (dy.Int32, "whole number"),
    ]
    return next((word for kind, word in kinds if isinstance(definition, kind)), "number")
