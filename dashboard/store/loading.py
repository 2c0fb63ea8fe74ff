"""The tables an import puts into a store before anything is derived from them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from dashboard.domain.vocabulary import TIERS, Role
from dashboard.exports.writing import manifest_text
from dashboard.store.contracts import publishing_fingerprint

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.domain.instruments import Instrument, Registry
    from dashboard.domain.rules import Rules
    from dashboard.exports.reading import ReadExport

ROLE_ORDER = (
    Role.PARENT,
    Role.STEP_PARENT,
    Role.PARTNER,
    Role.GRANDPARENT,
    Role.OTHER_CAREGIVER,
    Role.YOUTH,
    Role.CHILD,
    Role.SIBLING,
    Role.OTHER,
)
"""Caregivers stand above the young in every heatmap."""

Columns = dict[str, "pl.DataType | type[pl.DataType]"]

FROZEN_LIMITS: Columns = {
    "instrument_id": pl.String,
    "scale": pl.String,
    "lower_limit": pl.Float64,
    "form_count": pl.Int32,
    "origin": pl.String,
}

_TEXTS: Columns = {"file_name": pl.String, "content": pl.String}
_INSTRUMENTS: Columns = {
    "instrument_id": pl.String,
    "instrument_no": pl.Int32,
    "instrument_name": pl.String,
    "instrument_family": pl.String,
    "kind": pl.String,
    "perspectives": pl.List(pl.String),
    "age_bands": pl.List(pl.String),
    "direction": pl.String,
    "scoring": pl.String,
    "item_count": pl.Int32,
    "item_max": pl.Float64,
    "is_true_zero": pl.Boolean,
}
_SCALES = {
    "instrument_id": pl.String,
    "scale": pl.String,
    "scale_no": pl.Int32,
    "minimum": pl.Float64,
    "maximum": pl.Float64,
    "target": pl.String,
    "item_count": pl.Int32,
    "cutoff": pl.Float64,
}
_SCALE_ITEMS = {
    "instrument_id": pl.String,
    "scale": pl.String,
    "item_no": pl.Int32,
    "is_reversed": pl.Boolean,
    "lowest_plus_highest": pl.Float64,
}
_SPLIT_CUTS: Columns = {"raters": pl.Int32, "notable": pl.Float64, "marked": pl.Float64}
_RULE_LIST: Columns = {
    "rule_no": pl.Int32,
    "rule_id": pl.String,
    "value": pl.Float64,
    "word": pl.String,
    "unit": pl.String,
    "reason": pl.String,
    "source": pl.String,
    "is_own": pl.Boolean,
}
_REASONS: Columns = {"reason_code": pl.String, "reason_no": pl.Int32, "tier": pl.Int32}
_FAMILIES: Columns = {
    "instrument_family": pl.String,
    "family_no": pl.Int32,
    "family_name": pl.String,
    "kind": pl.String,
    "is_alliance": pl.Boolean,
    "scales": pl.List(pl.String),
    "default_scale": pl.String,
}


def native_tables(export: ReadExport) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the native tables of an export under their names in a store."""
    for name, rows in export.tables.items():
        yield f"native_{name}", rows


def import_tables(export: ReadExport) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield what is known of the import itself: its files, set-aside rows and notices."""
    yield "loaded_files", export.files
    yield "loaded_set_aside", export.set_aside
    yield "loaded_notices", export.notices


def loaded_texts(export: ReadExport) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield what goes along with the native tables when they are exported again, as texts.

    The facts of the export stand as a manifest without counts; the service's own instruments and
    rules stand as they were written, and are absent where it has none.
    """
    own = {"instruments.toml": export.registry.own, "rules.toml": export.rules.own}
    texts = {"manifest.json": manifest_text(export.facts, {}, {})}
    texts |= {name: text for name, text in own.items() if text}
    rows = pl.DataFrame(list(texts.items()), schema=_TEXTS, orient="row")
    yield "loaded_texts", rows


def registry_tables(registry: Registry) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the instrument registry as tables, with the order of roles in a heatmap."""
    instruments = list(registry.instruments.values())
    rows = [_instrument_row(number, item) for number, item in enumerate(instruments)]
    yield "registry_instruments", pl.DataFrame(rows, schema=_INSTRUMENTS, orient="row")
    yield (
        "registry_scales",
        pl.DataFrame(
            [row for item in instruments for row in _scale_rows(item)], schema=_SCALES, orient="row"
        ),
    )
    yield (
        "registry_scale_items",
        pl.DataFrame(
            [row for item in instruments for row in _item_rows(item)],
            schema=_SCALE_ITEMS,
            orient="row",
        ),
    )
    families = _family_rows(instruments)
    yield "registry_families", pl.DataFrame(families, schema=_FAMILIES, orient="row")
    roles = {"role": [str(role) for role in ROLE_ORDER], "role_order": range(len(ROLE_ORDER))}
    yield "registry_roles", pl.DataFrame(roles, schema={"role": pl.String, "role_order": pl.Int32})


def rules_tables(rules: Rules) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the rules of the signals, the cuts of a split, and the reasons of the agenda."""
    values = {rule.rule_id: [rule.value] for rule in rules.rules.values()}
    yield "registry_rules", pl.DataFrame({"rules_version": [rules.version], **values})
    entries = [{"rule_no": number} | entry for number, entry in enumerate(rules.entries, 1)]
    yield "registry_rule_list", pl.DataFrame(entries, schema=_RULE_LIST)
    cuts = [(cut.raters, cut.notable, cut.marked) for cut in rules.split_cuts]
    yield "registry_split_cuts", pl.DataFrame(cuts, schema=_SPLIT_CUTS, orient="row")
    reasons = [(str(code), number, tier) for number, (code, tier) in enumerate(TIERS.items(), 1)]
    yield "registry_reasons", pl.DataFrame(reasons, schema=_REASONS, orient="row")


def generation_row(export: ReadExport, number: int, build: str, now: dt.datetime) -> pl.DataFrame:
    """Return the one row that says what a generation is.

    Args:
        export: What is published.
        number: Number of the generation.
        build: Fingerprint of content, queries and limits.
        now: Moment of the import, UTC.
    """
    held_on = export.tables["sessions"]["held_on"]
    exported_at = _local(export.facts.exported_at, export.facts.timezone)
    return pl.DataFrame(
        {
            "generation": [number],
            "content_hash": [export.content_hash],
            "build": [build],
            "publishing": [publishing_fingerprint()],
            "rules_version": [export.rules.version],
            "as_of": [exported_at.date() if exported_at else held_on.max()],
            "exported_at": [exported_at],
            "has_dates": [held_on.count() > 0],
            "note": [export.facts.note],
            "source_system": [export.facts.source_system],
            "loaded_at": [now.astimezone(dt.UTC).replace(tzinfo=None)],
        },
        schema={
            "generation": pl.Int32,
            "content_hash": pl.String,
            "build": pl.String,
            "publishing": pl.String,
            "rules_version": pl.String,
            "as_of": pl.Date,
            "exported_at": pl.Datetime("us"),
            "has_dates": pl.Boolean,
            "note": pl.String,
            "source_system": pl.String,
            "loaded_at": pl.Datetime("us"),
        },
    )


def frozen_limits(file: Path) -> pl.DataFrame:
    """Return the display limits kept with a store; no rows before its first import.

    Args:
        file: ``display_limits.json``, written by the first import and changed only by hand.

    Raises:
        ValueError: If the file is not of that form.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return pl.DataFrame(schema=FROZEN_LIMITS)
    entries = json.loads(text)
    if not isinstance(entries, list):
        raise TypeError
    rows = [{name: entry[name] for name in FROZEN_LIMITS} for entry in entries]
    return pl.DataFrame(rows, schema=FROZEN_LIMITS, orient="row")


def limits_text(limits: pl.DataFrame) -> str:
    """Return display limits as the text of ``display_limits.json``, a line for each scale."""
    rows = limits.select(FROZEN_LIMITS.keys()).sort("instrument_id", "scale").to_dicts()
    lines = ",\n".join(json.dumps(row, ensure_ascii=True) for row in rows)
    return f"[\n{lines}\n]\n"


def _local(moment: dt.datetime | None, zone: str | None) -> dt.datetime | None:
    if moment is None or moment.tzinfo is None:
        return moment
    if zone:
        with suppress(ZoneInfoNotFoundError, ValueError):
            moment = moment.astimezone(ZoneInfo(zone))
    return moment.replace(tzinfo=None)


def _instrument_row(number: int, instrument: Instrument) -> tuple[object, ...]:
    return (
        instrument.instrument_id,
        number,
        instrument.name,
        instrument.family,
        str(instrument.kind),
        [str(word) for word in instrument.perspectives],
        [str(word) for word in instrument.age_bands],
        instrument.direction,
        instrument.scoring,
        instrument.item_count,
        instrument.item_max,
        instrument.true_zero,
    )


def _scale_rows(instrument: Instrument) -> Iterator[tuple[object, ...]]:
    for number, scale in enumerate(instrument.scales):
        yield (
            instrument.instrument_id,
            str(scale.scale),
            number,
            scale.minimum,
            scale.maximum,
            scale.target,
            len(scale.items),
            scale.cutoff,
        )


def _item_rows(instrument: Instrument) -> Iterator[tuple[object, ...]]:
    if instrument.scoring != "items" or instrument.item_min is None or instrument.item_max is None:
        return
    both_ends = instrument.item_min + instrument.item_max
    for scale in instrument.scales:
        for item in scale.items:
            is_reversed = item in scale.reversed_items
            yield (instrument.instrument_id, str(scale.scale), item, is_reversed, both_ends)


def _family_rows(instruments: list[Instrument]) -> list[tuple[object, ...]]:
    families: dict[str, list[Instrument]] = {}
    for instrument in instruments:
        families.setdefault(instrument.family, []).append(instrument)
    return [_family_row(number, members) for number, members in enumerate(families.values())]


def _family_row(number: int, instruments: list[Instrument]) -> tuple[object, ...]:
    scales: Mapping[str, None] = {
        str(scale.scale): None for instrument in instruments for scale in instrument.scales
    }
    first = instruments[0]
    return (
        first.family,
        number,
        first.family_name,
        str(first.kind),
        first.kind == "alliance",
        list(scales),
        next(iter(scales), None),
    )
