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
FACES = ("page", "notebook", "file")
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


class Faces:
    """The frames behind each face: the page holds every case, the file only the chosen ones."""

    def __init__(self, store):
        self.store = store
        self.shared = SharedPictures(store, language("en"))
        self.board = Board(shared=self.shared)
        self.page = {name: self.shared.frame(name) for name in MEASURES}

    def frames(self, chosen, level):
        """Return for each face its frames by measure, untold, and the file with its first week."""
        options = {"level": level, "codes": Codes(KEY), "selection": chosen}
        file = DisclosedPictures(self.store, language("en"), **options)
        within = SharedPictures(self.store, language("en"), file.scope)
        self.board.selection = chosen
        cases = pl.col("case_id").is_in(self.board.frame("case_list")["case_id"].to_list())
        page, notebook = {}, {}
        for name, rows in self.page.items():
            has_cases = "case_id" in rows.columns
            page[name] = rows.filter(cases) if has_cases else within.frame(name)
            told = self.board.frame(name) if has_cases else self._of_a_part(name, file.scope)
            notebook[name] = told.filter(cases) if has_cases else told
        return {"page": page, "notebook": notebook, "file": file}

    def _of_a_part(self, name, scope):
        """Return what ``Board.frame`` asks of a measure that adds cases up, for these alone."""
        return self.store.query_selection(name, Selection(), scope=scope)


def bytes_of(rows, name, level, first_week):
    """Return a frame of page or notebook after the disclosure of a level, as bytes."""
    told = disclose(rows, name, level, Codes(KEY), first_week=first_week)
    return canonical(told.select(sorted(set(told.columns) - PLACES)), name)


def differing(faces, level):
    """Return the measures whose bytes are not the same in all three faces."""
    file, found = faces["file"], []
    for name in MEASURES:
        page, notebook = (
            bytes_of(faces[face][name], name, level, file.first_week) for face in FACES[:2]
        )
        columns = disclose(faces["page"][name], name, level, Codes(KEY)).columns
        told = file.frame(name).select(sorted(set(columns) - PLACES))
        if len({page, notebook, canonical(told, name)}) != 1:
            found.append(name)
    return found


@pytest.fixture(scope="module")
def three(store):
    return Faces(store)


@pytest.mark.parametrize("level", [Level.SUPERVISION, Level.SNAPSHOT])
def test_the_frames_behind_page_notebook_and_file_are_the_same_bytes(store, three, level):
    compared = 0
    for chosen in selections(store):
        faces = three.frames(chosen, level)
        assert differing(faces, level) == []
        compared += sum(rows.height > 0 for rows in faces["notebook"].values())
    assert compared > COUNT * len(MEASURES) / 2


def other(rows):
    """Return a frame in which one number is another one."""
    column = next(name for name, dtype in rows.schema.items() if dtype.is_float())
    place = rows[column].is_not_null().arg_max()
    one = pl.when(pl.int_range(pl.len()) == place).then(pl.col(column) + 0.5)
    return rows.with_columns(one.otherwise(pl.col(column)).alias(column))


@pytest.mark.parametrize("face", FACES)
def test_one_other_number_in_one_face_is_found(store, three, face, monkeypatch):
    for name in ("drawn_cells", "splits", "rating_changes"):
        faces = three.frames(selections(store)[0], Level.SNAPSHOT)
        if face == "file":
            frame = faces["file"].frame
            monkeypatch.setattr(
                faces["file"],
                "frame",
                lambda asked, frame=frame, name=name: (
                    other(frame(asked)) if asked == name else frame(asked)
                ),
            )
        else:
            faces[face][name] = other(faces[face][name])

        assert differing(faces, Level.SNAPSHOT) == [name]


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
    engine.finish();
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
