"""HoloViews draws the first picture; what the engine relies on beyond documented API is pinned."""

from __future__ import annotations

import holoviews as hv
import pytest
from bokeh.document import Document
from bokeh.models import ColumnDataSource, GlyphRenderer, HoverTool, Range1d, TapTool

from dashboard.domain.selection import Selection
from dashboard.views.figure import TOOLTIP, alliance_heatmap, weeks_heatmap
from dashboard.views.geometry import HEAD, WEEK_HEAD
from dashboard.views.ink import inks
from dashboard.views.layers import LAYERS, empty_layers, paint
from dashboard.views.overview import overview_picture
from dashboard.views.slice import Picture, case_picture
from dashboard.views.view import view_of

GLYPHS = {
    "hatch": "Quad",
    "washes": "Patches",
    "cells": "Rect",
    "boxes": "Quad",
    "round": "Quad",
    "points": "Scatter",
    "strokes": "Segment",
    "texts": "Text",
    "frames": "Quad",
    "hit": "Quad",
}
HEADS = {"hero": HEAD, "overview": WEEK_HEAD}


def drawn_picture(service, name):
    if name == "overview":
        return overview_picture(service.block, view_of(Selection(), service.block))
    first = Selection(cases=(service.block.facts["cases"][0]["code"],))
    return case_picture(service.block, view_of(first, service.block))


@pytest.fixture(scope="module", params=["hero", "overview"])
def drawn(request, long):
    """Name, picture, element and figure of each of the two pictures."""
    picture = drawn_picture(long, request.param)
    draw = alliance_heatmap if request.param == "hero" else weeks_heatmap
    element = draw(picture)
    return request.param, picture, element, hv.render(element, backend="bokeh")


@pytest.fixture
def renderers(drawn):
    return {each.name: each for each in drawn[3].renderers if isinstance(each, GlyphRenderer)}


def test_the_element_is_an_overlay_that_holds_a_heatmap_of_the_score_cells(drawn):
    _, picture, element, _ = drawn

    assert isinstance(element, hv.Overlay)
    heatmaps = [each for each in element if isinstance(each, hv.HeatMap)]
    assert len(heatmaps) == 1
    assert [str(dimension) for dimension in heatmaps[0].dimensions()] == ["along", "down", "step"]
    cells = picture.layers["cells"]
    steps = zip(cells["x"], cells["y"], cells["step"], strict=True)
    assert sorted(map(tuple, heatmaps[0].array().tolist())) == sorted(steps)


def test_the_layers_stand_in_the_order_of_their_list(drawn, renderers):
    _, _, element, figure = drawn

    assert len(element) == len(LAYERS)
    assert list(renderers) == list(LAYERS) == list(GLYPHS)
    assert [each.name for each in figure.renderers] == list(LAYERS)


def test_every_source_is_found_by_its_name_and_holds_its_painted_columns(drawn):
    name, picture, _, figure = drawn
    sources = {
        model.name: model for model in figure.references() if isinstance(model, ColumnDataSource)
    }

    assert set(sources) == {f"{name}:{layer}" for layer in LAYERS}
    painted = paint(picture.layers, inks()["light"])
    for layer, columns in painted.items():
        data = sources[f"{name}:{layer}"].data
        assert {key: list(values) for key, values in data.items()} == columns
        assert all(type(values) is list for values in data.values())


def test_every_column_of_a_layer_is_a_field_of_its_glyph_or_is_for_the_pointer(renderers):
    for layer, renderer in renderers.items():
        fields = {
            spec.field if hasattr(spec, "field") else spec.get("field")
            for spec in renderer.glyph.properties_with_values(include_defaults=False).values()
            if hasattr(spec, "field") or (isinstance(spec, dict) and "field" in spec)
        }
        expected = set(LAYERS[layer]) - {"step"}
        if layer == "hit":
            expected = {"left", "right", "top", "bottom"}
        assert fields == expected, layer


def test_the_glyphs_are_those_the_engine_patches(renderers):
    assert {name: type(each.glyph).__name__ for name, each in renderers.items()} == GLYPHS


def test_a_tap_never_dims_the_picture(renderers):
    for renderer in renderers.values():
        for kind in ("selection", "nonselection", "muted", "hover"):
            assert getattr(renderer, f"{kind}_glyph") is None


def test_only_the_invisible_layer_hears_the_pointer(drawn, renderers):
    tools = drawn[3].tools

    assert {type(tool) for tool in tools} == {TapTool, HoverTool}
    assert all(tool.renderers == [renderers["hit"]] for tool in tools)
    assert renderers["hit"].glyph.fill_alpha == 0
    assert drawn[3].toolbar.active_drag is None
    assert drawn[3].toolbar.active_scroll is None


def test_one_pixel_of_the_picture_is_one_unit_of_the_axes(drawn):
    name, picture, _, figure = drawn

    assert isinstance(figure.x_range, Range1d)
    assert isinstance(figure.y_range, Range1d)
    assert (figure.x_range.start, figure.x_range.end) == (0, picture.width)
    assert (figure.y_range.start, figure.y_range.end) == (picture.height, -HEADS[name])
    assert figure.frame_width == picture.width
    assert figure.frame_height == picture.height + HEADS[name]
    borders = ("min_border", *(f"min_border_{side}" for side in ("left", "right", "top", "bottom")))
    assert {getattr(figure, border) for border in borders} == {0}
    assert figure.output_backend == "canvas"
    assert figure.sizing_mode is None
    assert figure.name == f"figure:{name}"


def test_the_hover_says_who_when_the_score_all_scales_and_what_was_coded():
    assert TOOLTIP.count("<div") == TOOLTIP.count("</div>")
    assert TOOLTIP.split(">")[0].count('"') == 2
    for field in ("@who", "@when", "@said", "@parts", "@note"):
        assert field in TOOLTIP
        assert f"{field}{{" not in TOOLTIP
        assert field.removeprefix("@") in LAYERS["hit"]


@pytest.mark.parametrize("draw", [alliance_heatmap, weeks_heatmap])
def test_an_empty_picture_is_drawn_with_empty_layers(draw):
    figure = hv.render(draw(Picture(empty_layers(), 400, 60)), backend="bokeh")

    sources = [each for each in figure.references() if isinstance(each, ColumnDataSource)]
    assert len(sources) == len(LAYERS)
    assert all(values == [] for source in sources for values in source.data.values())


def test_a_figure_can_be_written_and_read_again_for_every_session(drawn):
    name, _, element, _ = drawn
    document = Document()
    document.add_root(hv.render(element, backend="bokeh"))
    copy = Document.from_json(document.to_json()).roots[0]

    assert copy.name == f"figure:{name}"
    names = {model.name for model in copy.references() if isinstance(model, ColumnDataSource)}
    assert names == {f"{name}:{layer}" for layer in LAYERS}
