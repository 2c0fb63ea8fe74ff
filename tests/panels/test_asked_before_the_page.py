"""What the first page shows can be asked for while the libraries that draw it are imported."""

from __future__ import annotations

import pytest

from dashboard.errors import QueryError
from dashboard.frames.fetching import kept_frames
from dashboard.panels import shared as shared_module
from dashboard.panels.ready import begin_first, make_ready
from dashboard.panels.shared import SharedPictures
from dashboard.views.language import language


def refused(*_, **__):
    raise QueryError("It took too long.")


@pytest.fixture(params=["a service", "a service larger than a page"])
def pictures(request, store):
    """Pictures that nobody has asked for anything, of a store nobody has read from."""
    kept_frames.clear()
    if request.param == "a service":
        return SharedPictures(store, language("en"))
    return request.getfixturevalue("large")


def test_what_was_begun_is_all_that_the_first_page_asks_for(pictures, monkeypatch):
    asked = []
    begin_first(pictures).join()
    monkeypatch.setattr(type(pictures.store), "query", lambda *given, **_: asked.append(given[1]))

    make_ready(pictures, "")

    assert asked == []


def test_no_figure_is_drawn_meanwhile(pictures, monkeypatch):
    drawn = []
    monkeypatch.setattr(shared_module, "fitted_figure", lambda *asked: drawn.append(asked) or {})
    begin_first(pictures).join()
    assert drawn == []

    make_ready(pictures, "")
    assert len(drawn) == len(shared_module.FIGURES)


def test_what_fails_is_said_once_it_is_made_ready(pictures, monkeypatch, capfd):
    monkeypatch.setattr(type(pictures.store), "query", refused)
    begin_first(pictures).join()
    assert capfd.readouterr() == ("", "")

    with pytest.raises(QueryError, match="too long"):
        make_ready(pictures, "")
