"""Half an export is never read: cut at every byte, still growing, or between two of its files."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil

import pytest

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.arrival import has_checksums, sight_of, source_files, undisturbed
from dashboard.exports.files import sha256
from dashboard.exports.manifest import ExportFacts
from dashboard.exports.reading import read_export
from tests.exports.support import export_with

TABLES = {
    "families": "family_id,label\n" + "".join(f"F{n},family {n:030}\n" for n in range(1, 33)),
    "cases": "case_id,family_id,modality,referral,ending\nC1,F1,family,voluntary,ongoing\n",
    "members": "member_id,family_id,role,age_band,index_client\nM1,F1,parent,18-64,true\n",
    "sessions": "session_id,case_id,session_no,status\nS1,C1,1,held\n",
    "forms": (
        "form_id,session_id,member_id,perspective,instrument_id,state,components_source\n"
        "R1,S1,M1,self,srs,declined,items\n"
    ),
}


@pytest.fixture
def small(tmp_path):
    """An export of two kilobytes, with a checksum of every file."""
    folder = tmp_path / "small"
    folder.mkdir()
    digests = {}
    for table, text in TABLES.items():
        (folder / f"{table}.csv").write_text(text)
        digests[f"{table}.csv"] = sha256(text.encode())
    (folder / "manifest.json").write_text(json.dumps({"sha256": digests}))
    return folder


def cuts(folder):
    """Cut each file of a folder at every byte, one after the other; yields the name and place."""
    for file in sorted(folder.iterdir()):
        whole = file.read_bytes()
        for length in range(len(whole)):
            file.write_bytes(whole[:length])
            yield file.name, length, whole
        file.write_bytes(whole)


def refused(source):
    try:
        read_export(source)
    except SourceError as error:
        return error
    return None


@pytest.mark.slow
def test_an_export_of_two_kilobytes_cut_at_any_byte_is_pending(small):
    assert 2000 < sum(file.stat().st_size for file in small.iterdir()) < 2600
    assert has_checksums(small)
    loaded = [cut[:2] for cut in cuts(small) if not isinstance(refused(small), PendingSource)]
    assert loaded == []
    assert read_export(small).tables["families"].height == 32


def test_a_zip_of_it_cut_at_any_byte_is_pending(small, tmp_path):
    zipped = tmp_path / "zipped"
    zipped.mkdir()
    shutil.make_archive(str(zipped / "small"), "zip", small)
    loaded = [
        cut[:2]
        for cut in cuts(zipped)
        if not isinstance(refused(zipped / "small.zip"), PendingSource)
    ]
    assert loaded == []
    assert read_export(zipped / "small.zip").tables["families"].height == 32


@pytest.mark.slow
def test_without_a_manifest_only_a_cut_after_a_whole_row_can_be_read(small):
    (small / "manifest.json").unlink()
    families = small / "families.csv"
    whole = families.read_bytes()
    read = []
    for length in range(len(whole)):
        families.write_bytes(whole[:length])
        if refused(small) is None:
            read.append(length)
    row_ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    assert read == row_ends[:-1]


def growing(file, rest):
    """Return a pause in which the rest of a file arrives."""

    def pause(_):
        with file.open("ab") as copied:
            copied.write(rest)

    return pause


def test_a_copy_that_goes_on_during_the_second_look_is_pending(small):
    (small / "manifest.json").unlink()
    families = small / "families.csv"
    whole = families.read_bytes()
    half = whole.index(b"F9")
    families.write_bytes(whole[:half])
    pause = growing(families, whole[half:])
    with (
        pytest.raises(PendingSource, match="small: files changed while they were read"),
        undisturbed([small], sleep=pause),
    ):
        assert read_export(small).tables["families"].height == 8


def come(file):
    file.write_text("threat_id\n")


def go(file):
    file.unlink()


def be_written_again(file):
    file.write_text("threat_ID\n")
    os.utime(file, ns=(1, 1))


@pytest.mark.parametrize("change", [come, go, be_written_again])
def test_a_file_that_comes_or_goes_or_changes_while_reading_makes_it_pending(small, change):
    other = small / "threats.csv"
    if change is not come:
        other.write_text("threat_id\n")
    (small / "manifest.json").unlink()
    with pytest.raises(PendingSource), undisturbed([small], apart_seconds=0):
        change(other)


def test_a_refusal_of_files_that_change_is_pending_and_of_others_a_refusal(small):
    (small / "manifest.json").unlink()
    (small / "cases.csv").unlink()

    def read_while_it_grows():
        (small / "cases.csv").write_text("case_id\n")
        return read_export(small)

    with pytest.raises(PendingSource, match="files changed"), undisturbed([small]):
        read_while_it_grows()
    with pytest.raises(SourceError, match="missing column") as refusal, undisturbed([small]):
        read_export(small)
    assert not isinstance(refusal.value, PendingSource)


def test_files_with_checksums_are_not_waited_for(small):
    waited = []
    with undisturbed([small], sleep=waited.append):
        read_export(small)
    assert waited == []
    (small / "manifest.json").unlink()
    with undisturbed([small], sleep=waited.append):
        read_export(small)
    assert len(waited) == 1
    assert 0 <= waited[0] <= 1


def test_several_sources_are_looked_at_together(small, tmp_path):
    beside = tmp_path / "threats.csv"
    beside.write_text("threat_id\n")
    with pytest.raises(PendingSource), undisturbed([small, beside], sleep=growing(beside, b"T1\n")):
        pass


def test_a_file_is_seen_with_its_companions_and_without_what_is_hidden(tmp_path):
    table = tmp_path / "sessions.xlsx"
    assert source_files(table) == []
    for name in ("sessions.xlsx", "mapping.toml", "other.csv", ".hidden", "~$sessions.xlsx"):
        (tmp_path / name).write_text("x")
    assert [file.name for file in source_files(table)] == ["sessions.xlsx", "mapping.toml"]
    assert [name for name, *_ in sight_of([tmp_path])] == [
        "mapping.toml",
        "other.csv",
        "sessions.xlsx",
    ]


def test_a_source_that_cannot_be_reached_twice_is_left_to_its_reader(tmp_path, monkeypatch):
    def hung_up(_):
        raise OSError(112, "Host is down")

    monkeypatch.setattr("dashboard.exports.arrival.sight_of", hung_up)
    with pytest.raises(SourceError, match="no such folder"), undisturbed([tmp_path / "gone"]):
        read_export(tmp_path / "gone")


@pytest.mark.parametrize(
    ("moment", "timezone", "utc"),
    [
        ("2026-10-25T02:30:00+02:00", "Europe/Oslo", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T02:30:00+01:00", "Europe/Oslo", "2026-10-25T01:30:00+00:00"),
        ("2026-03-29T02:30:00", "Europe/Oslo", "2026-03-29T01:30:00+00:00"),
        ("2026-03-29T03:30:00", "Europe/Oslo", "2026-03-29T01:30:00+00:00"),
        ("2026-07-01T12:00:00", "America/New_York", "2026-07-01T16:00:00+00:00"),
        ("2026-07-01T12:00:00", None, "2026-07-01T12:00:00+00:00"),
    ],
)
def test_two_exports_of_a_night_when_the_clocks_change_are_put_in_order(moment, timezone, utc):
    facts = ExportFacts(exported_at=dt.datetime.fromisoformat(moment), timezone=timezone)
    assert facts.exported_instant.isoformat() == utc


def test_an_export_that_does_not_say_when_it_was_made_has_no_instant():
    assert ExportFacts().exported_instant is None


def test_the_sound_export_has_no_checksums_and_half_a_list_of_them_is_none(tmp_path):
    source = export_with(tmp_path / "export")
    assert not has_checksums(source)
    digest = sha256((source / "sessions.csv").read_bytes())
    (source / "manifest.json").write_text(json.dumps({"sha256": {"sessions.csv": digest}}))
    assert not has_checksums(source)
