"""The first figures: drawn once for an edition, the same for every service, and kept in a file."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor

import holoviews as hv
import pytest
from bokeh.embed import json_item
from bokeh.models import ColumnDataSource

from dashboard.domain.selection import Selection
from dashboard.panels import drawn
from dashboard.panels.drawn import FIGURES, KEPT_IN, first_figures, fitted_figure
from dashboard.panels.shared import SharedPictures
from dashboard.views.language import language

DRAWN = {name: {"doc": {"roots": [{"id": "m0"}]}} for name in FIGURES}


def afresh():
    """Forget what this process knows, as a new start does."""
    drawn._first_figures.cache_clear()
    drawn.edition.cache_clear()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ALLIANCE_HOME", str(tmp_path / "home"))
    afresh()
    yield tmp_path / "home"
    monkeypatch.undo()
    afresh()


@pytest.fixture
def drawings(monkeypatch):
    """The names of what is drawn, in order; nothing is really drawn."""
    names = []

    def noted(name):
        names.append(name)
        return DRAWN[name]

    monkeypatch.setattr(drawn, "drawn_figure", noted)
    return names


def of_its_own(pictures, name):
    """Return a figure as HoloViews draws it for these very data, its rows taken out afterwards."""
    figure = hv.render(pictures.element(name, pictures.loaded(Selection())), backend="bokeh")
    for source in figure.select({"type": ColumnDataSource}):
        source.data = {column: [] for column in source.data}
    item = json.loads(json.dumps(json_item(figure)))
    item["doc"].pop("defs")
    return drawn._numbered(item)


@pytest.mark.parametrize("name", FIGURES)
def test_the_one_drawing_is_what_each_service_would_have_been_drawn(store, name):
    pictures = SharedPictures(store, language("nb"))

    assert pictures.figure(name, pictures.loaded(Selection())) == of_its_own(pictures, name)


def test_a_drawing_needs_no_model_beside_those_of_bokeh_and_no_two_share_one(store):
    pictures = SharedPictures(store, language("en"))
    text = json.dumps(pictures.figure("hero", pictures.loaded(Selection())))

    assert "panel" not in text.casefold()
    assert '"id": "p' not in text


def test_a_fitted_drawing_leaves_the_first_as_it_was():
    before = json.dumps(first_figures())
    wide = fitted_figure("hero", (900.5, 200))["doc"]["roots"][0]["attributes"]

    assert (wide["frame_width"], wide["frame_height"]) == (900, 200 + 42)
    assert (wide["x_range"]["attributes"]["end"], wide["y_range"]["attributes"]["start"]) == (
        900.5,
        200,
    )
    assert json.dumps(first_figures()) == before


def test_the_next_start_reads_what_the_first_has_drawn(home, drawings):
    assert first_figures() == DRAWN
    afresh()
    assert first_figures() == DRAWN
    assert drawings == list(FIGURES)
    file = home / KEPT_IN
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [other.name for other in home.iterdir()] == [KEPT_IN]


@pytest.mark.parametrize(
    "damage",
    [b"", b"\xff\xfe", b"no seal\n{}", None],
    ids=["empty", "no text", "not sealed", "one sign changed"],
)
def test_a_damaged_file_is_drawn_anew_and_replaced(home, drawings, damage):
    first_figures()
    file = home / KEPT_IN
    sound = file.read_bytes()
    file.write_bytes(sound.replace(b'"m0"', b'"m1"', 1) if damage is None else damage)
    afresh()

    assert first_figures() == DRAWN
    assert drawings == [*FIGURES, *FIGURES]
    assert file.read_bytes() == sound


def test_another_edition_of_the_board_draws_its_own(home, drawings, monkeypatch):
    first_figures()
    before = drawn.edition()
    monkeypatch.setattr(drawn, "version", lambda name: f"{name} of next year")
    afresh()
    first_figures()

    assert drawn.edition() != before
    assert drawings == [*FIGURES, *FIGURES]
    assert (home / KEPT_IN).read_text().startswith(drawn.edition())


def test_a_state_folder_that_takes_no_file_only_makes_a_start_slower(home, drawings):
    home.write_text("no folder")

    assert first_figures() == DRAWN
    assert drawings == list(FIGURES)
    assert home.read_text() == "no folder"


def test_many_languages_at_once_draw_once(home, drawings):
    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda _: first_figures(), range(16)))

    assert drawings == list(FIGURES)
    assert all(one is found[0] for one in found)
