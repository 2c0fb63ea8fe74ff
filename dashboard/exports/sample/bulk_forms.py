"""Forms of ordinary families by the thousand: who answered, what, and what is missing and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.sample.chance import spread_column, unit_column

if TYPE_CHECKING:
    from dashboard.exports.sample.tables import Tables

_KEYS = ("family", "session_no", "row")
_MISSING = ("not_offered", "declined", "lost")
_FORM_COLUMNS = [
    "form_id", "session_id", "member_id", "perspective", "rater_id", "instrument_id",
    "instrument_version", "state", "collected", "recorded_at", "components_source",
]  # fmt: skip
_ITEM_COUNT, _WAI_ITEM_COUNT = 4, 12


def bulk_forms(
    families: pl.DataFrame, sessions: pl.DataFrame, together: pl.DataFrame, seed: int
) -> Tables:
    """Return forms, item_scores and ratings of these families.

    Args:
        families: One row per family with its course and which forms it uses.
        sessions: One row per session.
        together: One row per member and held session, with attendance ``state``.
        seed: The seed of the sample.
    """
    held = sessions.filter(pl.col("status") == "held")
    rows = pl.concat(
        [_own_forms(families, together, seed), _outcome_forms(together), _views(held)],
        how="diagonal",
    )
    forms = _with_state(rows, seed).sort("family", "session_no", "row")
    observed = _observed(held, seed)
    answered = _with_total(forms.filter(pl.col("state").is_in(["complete", "partial"])), seed)
    return {
        "forms": pl.concat([forms, observed], how="diagonal")
        .sort("family", "session_no", "row")
        .select(_FORM_COLUMNS),
        "item_scores": _items(answered, seed),
        "ratings": observed.select(
            "form_id",
            scale=pl.lit("shared_purpose"),
            score=(unit_column(seed, "purpose", *_KEYS) * 5 - 1).floor(),
        ),
    }


def _form_id() -> pl.Expr:
    session = pl.col("session_no").cast(pl.String).str.zfill(2)
    return pl.format("R-{}-{}-{}", "family", session, "row")


def _own_forms(families: pl.DataFrame, together: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return each member's alliance form: one row for every held session, answered or not."""
    levels = families.select("family", level=spread_column(seed, "level", 0.8, "family"))
    return together.join(levels, on="family", maintain_order="left").with_columns(
        row="place",
        perspective=pl.lit("self"),
        instrument_id=pl.when(pl.col("age_band") == "6-12")
        .then(pl.lit("csrs"))
        .when("uses_wai")
        .then(pl.lit("wai_sr_client"))
        .otherwise(pl.lit("srs")),
    )


def _outcome_forms(together: pl.DataFrame) -> pl.DataFrame:
    return together.filter("uses_outcome").with_columns(
        row=pl.col("place") + 10,
        perspective=pl.lit("self"),
        level=pl.lit(0.0),
        instrument_id=pl.when(pl.col("age_band") == "6-12")
        .then(pl.lit("cors"))
        .otherwise(pl.lit("ors")),
    )


def _views(held: pl.DataFrame) -> pl.DataFrame:
    """Return the therapist's own SRS of the cases where it is used."""
    return held.filter("has_view").select(
        "family", "session_id", "session_no", "session_count", "held_on", "format",
        row=pl.lit(20, dtype=pl.Int64),
        course=pl.lit("view"),
        level=pl.lit(0.0),
        state=pl.lit("present"),
        perspective=pl.lit("therapist"),
        rater_id="lead_therapist_id",
        instrument_id=pl.lit("srs"),
    )  # fmt: skip


def _with_state(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    fate = unit_column(seed, "fate", *_KEYS)
    which = (unit_column(seed, "missing", *_KEYS) * len(_MISSING)).cast(pl.Int64)
    away = pl.col("state").is_in(["absent", "invited_declined"])
    outcome = (
        pl.when(away)
        .then(pl.lit("absent"))
        .when(fate < 0.93)
        .then(pl.lit("complete"))
        .when(fate < 0.935)
        .then(pl.lit("partial"))
        .otherwise(pl.lit(list(_MISSING)).list.get(which))
    )
    answered = pl.col("state").is_in(["complete", "partial"])
    remote = pl.col("format").is_in(["video", "phone"]) & (pl.col("perspective") == "self")
    return (
        rows.filter(fate < 0.99)
        .with_columns(state=outcome, form_id=_form_id())
        .with_columns(
            instrument_version=pl.when(pl.col("instrument_id") == "srs").then(pl.lit("V3")),
            collected=pl.when(answered).then(
                pl.when(remote).then(pl.lit("remote")).otherwise(pl.lit("in_room"))
            ),
            recorded_at=pl.when(answered & remote).then(
                pl.col("held_on").cast(pl.Datetime("us")) + pl.duration(hours=19)
            ),
            components_source=pl.lit("items"),
        )
    )


def _observed(held: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the sessions at which somebody rated the family's shared purpose."""
    return (
        held.filter("is_observed")
        .with_columns(row=pl.lit(30, dtype=pl.Int64))
        .filter(unit_column(seed, "observe", *_KEYS) < 0.35)
        .with_columns(
            form_id=_form_id(),
            perspective=pl.lit("observer"),
            rater_id=pl.lit("OBSERVER"),
            instrument_id=pl.lit("softa_o"),
            state=pl.lit("complete"),
            collected=pl.lit("in_room"),
            components_source=pl.lit("subscale_only"),
        )
    )


def _with_total(answered: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return forms with the total in steps of an item, over the instrument's least total."""
    progress = (pl.col("session_no") - 1) / (pl.col("session_count") - 1)
    late = (progress - 0.35).clip(0.0, None) / 0.65
    course = pl.col("course")
    outcome = pl.col("instrument_id").is_in(["ors", "cors"])
    points = (
        pl.when(outcome)
        .then(20.0 + 10.0 * progress)
        .when(course == "high")
        .then(39.1 + pl.col("level"))
        .when(course == "rising")
        .then(28.5 + 2.0 * pl.col("level") + 9.0 * progress)
        .when(course == "view")
        .then(35.5)
        .otherwise(39.8 + 0.4 * pl.col("level") - 5.5 * late)
    )
    noise = spread_column(seed, "noise", 1.0, *_KEYS) + spread_column(
        seed, "own", 0.7, "family", "row"
    )
    wai = pl.col("instrument_id") == "wai_sr_client"
    total = (points + noise).clip(4.0, 40.0)
    return answered.with_columns(
        item_count=pl.when(wai).then(_WAI_ITEM_COUNT).otherwise(_ITEM_COUNT).cast(pl.Int64),
        item_top=pl.when(wai).then(4).otherwise(20).cast(pl.Int64),
        total=pl.when(wai).then((total * 48 / 40).round()).otherwise((total * 2).round())
        .cast(pl.Int64),
    )  # fmt: skip


def _items(answered: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return the items: equal shares of the total, then moved apart in pairs that keep the sum."""
    share, rest = pl.col("total") // pl.col("item_count"), pl.col("total") % pl.col("item_count")
    room = pl.min_horizontal(
        share, pl.col("item_top") - share - (rest > 0).cast(pl.Int64), pl.lit(3)
    ).clip(0)
    apart = pl.min_horizontal(room, 1 + (unit_column(seed, "apart", *_KEYS) * 3).cast(pl.Int64))
    turned = pl.when(unit_column(seed, "turned", *_KEYS) < 0.5).then(1).otherwise(-1)
    place = pl.col("item_no") - 1
    side = pl.when(place % 2 == 0).then(1).otherwise(-1)
    value = pl.col("share") + (place < pl.col("rest")).cast(pl.Int64) + side * pl.col("apart")
    wai = pl.col("item_count") == _WAI_ITEM_COUNT
    left_out = 1 + (unit_column(seed, "left out", *_KEYS) * _ITEM_COUNT).cast(pl.Int64)
    return (
        answered.select(
            "form_id",
            "item_count",
            share=share,
            rest=rest,
            apart=apart * turned,
            left_out=pl.when(pl.col("state") == "partial").then(left_out),
            item_no=pl.int_ranges(1, pl.col("item_count") + 1),
        )
        .explode("item_no")
        .filter(pl.col("item_no").ne_missing(pl.col("left_out")))
        .select(
            "form_id",
            pl.col("item_no").cast(pl.Int32),
            value=pl.when(wai).then(value + 1.0).otherwise(value / 2.0),
        )
    )
