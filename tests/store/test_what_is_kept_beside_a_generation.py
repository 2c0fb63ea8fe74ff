"""What was made of a generation lies beside it, for its owner alone, and goes with it."""

from __future__ import annotations

import stat

import pytest

from dashboard.store import keep_sealed, publish, sealed_text
from tests.store.conftest import small_service


def kept(folder) -> list[str]:
    return sorted(file.name for file in folder.glob("generation-*.json"))


def test_it_is_found_again_by_its_name_and_read_by_nobody_else(tmp_path):
    with small_service().open(tmp_path / "store") as store:
        file = store.beside(1, "first-en")
        keep_sealed(file, "seal", "of two\nlines, ø")

        assert sealed_text(store.beside(1, "first-en"), "seal") == "of two\nlines, ø"
        assert sealed_text(store.beside(1, "first-nb"), "seal") is None
        assert sealed_text(store.beside(2, "first-en"), "seal") is None
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "damage",
    [b"", b"\xff\xfe", b"text", b"seal\ntext", b"seal text\n", None],
    ids=["empty", "no text", "no seal", "no digest", "another digest", "one sign changed"],
)
def test_damaged_or_under_another_seal_it_is_not_there(tmp_path, damage):
    file = tmp_path / "one.json"
    keep_sealed(file, "seal", "text")
    sound = file.read_bytes()
    assert sealed_text(file, "another") is None

    file.write_bytes(sound.replace(b"text", b"tent") if damage is None else damage)

    assert sealed_text(file, "seal") is None


def test_a_folder_that_takes_no_file_is_no_failure(tmp_path):
    (tmp_path / "no folder").write_text("mine")

    keep_sealed(tmp_path / "no folder" / "one.json", "seal", "text")

    assert [file.name for file in tmp_path.iterdir()] == ["no folder"]


def test_it_is_dropped_with_its_generation_and_when_that_is_gone_already(tmp_path):
    folder = tmp_path / "store"
    with small_service(30).open(folder) as store:
        for number in (1, 2, 3):
            keep_sealed(store.beside(number, "first-en"), "seal", "text")
    publish(small_service(31).export(), folder)
    assert kept(folder) == ["generation-000001.first-en.json", "generation-000002.first-en.json"]

    publish(small_service(32).export(), folder)
    assert kept(folder) == ["generation-000002.first-en.json"]
