"""What stands in a picture: every score once, every reason with a sign of its own, no guess."""

from __future__ import annotations

import itertools

import polars as pl
import pytest

from dashboard.domain.selection import Selection
from dashboard.domain.vocabulary import CellState
from dashboard.views.geometry import LOOK_OF_STATE, PERFECT, THIN, UNINTERPRETABLE, ZERO_LOOK, looks
from dashboard.views.ink import inks
from dashboard.views.layers import draw, empty_layers, paint
from dashboard.views.overview import overview_picture
from dashboard.views.slice import case_picture
from dashboard.views.view import view_of
from tests.support.drawn_service import FIRST_DAY, DrawnService
from tests.support.selections import shown_service

SCORES = [*range(1, PERFECT + 1), UNINTERPRETABLE, *range(ZERO_LOOK - 3, ZERO_LOOK + 4)]


def drawn_look(number, theme):
    """Return everything that one cell of a look leaves in the layers, without its figure."""
    layers = empty_layers()
    draw(layers, number, looks()[str(number)], (0, 0, 53, 36), "", 16)
    layers["cells"]["step"] = []
    return repr(paint(layers, inks()[theme]))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_two_looks_are_drawn_alike(theme):
    numbers = [int(number) for number in looks()]
    drawn = {number: drawn_look(number, theme) for number in numbers}

    alike = [
        pair for pair in itertools.combinations(numbers, 2) if len({drawn[n] for n in pair}) == 1
    ]
    assert alike == []


def test_every_state_of_a_missing_form_has_a_look_of_its_own():
    missing = {state for state in CellState if state != CellState.COMPLETE}

    assert set(LOOK_OF_STATE) == missing
    assert len(set(LOOK_OF_STATE.values())) == len(missing)
    assert set(LOOK_OF_STATE.values()).isdisjoint([*SCORES, THIN])
    assert {int(number) for number in looks()} == {*LOOK_OF_STATE.values(), *SCORES, THIN}


def test_a_missing_form_is_never_filled_with_a_shade_and_has_no_figure():
    for state, number in LOOK_OF_STATE.items():
        look = looks()[str(number)]
        assert "layer" not in look, state
        assert "text" not in look, state


def test_a_perfect_form_and_parts_of_a_split_total_are_hollow():
    assert looks()[str(PERFECT)]["fill"] == "none"
    assert looks()[str(PERFECT)]["cap"] == "ceiling"
    assert looks()[str(UNINTERPRETABLE)]["fill"] == "none"
    assert "cap" not in looks()[str(UNINTERPRETABLE)]


def test_every_colour_of_a_look_is_a_token_of_both_themes():
    names = {
        look[key]
        for look in looks().values()
        for key in ("fill", "edge", "text", "cap")
        if key in look
    }
    for theme in ("light", "dark"):
        assert names - {"none"} <= set(inks()[theme])


@pytest.fixture(scope="module")
def gaps(tmp_path_factory):
    """One case with a gap of every kind between its scores."""
    service = DrawnService()
    service.draw_family("F1", {"ann": "parent", "bob": "partner", "kid": "child,6-12"})
    service.draw_case(
        "C1",
        """
        sessions held held cancelled held held held held held
        ann/srs  36   d    .         o    ?    a    38   40
        bob/srs  30   .    .         .    p    -    s34  20
        kid/csrs -    35   .         a    .    40   .    t32
        """,
        first_day=FIRST_DAY,
    )
    return shown_service(service, tmp_path_factory.mktemp("gaps") / "store")


def picture_of(service, **fields):
    return case_picture(service.block, view_of(Selection(cases=("C1",), **fields), service.block))


@pytest.mark.parametrize("scale", ["total", "bond", "goals", "tasks", "overall"])
def test_as_many_cells_are_drawn_as_there_are_scores(gaps, scale):
    cells = gaps.store.query("alliance_cells").filter(scale=scale)
    layers = picture_of(gaps, scale=scale).layers
    caps = [fill for fill in layers["boxes"]["fill"] if fill == "ceiling"]
    drawn = sum(len(layers[name]["fill"]) for name in ("cells", "boxes", "round")) - len(caps)

    assert drawn == cells["score"].count()
    figures = [
        text
        for text, size, y in zip(
            *(layers["texts"][key] for key in ("text", "size", "y")), strict=True
        )
        if size == 16 and y > 0 and text[0].isdigit()
    ]
    expected = sorted(f"{score:g}" for score in cells["score"].drop_nulls())
    assert sorted(figures) == expected
    assert len(layers["hit"]["row"]) == cells.height


def test_a_score_stands_in_the_row_of_its_member_and_the_column_of_its_session(gaps):
    picture = picture_of(gaps)

    assert [row["label"] for row in picture.rows] == ["Parent", "Partner", "Child"]
    assert [column["no"] for column in picture.columns] == list(range(1, 9))
    assert ["|".join(line) for line in picture.grid] == [
        "36|declined|session not held|not offered|lost|absent|38|40",
        "30|no record|session not held|no record|partly filled in|not applicable|34|20",
        "not applicable|35|session not held|absent|no record|40|no record|32",
    ]
    hits = picture.layers["hit"]
    places = {
        (row, col): (left, top)
        for row, col, left, top in zip(
            *(hits[key] for key in ("row", "col", "left", "top")), strict=True
        )
    }
    assert len({left for (_, col), (left, _) in places.items() if col == 3}) == 1
    assert len({top for (row, _), (_, top) in places.items() if row == 1}) == 1
    assert sorted({left for left, _ in places.values()}) == [176 + 62 * n for n in range(8)]


def test_the_parts_of_equal_answers_are_drawn_hollow_and_their_total_is_not(gaps):
    for scale, hollow in (("total", False), ("bond", True)):
        layers = picture_of(gaps, scale=scale).layers
        x = 176 + 62 * 6
        at = [i for i, left in enumerate(layers["boxes"]["left"]) if left == x]
        fills = [layers["boxes"]["fill"][i] for i in at if layers["boxes"]["top"][i] == 45]
        assert fills == (["none"] if hollow else [])


def test_a_session_that_was_not_held_is_hatched_from_top_to_bottom_and_says_so(gaps):
    picture = picture_of(gaps)

    assert picture.layers["hatch"]["left"] == [176 + 62 * 2]
    assert picture.layers["hatch"]["top"] == [0]
    said = dict(zip(picture.layers["texts"]["text"], picture.layers["texts"]["angle"], strict=True))
    assert said["\u00a0\u00a0session not held\u00a0\u00a0"] == 1


def test_the_child_stands_apart_from_those_with_another_instrument(gaps):
    ys = [row["y"] for row in picture_of(gaps).rows]

    assert ys[1] - ys[0] < ys[2] - ys[1]


def test_an_unknown_case_draws_nothing(gaps):
    block = gaps.block
    picture = case_picture(block, view_of(Selection(cases=("nobody",)), block))

    assert picture.layers == empty_layers()
    assert picture.number == -1


def test_the_overview_shows_the_lowest_rating_and_says_who_rated(gaps):
    block = gaps.block
    picture = overview_picture(block, view_of(Selection(), block))
    weeks = gaps.store.query("alliance_by_family_week", instrument_family="srs")

    assert picture.grid[0][0] == "30 (2 of 2 rated: 30, 36)"
    said = [text for text in picture.grid[0] if text[:1].isdigit()]
    lowest = weeks.filter(pl.col("state") == "rated")["lowest_score"].to_list()
    assert [text.split(" ")[0] for text in said] == [f"{score:g}" for score in lowest]
    assert "session not held" in picture.grid[0]


def test_every_picture_of_a_block_fits_the_frame_that_was_made_for_it(service):
    block = service.block
    for case in block.facts["cases"]:
        for family in block.facts["families"]:
            for axis in ("session", "date"):
                selection = Selection(cases=(case["code"],), instrument=family["code"], axis=axis)
                view = view_of(selection, block)
                picture = case_picture(block, view)
                frame = block.facts["frames"]["hero" if view.axis == "session" else "date"]
                assert picture.width <= frame[0]
                assert picture.height <= frame[1]


def test_cells_never_overlap_on_the_date_axis(service):
    block, compared = service.block, 0
    for case in block.facts["cases"]:
        view = view_of(Selection(cases=(case["code"],), axis="date"), block)
        hits = case_picture(block, view).layers["hit"]
        for row in set(hits["row"]):
            lefts = sorted(
                left for left, of in zip(hits["left"], hits["row"], strict=True) if of == row
            )
            gaps_between = [after - before for before, after in itertools.pairwise(lefts)]
            assert all(gap >= 53 for gap in gaps_between)
            compared += len(gaps_between)
    assert compared > 10
