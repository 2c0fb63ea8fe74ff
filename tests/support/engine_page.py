"""The browser-side module by itself, on an empty page, so that its results can be compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dashboard.panels.engine import engine_source

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PURE = "unpack, chosen, casePicture, overviewPicture, countLine, summary, paint, toQuery, "
_READ = "fromQuery, viewOf, emptySelection, twinTable, weekTable, chipsHtml, detailsHtml, "
_SAID = "caseHead, triedHtml, rowLabels, pagingHtml, beyondHtml, ownLines, dossierOf, stepsCase"
_ALL = """([selection, look, ink, zoom]) => {
    const {block, viewOf, chosen, casePicture, overviewPicture, countLine, paint} = pure;
    const view = viewOf(block, selection, look), list = chosen(block, view);
    const known = {...casePicture(block, view)}, weeks = overviewPicture(block, view);
    const own = pure.ownLines(block, view, known);
    return JSON.stringify({view, list, own, case: known, overview: weeks,
        count: countLine(block, view, list), query: pure.toQuery(selection),
        again: pure.toQuery(pure.fromQuery(pure.toQuery(selection))),
        painted: paint(known.layers, ink, zoom)});
}"""
_WEEKS = """([selection, look]) => {
    const {block, viewOf, overviewPicture, chosen, countLine} = pure;
    const view = viewOf(block, selection, look);
    const count = countLine(block, view, chosen(block, view));
    return JSON.stringify({...overviewPicture(block, view), count});
}"""
"""As one text: a deep object costs more on its way out of the browser than in it."""


class EnginePage:
    """A page that has loaded the module, and holds one data block at a time."""

    def __init__(self, page: Page) -> None:
        self.page = page
        exported = f"\nglobalThis.pure = {{{_PURE}{_READ}{_SAID}}};"
        page.add_script_tag(content=engine_source() + exported, type="module")
        page.wait_for_function("globalThis.pure !== undefined")

    def take(self, text: str) -> None:
        """Unpack a data block."""
        self.page.evaluate("text => { pure.block = pure.unpack(text); }", text)

    def add(self, text: str) -> None:
        """Add a patch to the data block that is held."""
        self.page.evaluate("text => { pure.block = {...pure.block, ...pure.unpack(text)}; }", text)

    def weeks(self, selection: dict[str, Any], look: dict[str, Any]) -> dict[str, Any]:
        """Return the picture of families by weeks of a selection, and the ``count`` in words."""
        return dict(json.loads(self.page.evaluate(_WEEKS, [selection, look])))

    def slice(
        self, selection: dict[str, Any], look: dict[str, Any], ink: dict[str, str], zoom: float
    ) -> dict[str, Any]:
        """Return view, pictures, counts, query and painted layers of a selection."""
        return dict(json.loads(self.page.evaluate(_ALL, [selection, look, ink, zoom])))

    def run(self, script: str, *values: Any) -> Any:
        """Return what a function of the module, as JavaScript over ``pure``, gives for values."""
        return self.page.evaluate(script, list(values))
