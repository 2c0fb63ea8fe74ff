"""Page, notebook and snapshot carry the same numbers: 20 random selections, byte for byte."""

from __future__ import annotations

import io
import random

import polars as pl
import pytest
from playwright.sync_api import expect

from dashboard.domain.disclosure import KEY_BYTES, Codes, Level
from dashboard.domain.places import data_folder
from dashboard.domain.selection import Selection
from dashboard.frames.disclosure import disclose
from dashboard.panels import snapshot as snapshots
from dashboard.panels.board import Board
from dashboard.panels.disclosed import DisclosedPictures
from dashboard.panels.shared import SharedPictures
from dashboard.panels.snapshot import SnapshotRequest, write_snapshot
from dashboard.store import open_source
from dashboard.views.language import language
from dashboard.views.numbers import BlockFrames
from tests.support.served import served

SEED, COUNT = 20_261_124, 20
KEY = bytes(range(KEY_BYTES))
PLACES = {"case_no"}
"""A place in the list, which is another one among other cases."""

MEASURES = sorted(BlockFrames.__dataclass_fields__)


@pytest.fixture(scope="module")
def store(alliance_home):
    with open_source(data_folder("sample_data")) as opened:
        yield opened


def selections(store):
    """Draw selections that pass at least one case: one to three filters, seeded."""
    draw = random.Random(SEED)  # noqa: S311 - no secret
    cases = store.query("case_list")
    offered = {
        "therapists": sorted(store.query("therapist_list")["therapist_id"]),
        "families": sorted(set(cases["family_id"])),
        "groups": sorted(store.query("group_list")["group_id"]),
        "threats": ["goal_misalignment", "lack_of_trust", "resistance_to_change"],
    }
    drawn = []
    while len(drawn) < COUNT:
        names = draw.sample(sorted(offered), draw.choice((1, 1, 2)))
        chosen = Selection(
            **{name: tuple(draw.sample(offered[name], draw.choice((1, 2)))) for name in names}
        )
        if store.query_selection("case_list", chosen).height and chosen not in drawn:
            drawn.append(chosen)
    return drawn


def canonical(rows, name):
    """Return a frame as the bytes of a CSV: its columns in order, its rows sorted by all."""
    flat = rows.with_columns(
        pl.col(column).cast(pl.List(pl.String)).list.join("|")
        for column, dtype in rows.schema.items()
        if isinstance(dtype, pl.List)
    )
    text = io.BytesIO()
    flat.sort(flat.columns).write_csv(text)
    return name.encode() + b"\n" + text.getvalue()


def page_frames(store, chosen):
    """Return what a served page of these cases would be built from, told at level B."""
    told = DisclosedPictures(
        store, language("en"), level=Level.SUPERVISION, codes=Codes(KEY), selection=chosen
    )
    shared = SharedPictures(store, language("en"), told.scope)
    return {name: shared.frame(name) for name in MEASURES}


@pytest.mark.parametrize("level", [Level.SUPERVISION, Level.SNAPSHOT])
def test_the_frames_behind_page_notebook_and_file_are_the_same_bytes(store, level):
    board = Board(shared=SharedPictures(store, language("en")))
    every = {name: store.query(name) for name in MEASURES}
    for chosen in selections(store):
        codes = Codes(KEY)
        file = DisclosedPictures(store, language("en"), level=level, codes=codes, selection=chosen)
        week = file.first_week
        page = page_frames(store, chosen)
        board.selection = chosen
        cases = board.frame("case_list")["case_id"].to_list()
        for name in MEASURES:
            behind_file = file.frame(name)
            told = disclose(page[name], name, level, codes, first_week=week)
            columns = told.columns
            assert canonical(behind_file.select(columns), name) == canonical(told, name)
            if "case_id" in page[name].columns and name != "case_therapist_spans":
                mine = every[name].filter(pl.col("case_id").is_in(cases))
                mine = mine.select(page[name].columns).cast(dict(page[name].schema))
                noted = disclose(mine, name, level, codes, first_week=week)
                others = [column for column in columns if column not in PLACES]
                assert canonical(noted.select(others), name) == canonical(told.select(others), name)


def test_a_frame_with_one_other_number_has_other_bytes(store):
    rows = store.query("alliance_cells").select("case_id", "score").head(3)
    other = rows.with_columns(pl.col("score") + 0.5)
    assert canonical(rows, "cells") != canonical(other, "cells")


@pytest.fixture(scope="module")
def faces(store, new_page, tmp_path_factory):
    """The served page and the file of level A, each open in a browser."""
    file = tmp_path_factory.mktemp("truth") / "all.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "chromium", lambda: None)
        request = SnapshotRequest(level=Level.SUPERVISION)
        write_snapshot(store, file, language("en"), request, codes=Codes(KEY))
    with served(store) as running, new_page() as page, new_page() as still:
        page.goto(running.url)
        still.goto(file.as_uri())
        for each in (page, still):
            each.wait_for_selector("#board[data-state=ready]")
        yield page, still


READ = """query => {
    const engine = allianceBoards[0];
    engine.widgets.write({...emptySelectionOf(engine), ...query, cases: []});
    engine.look.screen = "families";
    engine.apply();
    const table = document.querySelector("[data-outlet=weekTwin] table");
    return {count: document.querySelector("[data-outlet=count]").textContent,
            rows: [...table.rows].map(row => [...row.cells].map(cell => cell.textContent))};
}"""
EMPTY = "({groups: [], therapists: [], families: [], members: [], threats: [], from: '', to: ''})"


@pytest.mark.browser
def test_count_line_and_table_read_from_page_and_file_are_the_same(store, faces):
    page, still = faces
    for chosen in selections(store):
        query = {
            name: list(getattr(chosen, name))
            for name in ("groups", "therapists", "families", "threats")
        }
        said = []
        for each in (page, still):
            each.evaluate(f"globalThis.emptySelectionOf = () => {EMPTY}")
            said.append(each.evaluate(READ, query))
        assert said[0]["count"] == said[1]["count"]
        assert said[0]["rows"] == said[1]["rows"]
        exact = chosen.changed(instrument="srs", scale="total")
        forms = store.query_selection("selection_summary", exact)["form_count"][0]
        assert said[1]["count"].startswith(f"{forms} form")
        assert len(said[1]["rows"]) > 1
    expect(still.locator("[data-outlet=weekTwin] table")).to_have_count(1)
