"""What a notebook needs before it can show the board, and the board as it stands in a cell."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import holoviews as hv
import panel as pn
from bokeh.models import UIElement
from markupsafe import escape
from panel.io.notebook import patch_inline_stylesheets

from dashboard.panels.engine import ASSETS, PictureEngine, glyphs, inlined_fonts
from dashboard.panels.widgets import LOOK

if TYPE_CHECKING:
    from dashboard.panels.sets import LoadedSet
    from dashboard.panels.shared import SharedPictures
    from dashboard.panels.widgets import SelectionWidgets
    from dashboard.views.language import Language

_OUTLETS = ("count", "details", "twin", "agenda", "dossier")


def prepare_notebook() -> None:
    """Put Panel's scripts into the notebook once; nothing is fetched for the board.

    A plain ``pn.extension()`` before it has asked another host for them; here they come again
    from this machine, so that the board is drawn without a network too.
    """
    if not (pn.extension._loaded and pn.config.inline):  # noqa: SLF001 - no public way to ask
        pn.extension(inline=True)


def draw_elements() -> None:
    """Let HoloViews elements be drawn as the last line of a cell; without a kernel do nothing.

    A notebook that loaded HoloViews by itself keeps what it has.
    """
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        return
    prepare_notebook()
    if not hv.Store._display_hooks:  # noqa: SLF001 - no public way to ask
        hv.Store.set_display_hook("board", hv.core.dimension.LabelledData, _drawn)


def _drawn(element: hv.Element) -> tuple[dict[str, Any], dict[str, Any]]:
    bundle, facts = LocalColumn(pn.pane.HoloViews(element))._repr_mimebundle_()
    return bundle, facts


class LocalColumn(pn.Column):  # type: ignore[misc]
    """A column whose models carry their style sheets, so that none is fetched."""

    def get_root(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - Panel's own
        """Return the root model of one display, with every style sheet inside it."""
        root = super().get_root(*arguments, **options)
        for model in root.select({"type": UIElement}):
            patch_inline_stylesheets(model)
        return root


def notebook_layout(
    shared: SharedPictures, loaded: LoadedSet, widgets: SelectionWidgets, engine: PictureEngine
) -> pn.viewable.Viewable:
    """Return a board as it stands in a cell: filters, picture, agenda or case, local assets only.

    Without a case the families by weeks stand over the agenda; with one its picture over what
    stands around it on the page.

    Args:
        shared: Figures and words of the board.
        loaded: The set of cases it holds.
        widgets: Its widgets, shared by every display of it.
        engine: Its engine, likewise.
    """
    engine.param.update(fonts=inlined_fonts(), glyphs=glyphs())
    words, by_name = shared.language, widgets.by_name
    outlets = {name: _outlet(name) for name in _OUTLETS}
    figures = [
        pn.pane.HoloViews(
            shared.element(name, loaded),
            linked_axes=False,
            margin=0,
            sizing_mode=None,
        )
        for name in ("hero", "overview")
    ]
    switches = pn.Row(by_name["case"], by_name["instrument"], by_name["scale"], by_name["axis"])
    return pn.Column(
        pn.Row(*_filters(widgets, words)),
        switches,
        pn.Row(by_name["from"], by_name["to"]),
        outlets["count"],
        *figures,
        outlets["details"],
        pn.Column(outlets["twin"], scroll=True, max_height=320),
        pn.Column(outlets["agenda"], scroll=True, max_height=560),
        outlets["dossier"],
        engine,
    )


def _filters(widgets: SelectionWidgets, words: Language) -> list[pn.viewable.Viewable]:
    """Return the lists to choose from, each under its heading and what searches it."""
    by_name, finders = widgets.by_name, widgets.finders
    titles = {
        "therapists": words("Therapist"),
        "families": words("Family"),
        "threats": words("Threat"),
    }
    return [
        pn.Column(
            _heading(title),
            *([finders[name]] if name in finders else []),
            pn.Column(by_name[name], scroll=True, max_height=150),
        )
        for name, title in titles.items()
    ]


def _outlet(name: str) -> pn.viewable.Viewable:
    """Return a place that the engine writes into, with the look of the page."""
    sheets = [LOOK, page_look()] if name in ("agenda", "dossier") else [LOOK]
    return pn.pane.HTML("", tags=[f"outlet:{name}"], stylesheets=sheets, margin=(4, 0))


@cache
def page_look() -> str:
    """Return the style sheets of the page for a shadow root, whose root is its host."""
    names = ("tokens.css", "board.css", "case.css")
    lines = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names).splitlines()
    return "\n".join(line for line in lines if not line.startswith("@font-face")).replace(
        ":root", ":host"
    )


def _heading(text: str) -> pn.viewable.Viewable:
    return pn.widgets.StaticText(value=escape(text), stylesheets=[LOOK], margin=(4, 0))
