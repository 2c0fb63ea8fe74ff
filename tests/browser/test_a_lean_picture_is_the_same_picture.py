"""Bokeh's views are no public interface: what is left out of their work must not be seen.

The same page is opened twice, once with the module as it is and once with the step removed that
makes its views lean, and every point of both canvases is compared.
"""

from __future__ import annotations

import pytest

from tests.support.browser_board import BoardPage, until

STEP = "!this.leaned.has(figure) && lean(figure)"
POINTS = """name => {
    const canvases = root => [...root.querySelectorAll("*")].flatMap(element =>
        element.tagName === "CANVAS" ? [element.toDataURL()]
            : element.shadowRoot ? canvases(element.shadowRoot) : []);
    return canvases(document.getElementById(`figure-${name}`));
}"""
FRAMES = """() => new Promise(done => {
    const after = left => left ? requestAnimationFrame(() => after(left - 1)) : done();
    after(3);
})"""
LEAN_VIEWS = """() => {
    const {widgets, leaned} = allianceBoards[0], left = {};
    for (const [name, figure] of Object.entries(widgets.figures)) if (leaned.has(figure)) {
        const shown = figure.document.views_manager.find_one(figure);
        left[name] = figure.renderers.filter(renderer =>
            !Object.hasOwn(shown.renderer_views.get(renderer), "_update_masked_indices")).length;
    }
    return left;
}"""
"""Figure -> layers whose views were not made lean."""


@pytest.fixture(scope="module")
def both(new_page, sample_board):
    with new_page() as lean, new_page() as plain:
        plain.route("**/board.js", _without_the_step)
        yield [BoardPage(page, sample_board).open("?case=C-104") for page in (lean, plain)]


def _without_the_step(route):
    answer = route.fetch()
    source = answer.text()
    assert STEP in source, "the step is where this test looks for it"
    route.fulfill(response=answer, body=source.replace(STEP, "false"))


@pytest.mark.parametrize(
    ("query", "picture", "dress"),
    [
        ("?case=C-104", "hero", ""),
        ("?case=C-104&instrument=srs&scale=goals", "hero", "theme"),
        ("?case=C-121", "hero", "meeting"),
        ("?screen=families", "overview", "theme"),
        ("?screen=families&therapist=T02", "overview", "meeting"),
    ],
)
def test_every_point_of_a_lean_picture_is_that_of_the_long_way(both, query, picture, dress):
    drawn = []
    for board in both:
        board.go(query)
        if dress:
            board.page.locator(f"[data-action={dress}]").click()
        until(lambda: board.engine("engine.more === null"), board.page, "all is said")  # noqa: B023
        board.page.evaluate(FRAMES)
    until(lambda: _same(both, picture, drawn), both[0].page, "the points are the same")

    assert max(map(len, drawn[-1])) > 10_000, "something is drawn"


def _same(both, picture, drawn):
    lean, plain = (board.page.evaluate(POINTS, picture) for board in both)
    drawn.append(lean)
    return lean == plain


def test_the_views_of_every_layer_are_found_by_this_version_of_bokeh(both):
    lean, plain = both
    lean.go("?case=C-104")
    lean.go("?screen=families")
    lean.page.evaluate(FRAMES)

    assert lean.page.evaluate(LEAN_VIEWS) == {"hero": 0, "overview": 0}
    assert plain.page.evaluate(LEAN_VIEWS) == {}
