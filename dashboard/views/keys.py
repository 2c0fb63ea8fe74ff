"""The key of colours: the service's own display steps, drawn true to scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.views.geometry import PERFECT, ZERO_LOOK

if TYPE_CHECKING:
    from dashboard.views.numbers import BlockNumbers


def colour_keys(build: BlockNumbers) -> dict[str, list[dict[str, Any]]]:
    """Return for each instrument family and scale the steps of its key.

    Widths are per mille of the ruler; the open step below is as wide as its share, at most a
    quarter. No step is a clinical cut-off.

    Source:
        decisions.md, "Colour".
    """
    keys: dict[str, list[dict[str, Any]]] = {}
    for scale in build.frames.instrument_scales.iter_rows(named=True):
        key = f"{scale['instrument_family']}:{build.scales[scale['scale']]}"
        if key not in keys:
            steps = _zero_steps(build, scale) if scale["is_true_zero"] else _steps(build, scale)
            keys[key] = steps
    return keys


def _zero_steps(build: BlockNumbers, scale: dict[str, Any]) -> list[dict[str, Any]]:
    third = build.extremes[scale["instrument_family"], scale["scale"]] / 3
    return [
        {"look": ZERO_LOOK + n, "width": 140, "edge": build.language.number(n * third, signed=True)}
        for n in range(-3, 4)
    ]


def _steps(build: BlockNumbers, scale: dict[str, Any]) -> list[dict[str, Any]]:
    frame = build.frames.display_steps
    if frame.is_empty():
        return []
    rows = frame.filter(
        (pl.col("instrument_id") == scale["instrument_id"]) & (pl.col("scale") == scale["scale"])
    ).sort("step")
    if rows.is_empty():
        return []
    uppers = [float(row) for row in rows["upper_bound"]]
    lowest = uppers[0] - (uppers[1] - uppers[0]) * 1.5 if len(uppers) > 1 else 0.0
    start = max(float(scale["scale_minimum"]), lowest)
    length = float(scale["scale_maximum"]) - start
    steps = []
    for number, upper in enumerate(uppers, start=1):
        width = round(1000 * (upper - start) / length) if length else 0
        edge = build.language.number(upper) if number < len(uppers) else ""
        steps.append({"look": number, "width": width, "edge": edge})
        start = upper
    most = build.language.number(float(scale["scale_maximum"]))
    return [*steps, {"look": PERFECT, "width": 60, "edge": most}]
