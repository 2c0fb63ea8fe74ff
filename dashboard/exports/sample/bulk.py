"""Ordinary families by the thousand: every row follows from the seed and its codes, in columns."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.sample.bulk_coded import bulk_strategies, bulk_threats
from dashboard.exports.sample.bulk_forms import bulk_forms
from dashboard.exports.sample.chance import pick, unit_column
from dashboard.exports.schemas import NATIVE_TABLES, polars_schema

if TYPE_CHECKING:
    from dashboard.exports.sample.tables import Tables

_LAST_DAY = dt.date(2026, 11, 20)
_SPAN_DAYS = 3 * 365
_ROLES = {
    "couple": (("Partner A", "partner", "18-64"), ("Partner B", "partner", "18-64")),
    "parent_child": (("Mother", "parent", "18-64"), ("Youth", "youth", "13-17")),
    "family": (
        ("Mother", "parent", "18-64"),
        ("Father", "parent", "18-64"),
        ("Youth", "youth", "13-17"),
        ("Child", "sibling", "6-12"),
        ("Grandmother", "grandparent", "65+"),
    ),
}
_THERAPISTS_IN_A_GROUP = 8


def bulk_therapists(first: int, last: int) -> pl.DataFrame:
    """Return therapists by number, in groups of eight."""
    numbers = pl.DataFrame({"number": range(first, last + 1)}, schema={"number": pl.Int64})
    grades = ["trainee", "qualified", "qualified", "senior"]
    return numbers.select(
        therapist_id=_therapist("number"),
        label=pl.format("Therapist {}", "number"),
        grade=pl.lit(grades).list.get(pl.col("number") % len(grades)),
        group_id=pl.format("Group-{}", pl.col("number") // _THERAPISTS_IN_A_GROUP + 1),
    ).cast(polars_schema("therapists"))  # type: ignore[arg-type]


def bulk_families(numbers: range, seed: int, leads: range) -> Tables:
    """Return all native tables for the families of these numbers.

    Args:
        numbers: Family numbers.
        seed: The seed of the sample.
        leads: Numbers of the therapists who lead these cases.
    """
    families = _families(numbers, seed, leads)
    members = _members(families, seed)
    sessions = _sessions(families, seed)
    together = _together(sessions, members, seed)
    threats = bulk_threats(families, sessions, seed)
    tables = {
        "families": families.with_columns(label=pl.format("Family {}", "family")),
        "cases": families,
        "case_therapists": _case_therapists(families),
        "members": members,
        "sessions": sessions,
        "attendance": together,
        "threats": threats,
        "strategies": bulk_strategies(threats, sessions, seed),
        **bulk_forms(families, sessions, together, seed),
    }
    return {
        table: tables[table].select(polars_schema(table).keys()).cast(polars_schema(table))  # type: ignore[arg-type]
        if table in tables
        else pl.DataFrame(schema=polars_schema(table))
        for table in NATIVE_TABLES
    }


def _therapist(number: str) -> pl.Expr:
    return pl.format("T{}", pl.col(number).cast(pl.String).str.zfill(2))


def _families(numbers: range, seed: int, leads: range) -> pl.DataFrame:
    def unit(purpose: str) -> pl.Expr:
        return unit_column(seed, purpose, "family")

    base = pl.DataFrame({"family": numbers}, schema={"family": pl.Int64})
    size = unit("size")
    session_count = (6 + unit("sessions") * 15).cast(pl.Int64)
    slack = _SPAN_DAYS - 14 * session_count
    return (
        base.with_columns(
            family_id=pl.format("F-{}", "family"),
            case_id=pl.format("C-{}", "family"),
            member_count=pl.when(size < 0.28)
            .then(2)
            .when(size < 0.64)
            .then(3)
            .when(size < 0.87)
            .then(4)
            .otherwise(5)
            .cast(pl.Int64),
            modality=pl.when(size < 0.14)
            .then(pl.lit("couple"))
            .when(size < 0.28)
            .then(pl.lit("parent_child"))
            .otherwise(pl.lit("family")),
            referral=pick(("voluntary",) * 8 + ("mandated", "mixed"), unit("referral")),
            session_count=session_count,
            lead=leads.start + (pl.col("family") % len(leads)),
            co=leads.start + ((pl.col("family") + 1) % len(leads)),
            has_co=(unit("co") < 0.2) & pl.lit(len(leads) > 1),
            handover_at=pl.when(unit("handover") < 0.08).then(session_count // 2),
            course=_course(unit("course")),
            uses_wai=unit("instrument") < 0.08,
            uses_outcome=unit("outcome") < 0.10,
            has_view=unit("view") < 0.4,
            is_observed=unit("observed") < 0.15,
            first_day=pl.lit(_LAST_DAY)
            - pl.duration(days=14 * session_count + (unit("start") * slack).cast(pl.Int64)),
        )
        .with_columns(last_day=pl.col("first_day") + pl.duration(days=14 * session_count))
        .with_columns(is_over=pl.col("last_day") < pl.lit(_LAST_DAY - dt.timedelta(days=60)))
        .with_columns(
            opened_on=pl.col("first_day") - pl.duration(days=7),
            closed_on=pl.when("is_over").then("last_day"),
            ending=pl.when("is_over")
            .then(pick(("planned",) * 7 + ("dropout", "dropout", "other"), unit("ending")))
            .otherwise(pl.lit("ongoing")),
        )
    )


def _course(share: pl.Expr) -> pl.Expr:
    return (
        pl.when(share < 0.45)
        .then(pl.lit("high"))
        .when(share < 0.86)
        .then(pl.lit("rising"))
        .otherwise(pl.lit("slipping"))
    )


def _members(families: pl.DataFrame, seed: int) -> pl.DataFrame:
    def unit(purpose: str) -> pl.Expr:
        return unit_column(seed, purpose, "family", "place")

    people = pl.DataFrame(
        [
            (modality, place, *person)
            for modality, persons in _ROLES.items()
            for place, person in enumerate(persons, start=1)
        ],
        schema=["modality", "place", "label", "role", "age_band"],
        orient="row",
    )
    return (
        families.select(
            "family", "family_id", "modality", "member_count", "course", "uses_wai", "uses_outcome"
        )
        .join(people, on="modality")
        .filter(pl.col("place") <= pl.col("member_count"))
        .sort("family", "place")
        .with_columns(
            member_id=pl.format("M-{}-{}", "family", "place"),
            index_client=pl.col("role") == "youth",
            course=pl.when(unit("goes along") < 0.7)
            .then("course")
            .otherwise(_course(unit("own course"))),
        )
    )


def _sessions(families: pl.DataFrame, seed: int) -> pl.DataFrame:
    numbered = families.with_columns(
        session_no=pl.int_ranges(1, pl.col("session_count") + 1)
    ).explode("session_no")
    keys = ("family", "session_no")
    held = unit_column(seed, "held", *keys)
    way = unit_column(seed, "format", *keys)
    late = (unit_column(seed, "late", *keys) * 4).cast(pl.Int64)
    leads = pl.when(pl.col("session_no") > pl.col("handover_at")).then("co").otherwise("lead")
    return numbered.with_columns(
        session_id=pl.format(
            "S-{}-{}", "family", pl.col("session_no").cast(pl.String).str.zfill(2)
        ),
        held_on=pl.col("first_day") + pl.duration(days=14 * (pl.col("session_no") - 1) + late),
        status=pl.when(held < 0.94)
        .then(pl.lit("held"))
        .when(held < 0.98)
        .then(pl.lit("cancelled"))
        .otherwise(pl.lit("no_show")),
        leader=leads,
    ).with_columns(
        lead_therapist_id=_therapist("leader"),
        format=pl.when(pl.col("status") == "held").then(
            pl.when(way < 0.85)
            .then(pl.lit("in_person"))
            .when(way < 0.95)
            .then(pl.lit("video"))
            .otherwise(pl.lit("phone"))
        ),
    )


def _case_therapists(families: pl.DataFrame) -> pl.DataFrame:
    change = pl.col("first_day") + pl.duration(days=14 * pl.col("handover_at"))
    lead = families.select(
        "case_id",
        therapist_id=_therapist("lead"),
        role=pl.lit("lead"),
        from_date="opened_on",
        to_date=pl.coalesce(change - pl.duration(days=1), "closed_on"),
    )
    second = families.filter(pl.col("handover_at").is_not_null()).select(
        "case_id",
        therapist_id=_therapist("co"),
        role=pl.lit("lead"),
        from_date=change,
        to_date="closed_on",
    )
    co = families.filter("has_co", pl.col("handover_at").is_null()).select(
        "case_id",
        therapist_id=_therapist("co"),
        role=pl.lit("co"),
        from_date="opened_on",
        to_date="closed_on",
    )
    return pl.concat([lead, second, co]).sort("case_id", "role", "from_date")


def _together(sessions: pl.DataFrame, members: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return one row for each member and held session, with whether they came."""
    came = unit_column(seed, "came", "family", "session_no", "place")
    work = unit_column(seed, "work", "family", "session_no")
    words = ("done", "partly", "not_done", "not_set", None, None)
    return (
        sessions.filter(pl.col("status") == "held")
        .select("family", "session_id", "session_no", "session_count", "held_on", "format")
        .join(members, on="family", maintain_order="left_right")
        .with_columns(
            state=pl.when(came < 0.93)
            .then(pl.lit("present"))
            .when(came < 0.97)
            .then(pl.lit("absent"))
            .when(came < 0.985)
            .then(pl.lit("invited_declined"))
            .otherwise(pl.lit("partial")),
            between_session_work=pl.when(pl.col("place") == 1).then(pick(words, work)),
        )
    )
