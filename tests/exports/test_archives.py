"""Zip archives that are damaged, or that leave open which file is meant."""

from __future__ import annotations

import warnings
import zipfile

import pytest

from dashboard.errors import SourceError
from dashboard.exports.files import export_files
from dashboard.exports.reading import read_export
from tests.exports.support import SOUND


def packed(target, packing=zipfile.ZIP_STORED, folder="", **more):
    with zipfile.ZipFile(target, "w", packing) as archive:
        for file in sorted(SOUND.iterdir()):
            archive.write(file, folder + file.name)
        for name, text in more.items():
            archive.writestr(f"{name}.csv", text)
    return target


def test_an_archive_that_holds_one_name_twice_is_refused_by_that_name(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        source = packed(tmp_path / "export.zip", families="family_id,label\nF9,\n")
    with pytest.raises(SourceError, match=r"export\.zip: holds 'families\.csv' twice"):
        read_export(source)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_byte_of_an_archive_is_refused_by_name_or_changes_nothing(packing, tmp_path):
    source = packed(tmp_path / "export.zip", packing)
    with zipfile.ZipFile(source) as archive:
        entry = archive.getinfo("sessions.csv")
    whole = source.read_bytes()
    start = entry.header_offset + 30 + len("sessions.csv")
    sound = (SOUND / "sessions.csv").read_bytes()
    answers = set()
    for place in range(start, start + entry.compress_size):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        source.write_bytes(bytes(broken))
        try:
            answers.add(export_files(source).content("sessions.csv"))
        except SourceError as refusal:
            answers.add(str(refusal))
    words = "sessions.csv: the file cannot be read; check its rights, or copy it again."
    assert words in answers
    assert answers <= {words, sound}


def test_a_readme_may_lie_beside_the_folder_of_an_archive(tmp_path):
    source = packed(tmp_path / "export.zip", folder="export/")
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("README.txt", "What this is.\n")
    assert read_export(source).tables["families"].height == 2


def test_tables_in_two_folders_of_an_archive_are_refused(tmp_path):
    source = packed(tmp_path / "export.zip", folder="export/")
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("other/families.csv", "family_id,label\n")
    with pytest.raises(SourceError, match="the files lie in several folders"):
        read_export(source)
