"""Texts of an export are shown as texts or not at all, whatever they carry."""

from __future__ import annotations

import json

import polars as pl
import pytest
from playwright.sync_api import expect

from dashboard.exports.sample import write_sample
from dashboard.store import open_source
from tests.support.browser_board import BoardPage
from tests.support.served import served

pytestmark = pytest.mark.browser

PAYLOADS = [
    "<img src=x onerror=window.__hit=1>",
    '<img src="x" onerror="window.__hit=1">',
    "<script>window.__hit=1</script>",
    "</script><script>window.__hit=1</script>",
    "<svg onload=window.__hit=1>",
    "'\"><b onmouseover=window.__hit=1 onfocus=window.__hit=1 autofocus tabindex=0>",
    "<a href='javascript:window.__hit=1'>x</a> [x](javascript:window.__hit=1)",
    "{{ 7 * 7 }} {% raise %} ${window.__hit=1} @who{safe}",
    "\u202egnp.evil\u2066\u200f",
]
HOSTILE = " ".join(PAYLOADS)
DIRECTION_MARKS = "\u202e\u2066\u200f"
INSTRUMENT = """
format = "alliance-instruments"
version = 1

[[instrument]]
id = "own"
name = {text}
title = {text}
family = "own"
family_name = {text}
kind = "alliance"
perspectives = ["self"]
direction = "higher_is_stronger"
scoring = "ratings"
source = {text}
scales = [{{ id = "total", min = 0.0, max = 10.0 }}]
"""
PLANTED = """() => {
    const found = [], visit = root => {
        for (const each of root.querySelectorAll("*")) {
            for (const {name, value} of each.attributes) {
                if (/^on/.test(name) || /javascript:/.test(value) && /href|src/.test(name)) {
                    found.push(each.outerHTML.slice(0, 200));
                }
            }
            if (each.tagName === "SCRIPT" && /^\\s*window\\.__hit/.test(each.textContent)) {
                found.push("script");
            }
            if (each.shadowRoot) visit(each.shadowRoot);
        }
    };
    visit(document);
    return found;
}"""
SHOWN = """() => {
    const texts = [], visit = root => {
        for (const each of root.childNodes) {
            if (each.nodeType === Node.TEXT_NODE) texts.push(each.data);
            else if (!["SCRIPT", "STYLE"].includes(each.tagName)) visit(each);
            if (each.shadowRoot) visit(each.shadowRoot);
        }
    };
    visit(document.body);
    return texts.join(" ");
}"""


def change(file, rewrite):
    rewrite(pl.read_csv(file, infer_schema=False)).write_csv(file)


def plant_labels(folder):
    for table in ("families", "members", "therapists"):
        change(folder / f"{table}.csv", lambda rows: rows.with_columns(label=pl.lit(HOSTILE)))
    change(
        folder / "cases.csv",
        lambda rows: rows.with_columns(pl.lit(HOSTILE).alias(PAYLOADS[0]), note=pl.lit(HOSTILE)),
    )


def plant_refused_rows(folder):
    def refuse(rows):
        return pl.concat([rows, rows.head(1).with_columns(threat_id=pl.lit(HOSTILE))])

    change(folder / "threats.csv", refuse)
    change(
        folder / "strategies.csv",
        lambda rows: pl.concat([rows, rows.head(1).with_columns(strategy=pl.lit(HOSTILE))]),
    )


def plant_instrument(folder):
    text = json.dumps(HOSTILE)
    (folder / "instruments.toml").write_text(INSTRUMENT.format(text=text), encoding="utf-8")

    def own_forms(rows):
        added = rows.filter(pl.col("instrument_id") == "srs", pl.col("perspective") == "self")
        added = added.with_columns(
            form_id=pl.col("form_id") + "-own",
            instrument_id=pl.lit("own"),
            state=pl.lit("complete"),
            components_source=pl.lit("subscale_only"),
        )
        return pl.concat([rows, added])

    change(folder / "forms.csv", own_forms)
    own = pl.read_csv(folder / "forms.csv", infer_schema=False).filter(
        pl.col("instrument_id") == "own"
    )
    ratings = own.select("form_id", scale=pl.lit("total"), score=pl.lit("7.0"))
    change(folder / "ratings.csv", lambda rows: pl.concat([rows, ratings.select(rows.columns)]))


def plant_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in ("row_counts", "sha256"):
        manifest.pop(name)
    manifest |= {"note": HOSTILE, "source_system": HOSTILE}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture(scope="module")
def hostile_board(tmp_path_factory, alliance_home):
    """An export whose every free text carries every payload."""
    folder = tmp_path_factory.mktemp("hostile") / "export"
    write_sample(folder, families=6)
    plant_labels(folder)
    plant_refused_rows(folder)
    plant_instrument(folder)
    plant_manifest(folder)
    with open_source(folder) as store, served(store) as running:
        assert store.query("set_aside_rows").height >= 2
        yield running


def look_everywhere(board):
    """Open, hover and choose whatever the page offers."""
    page = board.page
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
    page.evaluate("document.querySelectorAll('.filters details').forEach(d => { d.open = false; })")
    figure = "hero" if "case=" in board.query else "overview"
    if figure == "overview":
        page.locator("nav [data-nav=families]").click()
    picture = page.locator(f"[data-picture={figure}]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    for column in range(200, 800, 60):
        page.mouse.move(box["x"] + column, box["y"] + 62)
    if figure == "hero":
        page.mouse.click(box["x"] + 210, box["y"] + 62)
    page.locator("h1:visible").first.hover()


def require_harmless(board):
    assert board.page.evaluate("window.__hit") is None
    assert board.page.evaluate(PLANTED) == []


@pytest.mark.parametrize(
    "query", ["", "?screen=families", "?case=C-104", "?case=C-104&instrument=own"]
)
def test_no_payload_runs_wherever_a_person_looks(new_page, hostile_board, query):
    with new_page() as page:
        board = BoardPage(page, hostile_board).open(query)
        look_everywhere(board)
        require_harmless(board)
        page.locator("[data-action=theme]").click()
        page.locator("[data-action=meeting]").click()
        look_everywhere(board)
        require_harmless(board)


def test_a_hostile_text_is_shown_as_the_text_it_is(new_page, hostile_board):
    with new_page() as page:
        board = BoardPage(page, hostile_board).open("?case=C-104&instrument=own")
        expect(page.locator(".banner.note", has_text="These are")).to_contain_text(PAYLOADS[0])
        expect(page.locator("[data-screen=data] .note").first).to_contain_text(PAYLOADS[2])
        expect(board.part("twin")).to_contain_text("<img")
        shown = page.evaluate(SHOWN)
        assert "{{ 7 * 7 }}" in shown
        assert "49 {%" not in shown


def test_no_mark_turns_the_direction_of_the_page(new_page, hostile_board):
    with new_page() as page:
        BoardPage(page, hostile_board).open("?case=C-104&instrument=own")
        shown = page.evaluate(SHOWN)
        assert "gnp.evil" in shown
        assert [mark for mark in DIRECTION_MARKS if mark in shown] == []


def test_the_search_for_planted_handlers_finds_one(page):
    page.set_content("<div></div>")
    page.evaluate(
        "document.querySelector('div').attachShadow({mode: 'open'}).innerHTML ="
        " '<img onerror=1><a href=\"javascript:1\">x</a>'"
    )
    assert len(page.evaluate(PLANTED)) == 2
