"""The first figures: drawn by HoloViews once for each edition of the board, and kept in a file.

They hold no data. Every layer is without rows, and the frame is fitted to a service when a page is
made, so that one drawing serves every service, language and session. The file lies in the state
folder, is drawn anew whenever the board or its libraries change, and may be removed at any time.
"""

from __future__ import annotations

import copy
import hashlib
import json
import threading
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.store import keep_sealed, sealed_text, state_folder
from dashboard.views.geometry import HEAD, WEEK_HEAD
from dashboard.views.ink import TOKENS

if TYPE_CHECKING:
    from collections.abc import Mapping

Figure = dict[str, Any]
"""A figure as Bokeh's JSON."""

FIGURES = ("hero", "overview")
"""The figures of the page: one case, and families by weeks."""

KEPT_IN = "figures.json"
_HEADS = {"hero": HEAD, "overview": WEEK_HEAD}
_MADE_OF = ("bokeh", "holoviews")
_VIEWS = Path(__file__).resolve().parents[1] / "views"
_FIRST_SIZE = (600.0, 300.0)
_drawing = threading.Lock()


def fitted_figure(name: str, size: tuple[float, float]) -> Figure:
    """Return a first figure as Bokeh's JSON, without rows, with a frame of a size.

    Args:
        name: One of ``FIGURES``.
        size: Width and height of what is drawn in, in pixels, without the head.
    """
    (width, height), drawn = size, copy.deepcopy(first_figures()[name])
    frame = drawn["doc"]["roots"][0]["attributes"]
    frame |= {"frame_width": round(width), "frame_height": round(height + _HEADS[name])}
    frame["x_range"]["attributes"]["end"] = width
    frame["y_range"]["attributes"]["start"] = height
    return drawn


def first_figures() -> dict[str, Figure]:
    """Return both figures by name: from memory, from the file of this edition, or drawn now."""
    with _drawing:
        return _first_figures()


@cache
def _first_figures() -> dict[str, Figure]:
    file = state_folder() / KEPT_IN
    text = sealed_text(file, edition())
    if text is not None:
        kept: dict[str, Figure] = json.loads(text)
        return kept
    drawn = {name: drawn_figure(name) for name in FIGURES}
    keep_sealed(file, edition(), json.dumps(drawn, separators=(",", ":")))
    return drawn


def forget_figures() -> None:
    """Remove the file; the next start draws and writes it anew."""
    (state_folder() / KEPT_IN).unlink(missing_ok=True)


def drawn_figure(name: str) -> Figure:
    """Return a figure that HoloViews draws now, its models numbered in the order they stand in.

    Args:
        name: One of ``FIGURES``.
    """
    import holoviews as hv
    from bokeh.embed import json_item
    from bokeh.models import ColumnDataSource

    from dashboard.views.figure import alliance_heatmap, weeks_heatmap
    from dashboard.views.layers import empty_layers
    from dashboard.views.slice import Picture

    draw = {"hero": alliance_heatmap, "overview": weeks_heatmap}[name]
    element = draw(Picture(empty_layers(), 0, 0), _FIRST_SIZE)
    figure = hv.render(element, backend="bokeh")
    for source in figure.select({"type": ColumnDataSource}):
        source.data = {column: [] for column in source.data}
    item = json.loads(json.dumps(json_item(figure)))
    item["doc"].pop("defs", None)  # models of Panel that some page might use, and this one does not
    return _numbered(item)


@cache
def edition() -> str:
    """Return what the figures are made of, as a digest: libraries, the code that draws, colours."""
    digest = hashlib.sha256()
    for name in _MADE_OF:
        digest.update(f"{name} {version(name)} ".encode())
    for file in (*sorted(_VIEWS.glob("*.py")), TOKENS, Path(__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _numbered(item: Figure) -> Figure:
    """Return a figure with its models numbered in the order of the text; nothing else changes."""
    names: dict[str, str] = {}
    _collect(item["doc"], names)
    return {key: _value(key, value, names) for key, value in item.items()}


def _collect(node: Any, names: dict[str, str]) -> None:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        if isinstance(node.get("id"), str):
            names.setdefault(node["id"], f"m{len(names)}")
        for value in node.values():
            _collect(value, names)
    elif isinstance(node, list):
        for value in node:
            _collect(value, names)


def _renamed(node: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, list):
        return [_renamed(value, names) for value in node]
    if not isinstance(node, dict):
        return node
    return {key: _value(key, value, names) for key, value in node.items()}


def _value(key: str, value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if key in ("id", "root_id") and isinstance(value, str):
        return names.get(value, value)
    if key == "target_id":
        return None
    return _renamed(value, names)
