"""The layers of a picture, in tokens: what HoloViews draws once and the engine patches."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Layer = dict[str, list[Any]]
Layers = dict[str, Layer]

LAYERS: dict[str, tuple[str, ...]] = {
    "hatch": ("left", "right", "top", "bottom"),
    "washes": ("xs", "ys"),
    "cells": ("x", "y", "width", "height", "step", "fill", "edge"),
    "boxes": ("left", "right", "top", "bottom", "fill", "edge", "dash"),
    "round": ("left", "right", "top", "bottom", "fill", "edge"),
    "points": ("x", "y", "size", "fill", "edge"),
    "strokes": ("x0", "y0", "x1", "y1", "color", "thick"),
    "texts": ("x", "y", "text", "color", "size", "style", "align", "angle", "back"),
    "frames": ("left", "right", "top", "bottom", "edge", "thick"),
    "hit": ("left", "right", "top", "bottom", "row", "col", "who", "when", "said", "parts", "note"),
}
"""Layers in drawing order, with their columns; HoloViews draws them once, the engine patches."""


def empty_layers() -> Layers:
    """Return every layer with its columns and no row."""
    return {name: {column: [] for column in columns} for name, columns in LAYERS.items()}


def put(layer: Layer, *values: Any) -> None:  # noqa: ANN401 - columns differ in kind
    """Add one row to a layer, its values in the order of the columns."""
    for column, value in zip(layer.values(), values, strict=True):
        column.append(value)


def write(  # noqa: PLR0917 - the columns of the text layer, in order
    layers: Layers,
    x: float,
    y: float,
    text: str,
    color: str,
    size: int,
    style: str = "normal",
    align: str = "left",
    angle: int = 0,
    back: str = "none",
) -> None:
    """Add one text to the layers; colours are tokens, turns are quarters of a circle."""
    put(layers["texts"], x, y, text, color, size, style, align, angle, back)


def draw(  # noqa: PLR0917 - a cell is a place, a look and a figure
    layers: Layers,
    number: int,
    look: dict[str, Any],
    box: tuple[float, float, float, float],
    text: str,
    size: int,
) -> None:
    """Add one cell to the layers.

    Args:
        layers: Layers that receive the rows.
        number: Number of the look; the step of a score cell.
        look: The look itself, from ``geometry.looks``.
        box: Left, top, width and height in pixels.
        text: The figure, drawn if the look has a text colour.
        size: Size of the figure in pixels.
    """
    x, y, width, height = box
    cx, cy = x + width / 2, y + height / 2
    edges = (x, x + width, y, y + height)
    match look.get("layer"):
        case "cells":
            put(layers["cells"], cx, cy, width, height, number, look["fill"], look["edge"])
        case "boxes":
            put(layers["boxes"], *edges, look["fill"], look["edge"], look.get("dash", "solid"))
        case "round":
            put(layers["round"], *edges, look["fill"], look["edge"])
    if look.get("cap"):
        put(layers["boxes"], x, x + width, y, y + 5, look["cap"], look["cap"], "solid")
    _draw_signs(layers, look, cx, cy)
    if look.get("text") and text:
        place = (cx, cy + look.get("drop", 0))
        write(layers, *place, text, look["text"], size, "bold", "center")


def _draw_signs(layers: Layers, look: dict[str, Any], cx: float, cy: float) -> None:
    if look.get("ring"):
        full = "ink-2" if look.get("full") else "none"
        put(layers["points"], cx, cy, look["ring"], full, "ink-2")
    color, thick = ("score-edge", 10) if look.get("thin") else ("ink-2", 20)
    for x0, y0, x1, y1 in look.get("strokes", ()):
        put(layers["strokes"], cx + x0, cy + y0, cx + x1, cy + y1, color, thick)
    if look.get("sign"):
        write(layers, cx, cy, look["sign"], "ink-2", 19, "normal", "center")


MEETING_LEAST = 22
"""Pixels of the smallest text for a projector. Source: the design guide, "Meeting mode"."""

_COLOURS = frozenset({"fill", "edge", "color", "back"})


def paint(layers: Layers, ink: dict[str, str], zoom: float = 1) -> Layers:
    """Return the layers with tokens as colours and sizes in pixels of this screen.

    Args:
        layers: Rows in tokens.
        ink: Colour by token; a token without a colour is transparent.
        zoom: How much larger than at the desk.
    """
    changes: dict[str, Callable[[Any], Any]] = {
        **dict.fromkeys(_COLOURS, lambda token: ink.get(token, "transparent")),
        "thick": lambda width: width * zoom / 10,
        "angle": lambda turn: turn * math.pi / 2,
    }
    painted: Layers = {}
    for name, columns in layers.items():
        sizes: Callable[[Any], Any] = (
            (lambda size: f"{_plain(max(size * zoom, MEETING_LEAST if zoom > 1 else 0))}px")
            if name == "texts"
            else (lambda size: size * zoom)
        )
        painted[name] = {
            key: [changes.get(key, sizes if key == "size" else _same)(value) for value in values]
            for key, values in columns.items()
        }
    return painted


def _same(value: Any) -> Any:  # noqa: ANN401 - columns differ in kind
    return value


def _plain(size: float) -> str:
    return f"{size:g}"
