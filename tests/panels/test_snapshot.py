"""A file holds what its level and its selection allow, and nothing else, in any decoding."""

from __future__ import annotations

import base64
import json
import re
import zlib

import pytest
from polars.testing import assert_frame_equal

from dashboard.domain.disclosure import KEY_BYTES, Codes, Level, Thing
from dashboard.domain.scope import Scope
from dashboard.domain.selection import Selection
from dashboard.errors import DisclosureError, SelectionError
from dashboard.exports.sample import write_sample
from dashboard.panels import snapshot as snapshots
from dashboard.panels.board import Board
from dashboard.panels.disclosed import DisclosedPictures
from dashboard.panels.shared import SharedPictures
from dashboard.panels.snapshot import SnapshotRequest, guarded_of, write_snapshot
from dashboard.store import open_source
from dashboard.views.language import language
from dashboard.views.numbers import BlockFrames
from tests.support.canaries import CANARIES, plant_canaries, readings

KEY = bytes(range(KEY_BYTES))
THINGS = {
    "family_id": Thing.FAMILY,
    "case_id": Thing.CASE,
    "member_id": Thing.MEMBER,
}


@pytest.fixture(scope="module", autouse=True)
def without_browser():
    """Opening a file in Chromium is tested with the other browser tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "chromium", lambda: None)
        yield


@pytest.fixture(scope="module")
def planted(tmp_path_factory, alliance_home):
    """A service of eight families with a canary in every text column but ids."""
    folder = tmp_path_factory.mktemp("planted") / "export"
    write_sample(folder, families=8)
    assert plant_canaries(folder) >= 25 * len(CANARIES)
    with open_source(folder) as store:
        assert store.query("set_aside_rows").height >= 20 * len(CANARIES)
        yield store


@pytest.mark.parametrize("name", BlockFrames.__dataclass_fields__)
def test_a_measure_of_the_block_says_the_same_of_all_cases_listed_or_not(planted, name):
    cases = frozenset(planted.query("case_list")["case_id"])

    listed = planted.query(name, scope=Scope("all of them, by name", cases))

    assert_frame_equal(planted.query(name), listed)


@pytest.fixture(scope="module")
def written(planted, tmp_path_factory):
    """Write a snapshot of the planted service once for each request."""
    folder, texts = tmp_path_factory.mktemp("files"), {}

    def write(level="B", **chosen):
        key = (level, tuple(chosen.items()))
        if key not in texts:
            file = folder / f"{len(texts)}.html"
            request = SnapshotRequest(
                selection=Selection(**chosen), level=Level(level), planted=CANARIES
            )
            write_snapshot(planted, file, language("en"), request, codes=Codes(KEY))
            texts[key] = file.read_text(encoding="utf-8")
        return texts[key]

    return write


def without_own(text):
    for own in (*snapshots.own_scripts(), snapshots.own_style()):
        text = text.replace(own, "")
    return text


def words_of(text):
    return {word for each in readings(text) for word in re.findall(r"[A-Za-z0-9._-]+", each)}


@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_no_canary_of_forty_is_in_a_file_in_any_decoding(written, level):
    told = [reading.lower() for reading in readings(without_own(written(level)))]
    assert any("rules" in reading for reading in told)
    for canary in CANARIES:
        assert not [reading for reading in told if canary.lower() in reading]
    assert not [reading for reading in told if "quillabeth" in reading]


def test_the_search_for_canaries_finds_one_that_is_packed_in_a_file(written):
    packed = base64.b64encode(zlib.compress("Åsmund Øverkråkedal".encode())).decode()
    text = without_own(written("B")).replace("</main>", f"<p>{packed}</p></main>")
    assert [reading for reading in readings(text) if "Åsmund Øverkråkedal" in reading]


@pytest.mark.parametrize("level", ["B", "C"])
def test_no_id_and_no_day_of_the_export_is_in_a_file(planted, written, level):
    guarded = guarded_of(planted)
    words = words_of(without_own(written(level)))
    assert {each for each in guarded.ids if len(each) > 3} & words == set()
    assert set(guarded.days) & words == set()


def test_a_file_about_one_therapist_knows_nobody_else(planted, written):
    spans = planted.query("case_therapist_spans")
    therapist = spans["therapist_id"].sort()[0]
    mine = set(spans.filter(spans["therapist_id"] == therapist)["case_id"])
    for level in ("A", "B"):
        codes = Codes(KEY)
        words = words_of(without_own(written(level, therapists=(therapist,))))
        for column, thing in THINGS.items():
            everything = planted.query("case_rows" if column == "member_id" else "case_list")
            inside = set(everything.filter(everything["case_id"].is_in(mine))[column].drop_nulls())
            others = set(everything[column].drop_nulls()) - inside
            assert inside
            assert others
            named = codes.of(thing, inside | others)
            known = (lambda each: each) if level == "A" else named.get
            assert not {known(each) for each in others} & words
        said = {code for code in words if re.fullmatch(r"C-[A-Z2-7]{6}", code)}
        if level == "B":
            assert said == {Codes(KEY).of(Thing.CASE, mine)[each] for each in mine}


def test_the_inputs_of_a_file_offer_nobody_outside_its_selection(planted, written):
    family = planted.query("case_list")["family_id"].sort()[0]
    cases = planted.query("case_list", family_ids=[family])["case_id"].to_list()
    text = written("A", families=(family,))
    boxes = re.findall(r'name="still-families" value="([^"]+)"', text)
    options = set(re.findall(r'<option value="([^"]+)"', text))
    assert boxes == [family]
    assert {each for each in options if each.startswith("C-")} == set(cases)
    spans = planted.query("case_therapist_spans")
    treating = set(spans.filter(spans["case_id"].is_in(cases))["therapist_id"])
    assert set(re.findall(r'name="still-therapists" value="([^"]+)"', text)) == treating


@pytest.mark.parametrize("level", ["A", "B"])
def test_a_file_says_of_when_about_whom_and_by_which_rules_it_is(planted, written, level):
    text = written(level)
    facts = planted.facts
    assert f"Snapshot, level {level}." in text
    assert language("en").export_date(facts.as_of) in text
    assert f"rules {facts.rules_version}" in text
    assert "8 cases: everything" in text
    assert "Pseudonymised, not anonymous" in text
    assert "it was searched, in every decoding" in text


def test_a_file_names_its_selection_in_the_codes_of_its_reader(planted, written):
    family = planted.query("case_list")["family_id"].sort()[0]
    code = Codes(KEY).of(Thing.FAMILY, [family])[family]
    assert f"Family {code}" in written("B", families=(family,))
    assert f"Family {family}" in written("A", families=(family,))


@pytest.mark.parametrize("level", ["A", "B"])
def test_no_heading_of_a_file_stands_over_nothing_and_no_week_has_a_year(written, level):
    text = without_own(written(level))
    assert "0 rows in" not in text
    assert "<tbody></tbody>" not in text
    assert not re.search(r"week \d+ \d{4}\b", text)


@pytest.mark.parametrize("level", ["A", "B"])
def test_what_only_a_server_can_do_is_not_in_a_file(written, level):
    text = without_own(written(level))
    for served_only in ("data-download", "data-banner", "data-reload", "Set aside", 'href="./'):
        assert served_only not in text
    assert 'data-alive=""' in text


def test_a_snapshot_offers_no_days_to_choose(written):
    assert "<summary>Dates</summary>" in written("A")
    assert "<summary>Dates</summary>" not in written("B")


def test_the_file_for_outside_is_one_table_of_rounded_numbers(written):
    text = without_own(written("C"))
    assert text.count("<table") == 1
    assert not re.search(r"<(script|input|select|button|details)\b", text)
    cells = re.findall(r'<td class="r">([^<]*)</td>', text)
    assert cells
    for cell in cells:
        assert cell == "&#8212;" or (int(cell) % 5 == 0 and int(cell) >= 10)
    assert "total" not in text.lower()


def test_the_file_for_outside_takes_no_filter(planted, tmp_path):
    request = SnapshotRequest(selection=Selection(threats=("lack_of_trust",)), level=Level.OUTSIDE)
    with pytest.raises(SelectionError, match="subtracted"):
        write_snapshot(planted, tmp_path / "c.html", language("en"), request, codes=Codes(KEY))
    assert not list(tmp_path.iterdir())


def test_a_selection_without_a_case_writes_nothing(planted, tmp_path):
    request = SnapshotRequest(selection=Selection(families=("F-999",)))
    with pytest.raises(DisclosureError, match="No case passes"):
        write_snapshot(planted, tmp_path / "x.html", language("en"), request, codes=Codes(KEY))
    assert not list(tmp_path.iterdir())


def test_a_file_that_breaks_the_gate_is_not_written_and_the_old_one_stays(
    planted, tmp_path, monkeypatch
):
    original = snapshots.still_page
    leak = "<p>Zoë D&#x27;Arcy-Müller</p></main>"
    monkeypatch.setattr(
        snapshots, "still_page", lambda *a, **k: original(*a, **k).replace("</main>", leak)
    )
    file = tmp_path / "monday.html"
    file.write_text("the last good file")
    request = SnapshotRequest()
    with pytest.raises(DisclosureError, match="no free text of the export") as refused:
        write_snapshot(planted, file, language("en"), request, codes=Codes(KEY))
    assert "Müller" not in str(refused.value)
    assert file.read_text() == "the last good file"
    assert [each.name for each in tmp_path.iterdir()] == ["monday.html"]


def test_a_board_saves_what_it_looks_at(planted, tmp_path):
    board = Board(shared=SharedPictures(planted, language("en")))
    family = planted.query("case_list")["family_id"].sort()[0]
    board.select(families=[family])
    file = board.save(tmp_path / "one.html", level="A")
    assert file == tmp_path / "one.html"
    assert f"1 case: Family {family}" in file.read_text(encoding="utf-8")
    with pytest.raises(SelectionError, match="takes no filter"):
        board.save(tmp_path / "c.html", level="C")
    with pytest.raises(SelectionError, match="takes a level"):
        board.save(tmp_path / "d.html", level="D")
    board.select(families=[])
    assert "by quarter" in board.save(tmp_path / "c.html", level="C").read_text(encoding="utf-8")


def element(text, name):
    return json.loads(re.search(rf'id="{name}">(.*?)</script>', text, re.DOTALL)[1])


def test_the_columns_of_a_file_are_those_of_the_block_to_the_byte(planted, written):
    pictures = DisclosedPictures(planted, language("en"), level=Level.SNAPSHOT, codes=Codes(KEY))
    block = json.loads(pictures.loaded(Selection()).text)
    words = element(written("B"), "block")
    packed = zlib.decompress(base64.b64decode(element(written("B"), "columns")))
    at = 0
    for name, columns in block["tables"].items():
        for column, (kind, text) in columns.items():
            content = base64.b64decode(text)
            assert words["tables"][name][column] == [kind, len(content)]
            assert packed[at : at + len(content)] == content
            at += len(content)
    assert at == len(packed) > 0
    assert {**words, "tables": {}} == {**block, "tables": {}}


def test_a_second_file_of_one_process_has_the_same_bytes(planted, written, tmp_path):
    file = tmp_path / "again.html"
    request = SnapshotRequest(planted=CANARIES)
    write_snapshot(planted, file, language("en"), request, codes=Codes(KEY))
    assert file.read_text(encoding="utf-8") == written("B")


def test_a_file_in_norwegian_is_as_closed(planted, tmp_path):
    file = tmp_path / "mandag.html"
    write_snapshot(planted, file, language("nb"), SnapshotRequest(planted=CANARIES))
    assert '<html lang="nb">' in file.read_text(encoding="utf-8")
