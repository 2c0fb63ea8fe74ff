"""What the page of a session says before any picture: notes, coverage, where numbers come from."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from dashboard.domain.selection import Selection
from dashboard.exports.manifest import ExportFacts
from dashboard.panels.page import board_page, coverage_items
from dashboard.panels.shared import SharedPictures
from dashboard.panels.tables import case_table, week_table
from dashboard.views.language import language
from dashboard.views.overview import overview_picture
from dashboard.views.slice import case_picture
from dashboard.views.view import view_of
from tests.support.drawn_service import FIRST_DAY, DrawnService

LEFT_OUT = "The address named something these data do not have; it was left out."
HOSTILE = "</td><img src=x onerror=alert(1)>\"'&"


def facts_of(shared, query="", **settings):
    return board_page(shared, query, **settings).facts


def notes(shared, query="", **settings):
    return [(note["text"], note["urgent"]) for note in facts_of(shared, query, **settings)["notes"]]


def pictures_of(service, folder):
    return SharedPictures(service.open(folder), language("en"))


def drawn(**facts):
    service = DrawnService(facts=ExportFacts(**facts))
    service.draw_family("F1", {"ann": "parent"})
    service.draw_case("C1", "sessions held\nann/srs 36", first_day=FIRST_DAY)
    return service


def test_a_plain_page_says_what_the_data_are(shared):
    assert notes(shared) == [("These are invented in a test.", False)]


@pytest.mark.parametrize(
    "query",
    ["therapist=T99", "case=nobody", "member=nobody", "from=never", "case=<script>", "axis=mood"],
)
def test_what_the_address_should_not_have_named_is_said_without_repeating_it(shared, query):
    said = notes(shared, query)

    assert said[0] == (LEFT_OUT, True)
    assert query.split("=")[1] not in str(said)


def test_a_refused_export_is_said_with_its_reason_and_one_that_is_copied_too(shared):
    facts = facts_of(shared, stale_reason="sessions.csv: no column 'case_id'.", pending="It grows.")

    assert facts["said"] == {
        "stale": "The newest export could not be used; the last good data are shown. "
        "sessions.csv: no column 'case_id'.",
        "pending": "An export is being copied and is not loaded before it is whole. It grows.",
    }
    assert facts_of(shared)["said"] == {"stale": "", "pending": ""}


def test_a_service_without_dates_or_threats_says_what_that_leaves_out(tmp_path):
    service = drawn(note="")
    service.rows["sessions"][0]["held_on"] = None
    facts = facts_of(pictures_of(service, tmp_path / "store"))

    texts = [note["text"] for note in facts["notes"]]
    assert len(texts) == 2
    assert texts[0].startswith("These data have no session dates")
    assert texts[1] == "These data hold no coded threats: the threat filter is left out."
    assert facts["has_dates"] is False
    assert [name for name, _ in facts["filters"]] == ["therapists", "families"]
    assert {"groups", "threats", "from", "to", "axis", "members"} <= set(facts["unseen"])


def test_an_empty_export_still_makes_a_page(tmp_path):
    facts = facts_of(pictures_of(DrawnService(), tmp_path / "store"))

    assert facts["count"] == "Nothing selected. Remove a filter to see families again."
    assert facts["coverage"][0] == {"title": "Families", "text": "0", "share": None}


def test_every_filter_of_a_full_service_is_shown_and_every_widget_has_its_place(shared, board):
    facts = facts_of(shared)

    assert [name for name, _ in facts["filters"]] == ["groups", "therapists", "families", "threats"]
    assert facts["unseen"] == ["members"]
    placed = {"case", "instrument", "scale", "axis", "from", "to", *facts["unseen"]}
    assert placed | {name for name, _ in facts["filters"]} == set(board.widgets.by_name)


def test_the_first_table_is_that_of_the_screen_that_opens(shared):
    opened = {
        query: (facts["screen"], bool(facts["twin"]), bool(facts["week_twin"]))
        for query in ("", "screen=families", "screen=data", "case=C3", "screen=data&case=C3")
        for facts in (facts_of(shared, query),)
    }

    assert opened == {
        "": ("agenda", False, False),
        "screen=families": ("families", False, True),
        "screen=data": ("data", False, False),
        "case=C3": ("case", True, False),
        "screen=data&case=C3": ("case", True, False),
    }


@pytest.mark.parametrize("query", ["screen=case", "screen=elsewhere", "screen=", "case=nobody"])
def test_a_screen_that_cannot_be_shown_is_the_agenda(shared, query):
    facts = facts_of(shared, query)

    assert facts["screen"] == "agenda"
    assert facts["away"]("agenda data") == ""
    assert facts["away"]("case families") == " away"


def test_numbers_come_with_their_source_their_moment_and_what_was_set_aside(shared):
    facts = facts_of(shared)

    assert facts["data_note"] == (
        "Source: drawn. Exported: 22 Nov 2026 23:30. Loaded as generation 1."
    )
    assert facts["set_aside_title"] == "1 row set aside"
    assert facts["set_aside"][0]["mend"] == "Add it."
    assert facts["files"][0]["file"] == "forms.csv"
    assert facts["footer"].startswith("Invented in a test. ")


def test_of_many_rows_set_aside_the_first_fifty_are_listed(tmp_path):
    service = drawn()
    for row_no in range(2, 62):
        service.add("import_set_aside", file="f.csv", row_no=row_no, rule="orphan", mend="Add it.")
    facts = facts_of(pictures_of(service, tmp_path / "store"))

    assert facts["set_aside_title"] == "60 rows set aside, the first 50 shown"
    assert len(facts["set_aside"]) == 50
    assert facts["data_note"].startswith("Source: not stated. Exported: not stated.")


COVERAGE = {
    "first_held_on": dt.date(2026, 2, 12),
    "last_held_on": dt.date(2026, 11, 19),
    "family_count": 60,
    "case_count": 61,
    "held_count": 601,
    "expected_count": 200,
    "complete_count": 150,
    "partial_under_60": ["F1", "F2", "F3", "F4", "F5"],
}


def test_the_coverage_strip_says_from_when_how_much_and_who_is_thin():
    items = coverage_items(pl.DataFrame([COVERAGE]), language("en"))

    assert [(item["title"], item["text"], item["share"]) for item in items] == [
        ("Sessions between", "12 Feb 2026 and 19 Nov 2026", None),
        ("Families", "60", None),
        ("Sessions held", "601", None),
        ("Expected forms present", "150 of 200, 75 %", 100 * 150 // 200),
        ("Under 60 %: read as partial", "F1, F2, F3, F4 …", None),
    ]


def test_the_coverage_strip_leaves_out_what_the_data_cannot_say():
    nothing = {
        "first_held_on": None,
        "last_held_on": None,
        "expected_count": 0,
        "complete_count": 0,
    }
    row = COVERAGE | nothing | {"partial_under_60": []}

    items = coverage_items(pl.DataFrame([row]), language("en"))
    assert [item["title"] for item in items] == ["Families", "Sessions held"]


def test_the_table_of_a_case_holds_every_cell_of_its_picture(shared):
    block = shared.loaded(Selection()).block
    view = view_of(Selection(cases=("C1",)), block)
    picture = case_picture(block, view)
    text = case_table(block, view, picture)

    assert text.count("<td>") == sum(len(line) for line in picture.grid)
    assert "<caption>C1, total, member by session</caption>" in text
    for row in picture.rows:
        assert f'<th scope="row">{row["label"]} <small>{row["sub"]}</small></th>' in text
    assert case_table(block, view, case_picture(block, view_of(Selection(), block))) == ""


def test_the_table_of_the_overview_holds_every_week_of_every_family(shared):
    block = shared.loaded(Selection()).block
    picture = overview_picture(block, view_of(Selection(), block))
    text = week_table(block, view_of(Selection(), block), picture)

    assert text.count("<td>") == len(picture.rows) * len(picture.columns)
    assert text.count('scope="row"') == len(picture.rows)


def test_the_overview_is_called_what_it_shows_whatever_scale_is_chosen(shared):
    block = shared.loaded(Selection()).block
    for instrument, scale, shown in (("srs", "bond", "total"), ("softa_o", "safety", "engagement")):
        view = view_of(Selection(instrument=instrument, scale=scale), block)
        caption = f"<caption>Families by week: lowest rating of a member, {shown}</caption>"
        assert caption in week_table(block, view, overview_picture(block, view))


def test_no_text_of_a_table_becomes_markup(shared):
    block = shared.loaded(Selection()).block
    view = view_of(Selection(cases=("C3",)), block)
    picture = case_picture(block, view)
    picture.rows[0] |= {"label": HOSTILE, "sub": HOSTILE, "family": HOSTILE}
    picture.columns[0] |= {"date": HOSTILE}
    picture.grid[0][0] = HOSTILE
    weeks = overview_picture(block, view)
    weeks.rows[0]["family"] = weeks.grid[0][0] = HOSTILE

    for text in (case_table(block, view, picture), week_table(block, view, weeks)):
        assert "<img" not in text
        assert text.count("&lt;img src=x onerror=alert(1)&gt;&#34;&#39;&amp;") in {2, 4}
