"""HoloViews draws the first picture; a hook names each layer's source for the engine.

The order of the elements is the drawing order. What is not documented API here (plot handles,
glyph replacement) is pinned by tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import holoviews as hv
import holoviews.plotting.bokeh
from bokeh.core.properties import value
from bokeh.models import HoverTool, Patches, Range1d, TapTool

from dashboard.views.geometry import HEAD, WEEK_HEAD
from dashboard.views.ink import inks
from dashboard.views.layers import Layer, Layers, paint

if TYPE_CHECKING:
    from dashboard.views.slice import Picture

Hook = Callable[[Any, Any], None]

SANS = value('"Source Sans 3", system-ui, "Segoe UI", "Liberation Sans", sans-serif')


def _field(name: str) -> dict[str, str]:
    return {"field": name}


def _styles(ink: dict[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return for each layer its HoloViews element and the properties of its glyph."""
    area = {"fill_color": _field("fill"), "line_color": _field("edge"), "line_width": 1}
    hidden = {"fill_alpha": 0, "line_alpha": 0}
    return {
        "hatch": (
            "Rectangles",
            {
                "fill_color": None,
                "line_color": None,
                "hatch_pattern": "right_diagonal_line",
                "hatch_color": ink["rule-2"],
                "hatch_scale": 11,
                "hatch_weight": 1,
            },
        ),
        "washes": ("Polygons", {"fill_color": ink["coded-wash"], "line_color": None}),
        "cells": ("HeatMap", {**area, "line_alpha": 1, "fill_alpha": 1}),
        "boxes": ("Rectangles", {**area, "line_dash": _field("dash")}),
        "round": ("Rectangles", {**area, "border_radius": 18}),
        "points": ("Points", {**area, "line_width": 2, "size": _field("size")}),
        "strokes": ("Segments", {"line_color": _field("color"), "line_width": _field("thick")}),
        "texts": (
            "Labels",
            {
                "text_font": SANS,
                "text_baseline": "middle",
                "text_color": _field("color"),
                "text_font_size": _field("size"),
                "text_font_style": _field("style"),
                "text_align": _field("align"),
                "angle": _field("angle"),
                "background_fill_color": _field("back"),
            },
        ),
        "frames": (
            "Rectangles",
            {
                "fill_color": None,
                "line_color": _field("edge"),
                "line_width": _field("thick"),
            },
        ),
        "hit": ("Rectangles", {**hidden, "fill_color": ink["paper"], "line_color": None}),
    }


_GLYPH_FIELDS = {
    "Quad": ("left", "right", "top", "bottom"),
    "Rect": ("x", "y", "width", "height"),
    "Text": ("x", "y", "text"),
    "Segment": ("x0", "y0", "x1", "y1"),
    "Scatter": ("x", "y"),
}
_KEYS = {
    "Rectangles": ("left", "top", "right", "bottom"),
    "Segments": ("x0", "y0", "x1", "y1"),
    "Labels": ("x", "y", "text"),
    "Points": ("x", "y"),
}
_ALONG, _DOWN, _ALONG_END, _DOWN_END, _STEP = (
    hv.Dimension(name, range=(0.0, 1.0))
    for name in ("along", "down", "along_end", "down_end", "step")
)
"""Declared, so that HoloViews does not look for them: ``_furnish`` sets the real ones."""

TOOLTIP = (
    "<div style=\"font:400 13px 'Source Sans 3',system-ui,sans-serif;max-width:340px\">"
    "<div><b>@who</b>, @when</div><div><b>@said</b></div><div>@parts</div><div>@note</div></div>"
)


def _element(kind: str, layer: Layer) -> hv.Element:
    """Return the HoloViews element of a layer; an empty one gets a stand-in row (see _bind)."""
    if kind == "HeatMap":
        steps = list(zip(layer["x"], layer["y"], layer["step"], strict=True))
        return hv.HeatMap(steps or [(0.0, 0.0, 1)], [_ALONG, _DOWN], _STEP)
    if kind == "Polygons":
        paths = [{"along": x, "down": y} for x, y in zip(layer["xs"], layer["ys"], strict=True)]
        stand_in = [{"along": [0, 1, 1], "down": [0, 0, 1]}]
        return hv.Polygons(paths or stand_in, [_ALONG, _DOWN])
    keys = _KEYS[kind]
    rows: list[tuple[Any, ...]] = list(zip(*(layer[key] for key in keys), strict=True))
    rows = rows or [tuple("" if key == "text" else 0.0 for key in keys)]
    if kind == "Labels":
        return hv.Labels(rows, [_ALONG, _DOWN], "text")
    dimensions = [_ALONG, _DOWN, _ALONG_END, _DOWN_END][: len(keys)]
    return getattr(hv, kind)(rows, dimensions)


def _bind(name: str, prefix: str, layer: Layer, style: dict[str, Any]) -> Hook:
    def hook(plot: Any, _: Any) -> None:  # noqa: ANN401 - HoloViews plots are untyped
        source, renderer = plot.handles["source"], plot.handles["glyph_renderer"]
        glyph = plot.handles["glyph"]
        if type(glyph).__name__ == "MultiPolygons":
            glyph = Patches(xs="xs", ys="ys")
        for item in _GLYPH_FIELDS.get(type(glyph).__name__, ()):
            setattr(glyph, item, item)
        if hasattr(glyph, "hatch_pattern"):
            glyph.hatch_pattern = None
        glyph.update(**style)
        source.name, renderer.name, source.data = f"{prefix}:{name}", name, layer
        renderer.glyph = glyph
        renderer.selection_glyph = renderer.nonselection_glyph = None
        renderer.muted_glyph = renderer.hover_glyph = None

    return hook


def _furnish(prefix: str, size: tuple[float, float], head: int) -> Hook:
    width, height = size

    def hook(plot: Any, _: Any) -> None:  # noqa: ANN401 - HoloViews plots are untyped
        figure = plot.state
        figure.update(
            name=f"figure:{prefix}",
            min_border=0,
            min_border_left=0,
            min_border_right=0,
            min_border_top=0,
            min_border_bottom=0,
            output_backend="canvas",
            sizing_mode=None,
            outline_line_color=None,
            background_fill_color=None,
            border_fill_color=None,
            toolbar_location=None,
            frame_width=round(width),
            frame_height=round(height + head),
        )
        figure.x_range = Range1d(start=0, end=width)
        figure.y_range = Range1d(start=height, end=-head)
        figure.xaxis.visible = figure.yaxis.visible = False
        figure.xgrid.visible = figure.ygrid.visible = False
        hits = [renderer for renderer in figure.renderers if renderer.name == "hit"]
        figure.tools = [
            TapTool(renderers=hits),
            HoverTool(renderers=hits, tooltips=TOOLTIP, attachment="below"),
        ]
        figure.toolbar.update(active_drag=None, active_scroll=None, active_tap="auto")

    return hook


def _figure(layers: Layers, prefix: str, size: tuple[float, float], head: int) -> hv.Overlay:
    ink = inks()["light"]
    painted = paint(layers, ink)
    elements = [
        _element(kind, painted[name]).opts(hooks=[_bind(name, prefix, painted[name], style)])
        for name, (kind, style) in _styles(ink).items()
    ]
    return hv.Overlay(elements).opts(
        frame_width=round(size[0]),
        frame_height=round(size[1] + head),
        xaxis=None,
        yaxis=None,
        toolbar=None,
        show_legend=False,
        show_frame=False,
        shared_axes=False,
        hooks=[_furnish(prefix, size, head)],
    )


def alliance_heatmap(picture: Picture, size: tuple[float, float] | None = None) -> hv.Overlay:
    """Draw a case: members by sessions, threats and strategies on the same axis.

    A missing form is never a shade: each kind has its own sign, and nothing is interpolated.

    Args:
        picture: Rows of ``slice.case_picture``.
        size: Width and height of the frame in pixels; without it the picture's own.

    Returns:
        An overlay of ten layers; an empty picture gives empty layers.
    """
    return _figure(picture.layers, "hero", size or (picture.width, picture.height), HEAD)


def weeks_heatmap(picture: Picture, size: tuple[float, float] | None = None) -> hv.Overlay:
    """Draw the overview: families by weeks, the lowest rating of a member in each.

    Args:
        picture: Rows of ``overview.overview_picture``.
        size: Width and height of the frame in pixels; without it the picture's own.

    Returns:
        An overlay of ten layers; an empty picture gives empty layers.
    """
    return _figure(picture.layers, "overview", size or (picture.width, picture.height), WEEK_HEAD)
