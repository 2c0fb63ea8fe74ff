"""The first block of a start: kept beside its generation, the same as made anew, or made anew."""

from __future__ import annotations

import pytest

from dashboard.domain.selection import Selection
from dashboard.panels import first
from dashboard.panels.shared import SharedPictures
from dashboard.store import Store, publish
from dashboard.views.language import language
from tests.store.conftest import small_service
from tests.support.rich_service import rich_service

BESIDE = "generation-000001.first-{}.json"


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rich") / "store"
    rich_service().open(folder).close()
    return folder


@pytest.fixture
def folder(tmp_path):
    small_service().open(tmp_path / "store").close()
    return tmp_path / "store"


@pytest.fixture
def built(monkeypatch):
    """The languages of blocks that are built, in order."""
    codes, build = [], SharedPictures._block

    def noted(self, wanted):
        codes.append(self.language.code)
        return build(self, wanted)

    monkeypatch.setattr(SharedPictures, "_block", noted)
    return codes


def started(folder, code="en", said=None):
    """Return the set that a start begins with."""
    with Store(folder) as store:
        shared = SharedPictures(
            store, language(code), discussed=lambda: said or {}, keeps_first=True
        )
        return shared.loaded(Selection())


@pytest.mark.parametrize("code", ["en", "nb"])
def test_what_is_kept_is_what_is_made_anew(rich, built, code):
    made, kept = started(rich, code), started(rich, code)

    assert built == [code]
    assert kept.text == made.text
    assert kept.block.facts == made.block.facts
    assert kept.block.tables == made.block.tables
    assert kept.block.texts == made.block.texts
    assert kept.block.pack() == made.text
    assert (kept.case_ids, kept.is_whole) == (made.case_ids, True)


def test_of_a_start_after_the_first_no_cell_is_asked_for(folder, monkeypatch):
    asked, query = [], Store.query
    monkeypatch.setattr(
        Store, "query", lambda self, name, **kw: asked.append(name) or query(self, name, **kw)
    )
    monkeypatch.setattr("dashboard.frames.fetching.kept_frames.limit_bytes", 0)
    started(folder)
    assert "drawn_cells" in asked

    asked.clear()
    started(folder)
    assert "drawn_cells" not in asked


def test_each_language_has_its_own(folder, built):
    assert started(folder, "en").text != started(folder, "nb").text
    started(folder, "en")

    assert built == ["en", "nb"]
    assert all((folder / BESIDE.format(code)).is_file() for code in ("en", "nb"))


def test_what_the_group_has_discussed_since_is_in_it(folder, built):
    discussed = {"discussed_case_ids": ["C1"], "discussed_session_nos": [1]}
    for said in ({}, discussed, discussed, {}):
        started(folder, said=said)

    assert built == ["en", "en", "en"]


def test_another_edition_of_the_board_makes_its_own(folder, built, monkeypatch):
    started(folder)
    monkeypatch.setattr(first, "version", lambda name: f"{name} of next year")
    before = first.edition()
    first.edition.cache_clear()
    try:
        assert first.edition() != before
        started(folder)
        started(folder)
    finally:
        first.edition.cache_clear()

    assert built == ["en", "en"]


def test_the_edition_is_of_code_words_and_queries(tmp_path, monkeypatch):
    monkeypatch.setattr(first, "PACKAGE", tmp_path)
    monkeypatch.setattr(first, "data_folder", lambda _: tmp_path / "queries")
    found = {first.edition.__wrapped__()}
    for name in ("view.py", "board.po", "registry.toml", "queries/measures/cells.sql"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("as it is now")
        found.add(first.edition.__wrapped__())
    (tmp_path / "view.pyc").write_text("compiled")

    assert len(found) == 5
    assert first.edition.__wrapped__() in found


def test_newer_data_have_their_own(folder, built):
    before = started(folder)
    publish(small_service(12).export(), folder)
    after = started(folder)

    assert built == ["en", "en"]
    assert before.text != after.text
    assert after.generation == 2


def test_a_damaged_file_is_made_anew_and_replaced(folder, built):
    started(folder)
    file = folder / BESIDE.format("en")
    sound = file.read_bytes()
    file.write_bytes(sound.replace(b"C1", b"C2", 1))

    assert "C2" not in started(folder).text
    assert file.read_bytes() == sound
    assert built == ["en", "en"]


def test_what_was_made_while_newer_data_came_is_not_kept(folder, monkeypatch):
    build = SharedPictures._block

    def slowly(self, wanted):
        publish(small_service(12).export(), folder)
        self.store.refresh()
        return build(self, wanted)

    monkeypatch.setattr(SharedPictures, "_block", slowly)
    started(folder)

    assert list(folder.glob("*.json")) == [folder / "display_limits.json"]


@pytest.mark.usefixtures("large")
def test_only_the_first_set_of_a_server_is_kept(large_store, built):
    shared = SharedPictures(large_store, language("en"), keeps_first=True)
    pages = [shared.loaded(Selection(), page) for page in (0, 1)]
    again = SharedPictures(large_store, language("en"), keeps_first=True)

    assert again.loaded(Selection(), 0).text == pages[0].text
    assert again.loaded(Selection(), 1).text == pages[1].text
    assert pages[0].text != pages[1].text
    assert built == ["en", "en", "en"]


def test_a_notebook_writes_nothing_beside_a_store(folder):
    with Store(folder) as store:
        SharedPictures(store, language("en")).loaded(Selection())

    assert not (folder / BESIDE.format("en")).exists()
