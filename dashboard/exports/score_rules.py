"""Rules of ratings and items: on the scale, of the instrument, and only where a form was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.registry_rows import fitting_instruments, instrument_rows, scale_rows
from dashboard.exports.workbench import ROW_ID

if TYPE_CHECKING:
    from dashboard.exports.workbench import Workbench

GIVEN = ("complete", "partial")
"""States of a form that somebody filled in, at least in part."""


def check_ratings(bench: Workbench) -> None:
    """Set aside scores that the instrument, its range or the state of the form rules out."""
    forms = bench.rows("forms").select("form_id", "instrument_id", "state", "member_id")
    ratings = (
        bench.rows("ratings")
        .join(forms, on="form_id", maintain_order="left")
        .join(
            scale_rows(bench.registry),
            on=["instrument_id", "scale"],
            how="left",
            maintain_order="left",
        )
    )
    _check_scales(bench, ratings.filter(pl.col("minimum").is_null()))
    ratings = ratings.filter(pl.col("minimum").is_not_null())
    ratings = _check_given(bench, "ratings", "score", ratings)
    ratings = _check_zero(bench, "ratings", "score", ratings, pl.col("minimum"))
    _check_score_range(bench, ratings)
    wrong_target = ratings.filter(
        (pl.col("target") == "family") & pl.col("member_id").is_not_null() & _within()
    )
    bench.set_aside(
        "ratings",
        wrong_target,
        "scale",
        "scale_is_of_the_family",
        "This scale is rated for the family as a whole; move it to a form without member.",
    )


def check_item_scores(bench: Workbench) -> None:
    """Set aside item values that the instrument, its range or the state of the form rules out."""
    legal = instrument_rows(bench.registry).select(
        "instrument_id", "item_count", minimum="item_min", maximum="item_max"
    )
    forms = bench.rows("forms").select("form_id", "instrument_id", "state")
    items = (
        bench.rows("item_scores")
        .join(forms, on="form_id", maintain_order="left")
        .join(legal, on="instrument_id", maintain_order="left")
    )
    stranger = items.filter(pl.col("item_no") > pl.col("item_count"))
    for name, count, rows in _by_instrument(bench, stranger):
        mend = f"{name} has {count} items; correct the number, or name the instrument really used."
        bench.set_aside("item_scores", rows, "item_no", "item_not_of_instrument", mend)
    items = items.filter(pl.col("item_no") <= pl.col("item_count"))
    items = _check_given(bench, "item_scores", "value", items)
    items = _check_zero(bench, "item_scores", "value", items, pl.col("minimum"))
    _check_item_range(bench, items.filter(~_within("value")))


def _within(value: str = "score") -> pl.Expr:
    """Return whether a value lies in its range; where no range is known every value does."""
    inside = (pl.col(value) >= pl.col("minimum")) & (pl.col(value) <= pl.col("maximum"))
    return inside.fill_null(value=True)


def _by_instrument(bench: Workbench, rows: pl.DataFrame) -> list[tuple[str, int, pl.DataFrame]]:
    found = []
    for key, part in rows.group_by("instrument_id", maintain_order=True):
        instrument = bench.registry[str(key[0])]
        found.append((instrument.name, instrument.item_count, part))
    return found


def _check_scales(bench: Workbench, strangers: pl.DataFrame) -> None:
    for key, rows in strangers.group_by("instrument_id", maintain_order=True):
        instrument = bench.registry[str(key[0])]
        scales = ", ".join(scale.scale for scale in instrument.scales)
        if scales:
            mend = f"{instrument.name} has the scales {scales}; correct the scale or the form."
        else:
            mend = f"No scale of {instrument.name} is scored: {instrument.refusal}. Leave it out."
        bench.set_aside("ratings", rows, "scale", "scale_not_of_instrument", mend)


def _check_given(bench: Workbench, table: str, value: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Set aside values under a form that nobody gave, and return the others."""
    given = pl.col("state").is_in(GIVEN)
    bad = rows.filter(~given)
    bench.set_aside(
        table,
        bad.filter(pl.col(value) == 0),
        value,
        "zero_as_missing",
        "The form was not given, so the 0 stands for a missing value; leave the row out.",
    )
    bench.set_aside(
        table,
        bad.filter(pl.col(value) != 0),
        value,
        "score_without_form",
        "The state of the form says that nothing was given; correct the state, or leave the "
        "row out.",
    )
    return rows.filter(given)


def _check_zero(
    bench: Workbench, table: str, value: str, rows: pl.DataFrame, minimum: pl.Expr
) -> pl.DataFrame:
    """Set aside zeros on a scale that begins above zero, and return the others."""
    bad = (pl.col(value) == 0) & (minimum > 0)
    bench.set_aside(
        table,
        rows.filter(bad),
        value,
        "zero_as_missing",
        "This scale begins above 0, so the 0 stands for a missing value; leave the row out.",
    )
    return rows.filter(~bad.fill_null(value=False))


def _check_score_range(bench: Workbench, ratings: pl.DataFrame) -> None:
    outside = ratings.filter(~_within())
    for key, rows in outside.group_by("instrument_id", "scale", maintain_order=True):
        instrument = bench.registry[str(key[0])]
        scale = instrument.scale(str(key[1]))
        limits = f"{scale.minimum:g} to {scale.maximum:g}" if scale else ""
        mend = f"Scale '{key[1]}' of {instrument.name} goes from {limits}; correct the score."
        bench.set_aside("ratings", rows, "score", "out_of_range", mend)


def _check_item_range(bench: Workbench, outside: pl.DataFrame) -> None:
    values = outside.group_by("instrument_id", "value", maintain_order=True)
    for key, rows in values:
        instrument = bench.registry[str(key[0])]
        fitting = fitting_instruments(bench.registry, str(key[0]), float(key[1]))
        limits = f"{instrument.item_min:g} to {instrument.item_max:g}"
        if fitting:
            rule = "wrong_instrument"
            mend = (
                f"Items of {instrument.name} go from {limits}; such a value fits "
                f"{' or '.join(fitting)}. Name the instrument that was really used."
            )
        else:
            rule = "out_of_range"
            mend = f"Items of {instrument.name} go from {limits}; correct the value."
        bench.set_aside("item_scores", rows.select(ROW_ID), "value", rule, mend)
