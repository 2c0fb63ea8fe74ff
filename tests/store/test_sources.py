"""A source as people name it: an export published behind the scenes, or a store folder."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import pytest

from dashboard.errors import SourceError, StoreError
from dashboard.exports import reading
from dashboard.exports.sample import write_sample
from dashboard.store import (
    list_stores,
    open_source,
    purge_stores,
    sources,
    state_folder,
    store_folder_of,
)
from dashboard.store.folder import StoreFolder


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "export"
    write_sample(folder, families=25, seed=3)
    return folder


@pytest.fixture
def export(sample, tmp_path):
    return shutil.copytree(sample, tmp_path / "export")


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def readings(monkeypatch):
    read = []
    original = reading.read_export

    def counting(source, **kwargs):
        read.append(source)
        return original(source, **kwargs)

    monkeypatch.setattr(reading, "read_export", counting)
    return read


def spoil(export: Path) -> None:
    (export / "sessions.csv").write_text("nonsense\n1\n")


def test_an_export_is_published_into_the_state_folder_and_nothing_beside_it(export, home):
    before = sorted(file.name for file in export.iterdir())
    with open_source(export, home=home) as store:
        assert store.folder == store_folder_of(export, home)
        assert store.folder.parent == home / "stores"
        assert store.query("case_list").height > 20
        assert store.facts.note == "invented sample data"
    assert sorted(file.name for file in export.iterdir()) == before


def test_the_state_folder_is_for_its_owner_only(export, home):
    with open_source(export, home=home) as store:
        folders = [home, home / "stores", store.folder]
        files = list(store.folder.iterdir())
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_an_unchanged_export_is_not_read_again(export, home, readings):
    open_source(export, home=home).close()
    with open_source(export, home=home) as store:
        assert store.facts.generation == 1
    assert len(readings) == 1


def test_a_changed_export_is_the_next_generation(export, home, readings):
    open_source(export, home=home).close()
    lines = (export / "threats.csv").read_text().splitlines(keepends=True)
    (export / "threats.csv").write_text("".join(lines[:-1]))
    (export / "manifest.json").unlink()
    with open_source(export, home=home) as store:
        assert store.facts.generation == 2
    assert len(readings) == 2


def test_another_instrument_file_is_read_again_but_equal_content_is_kept(export, home, readings):
    open_source(export, home=home).close()
    with open_source(export, home=home, instruments=None) as store:
        assert store.facts.generation == 1
    service = Path(sources.__file__).parents[1] / "domain" / "instruments.toml"
    text = service.read_text().split("[[instrument]]")
    own = text[0] + "[[instrument]]" + text[1].replace('id = "srs"', 'id = "own_srs"')
    (export.parent / "own.toml").write_text(own)
    with open_source(export, home=home, instruments=export.parent / "own.toml") as store:
        assert store.facts.generation == 2
    assert len(readings) == 2


def test_a_refused_export_is_refused_at_the_first_import_and_leaves_no_store(export, home):
    spoil(export)

    with pytest.raises(SourceError):
        open_source(export, home=home, on_refusal="serve_last")
    assert list_stores(home) == []


def test_a_refused_export_does_not_replace_the_last_good_one(export, home):
    open_source(export, home=home).close()
    spoil(export)

    with pytest.raises(SourceError):
        open_source(export, home=home)
    with open_source(export, home=home, on_refusal="serve_last") as store:
        assert store.facts.generation == 1
        assert "sessions.csv" in store.stale_reason
        assert store.query("case_list").height > 20


def test_a_vanished_export_serves_the_last_good_one_with_the_reason(export, home):
    open_source(export, home=home).close()
    shutil.rmtree(export)

    with open_source(export, home=home, on_refusal="serve_last") as store:
        assert store.stale_reason != ""


def test_a_damaged_store_is_made_again_from_its_export(export, home):
    with open_source(export, home=home) as store:
        file = StoreFolder(store.folder).generation(1)
    file.write_bytes(b"damaged")
    with open_source(export, home=home) as store:
        assert (store.facts.generation, store.stale_reason) == (2, "")
    (file.parent / "CURRENT").write_text("nonsense")
    with open_source(export, home=home) as store:
        assert (store.facts.generation, store.stale_reason) == (3, "")


def test_a_store_whose_newest_generation_is_damaged_is_made_again(export, home):
    with open_source(export, home=home) as store:
        folder = StoreFolder(store.folder)
    (export / "manifest.json").unlink()
    open_source(export, home=home).close()
    folder.generation(2).write_bytes(b"damaged")

    with open_source(export, home=home) as store:
        assert (store.facts.generation, store.stale_reason) == (3, "")


def test_a_seal_that_cannot_be_read_only_costs_a_second_reading(export, home, readings):
    with open_source(export, home=home) as store:
        seal = store.folder / "source.json"
    for text in ("{", "[]"):
        seal.write_text(text)
        open_source(export, home=home).close()
    assert len(readings) == 3


def test_a_store_folder_opens_as_it_is(export, home, readings):
    with open_source(export, home=home) as store:
        folder = store.folder
    with open_source(folder, home=home) as store:
        assert store.facts.generation == 1
    assert len(readings) == 1


def test_a_single_file_is_sealed_with_what_lies_beside_it(tmp_path, home):
    (tmp_path / "sessions.csv").write_text("nonsense\n1\n")
    with pytest.raises(SourceError):
        open_source(tmp_path / "sessions.csv", home=home)
    assert not home.exists()


def test_an_unreadable_file_is_left_to_the_reader_of_exports(export, home, monkeypatch):
    original = Path.open

    def refusing(self, *args, **kwargs):
        if self.name == "threats.csv":
            raise PermissionError(13, "Permission denied")
        return original(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(SourceError, match=r"threats.csv: the file cannot be read"):
        open_source(export, home=home)


def test_stores_are_listed_with_their_source_and_removed(export, home):
    assert list_stores(home) == []
    open_source(export, home=home).close()
    (home / "stores" / "empty").mkdir()
    (home / "stores" / "broken").mkdir()
    (home / "stores" / "broken" / "CURRENT").write_text("nonsense")
    found = {listing.folder.name: listing for listing in list_stores(home)}
    kept = found[store_folder_of(export, home).name]

    assert (kept.source, kept.generation) == (str(export), 1)
    assert kept.size_bytes > 100_000
    assert (found["empty"].generation, found["broken"].generation) == (None, None)
    assert len(purge_stores(home)) == 3
    assert list_stores(home) == []


def test_a_store_that_is_being_made_is_not_removed(export, home):
    open_source(export, home=home).close()

    with (
        StoreFolder(store_folder_of(export, home)).locked(),
        pytest.raises(StoreError, match="another import"),
    ):
        purge_stores(home)


def test_the_state_folder_is_the_one_named_first(monkeypatch, tmp_path):
    monkeypatch.setenv("ALLIANCE_HOME", str(tmp_path / "named"))
    assert state_folder(tmp_path / "given") == tmp_path / "given"
    assert state_folder() == tmp_path / "named"


@pytest.mark.parametrize(
    ("platform", "variable", "below"),
    [
        ("linux", "XDG_STATE_HOME", "alliance-board"),
        ("win32", "LOCALAPPDATA", "alliance-board"),
        ("darwin", "HOME", "Library/Application Support/alliance-board"),
        ("linux", "HOME", ".local/state/alliance-board"),
    ],
)
def test_without_a_name_it_is_where_the_system_keeps_state(
    monkeypatch, tmp_path, platform, variable, below
):
    monkeypatch.delenv("ALLIANCE_HOME", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(sys, "platform", platform)

    assert state_folder() == tmp_path / Path(below)
    assert state_folder().is_absolute()
