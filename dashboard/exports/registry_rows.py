"""The instrument registry as small frames, for rules over many rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from dashboard.domain.instruments import Instrument, Registry

INSTRUMENTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "instrument_id": pl.String,
    "kind": pl.String,
    "perspectives": pl.List(pl.String),
    "age_bands": pl.List(pl.String),
    "scoring": pl.String,
    "item_count": pl.Int32,
    "item_min": pl.Float64,
    "item_max": pl.Float64,
    "has_item_components": pl.Boolean,
}
SCALES: dict[str, pl.DataType | type[pl.DataType]] = {
    "instrument_id": pl.String,
    "scale": pl.String,
    "minimum": pl.Float64,
    "maximum": pl.Float64,
    "target": pl.String,
}


def instrument_rows(registry: Registry) -> pl.DataFrame:
    """Return one row per instrument.

    ``has_item_components`` says that single items stand for whole components (SRS and its
    like), so that equal items may come from a total that was split.
    """
    rows = [
        {
            "instrument_id": instrument.instrument_id,
            "kind": str(instrument.kind),
            "perspectives": [str(word) for word in instrument.perspectives],
            "age_bands": [str(word) for word in instrument.age_bands],
            "scoring": instrument.scoring,
            "item_count": instrument.item_count,
            "item_min": instrument.item_min,
            "item_max": instrument.item_max,
            "has_item_components": _has_item_components(instrument),
        }
        for instrument in registry.instruments.values()
    ]
    return pl.DataFrame(rows, schema=INSTRUMENTS)


def scale_rows(registry: Registry) -> pl.DataFrame:
    """Return one row per instrument and scale."""
    rows = [
        {
            "instrument_id": instrument.instrument_id,
            "scale": str(scale.scale),
            "minimum": scale.minimum,
            "maximum": scale.maximum,
            "target": scale.target,
        }
        for instrument in registry.instruments.values()
        for scale in instrument.scales
    ]
    return pl.DataFrame(rows, schema=SCALES)


def fitting_instruments(registry: Registry, instrument_id: str, value: float) -> list[str]:
    """Return the names of instruments with as many items for which an item value is legal.

    Args:
        registry: Known instruments.
        instrument_id: Instrument the value was given for, and for which it is not legal.
        value: Item value.
    """
    given = registry[instrument_id]
    return [
        instrument.name
        for instrument in registry.instruments.values()
        if instrument.instrument_id != instrument_id
        and instrument.item_count == given.item_count
        and instrument.item_min is not None
        and instrument.item_max is not None
        and instrument.item_min <= value <= instrument.item_max
    ]


def _has_item_components(instrument: Instrument) -> bool:
    single = [scale for scale in instrument.scales if len(scale.items) == 1]
    return len(single) == instrument.item_count == 4
