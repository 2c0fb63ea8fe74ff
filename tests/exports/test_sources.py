"""Where an export may lie, and what lies beside it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from dashboard.errors import RegistryError, SourceError
from dashboard.exports import files as export_files_module
from dashboard.exports.manifest import read_facts
from dashboard.exports.reading import read_export
from tests.exports.practice import PRACTICE, practice
from tests.exports.support import SOUND, export_with

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "simulated_wai_srs"


def zipped(source, target, **more):
    with zipfile.ZipFile(target, "w") as archive:
        for file in source.iterdir():
            archive.write(file, file.name)
        for name, text in more.items():
            archive.writestr(name.replace("_toml", ".toml"), text)
    return target


def service_forms():
    return (SOUND / "forms.csv").read_text().replace("wai_sr_client", "wai_36_service")


def test_instruments_beside_the_data_are_used(tmp_path):
    source = export_with(tmp_path / "export", forms=service_forms())
    (source / "instruments.toml").write_bytes((EXAMPLE / "instruments.toml").read_bytes())
    export = read_export(source)
    assert export.set_aside.is_empty()
    assert "wai_36_service" in export.registry


def test_instruments_in_an_archive_are_used(tmp_path):
    source = export_with(tmp_path / "export", forms=service_forms())
    instruments = (EXAMPLE / "instruments.toml").read_text(encoding="utf-8")
    archive = zipped(source, tmp_path / "export.zip", instruments_toml=instruments)
    assert "wai_36_service" in read_export(archive).registry


def test_instruments_named_by_hand_are_used_and_must_be_there(tmp_path):
    source = export_with(tmp_path / "export", forms=service_forms())
    assert read_export(source, instruments=EXAMPLE / "instruments.toml").set_aside.is_empty()
    with pytest.raises(RegistryError):
        read_export(source, instruments=tmp_path / "none.toml")


def test_a_mapping_in_an_archive_is_used(tmp_path):
    archive = zipped(practice(tmp_path / "practice"), tmp_path / "practice.zip")
    assert read_export(archive).content_hash == read_export(tmp_path / "practice").content_hash


def test_one_file_is_read_with_the_mapping_beside_it(tmp_path):
    source = practice(tmp_path)
    text = PRACTICE["mapping"].replace('path = "cases.csv"', 'path = "visits.csv"')
    (source / "mapping.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="file 'cases' has no column 'therapist'"):
        read_export(source / "visits.csv")


def test_a_file_of_several_parts_is_read_as_one(tmp_path):
    source = practice(tmp_path)
    head, first, *rest = PRACTICE["visits"].splitlines(keepends=True)
    (source / "visits.csv").unlink()
    (source / "visits_1.csv").write_text(head + first, encoding="utf-8")
    (source / "visits_2.csv").write_text(head + "".join(rest), encoding="utf-8")
    text = PRACTICE["mapping"].replace("visits.csv", "visits_*.csv")
    (source / "mapping.toml").write_text(text, encoding="utf-8")
    export = read_export(source)
    assert export.tables["sessions"].height == 3
    assert export.files.select("file", "row_count").rows() == [
        ("cases.csv", 2),
        ("visits_1.csv", 1),
        ("visits_2.csv", 2),
    ]


def test_an_optional_file_may_be_absent(tmp_path):
    extra = (
        '[[file]]\nid = "talk"\npath = "talk.csv"\noptional = true\n'
        'optional_columns = ["id"]\n\n[[table.families]]\nfile = "talk"\n'
        'columns.family_id = "id"\n'
    )
    assert read_export(practice(tmp_path, mapping=PRACTICE["mapping"] + extra)).set_aside.is_empty()


def test_a_parquet_file_goes_through_a_mapping_with_its_types(tmp_path):
    import polars as pl  # noqa: PLC0415

    source = practice(tmp_path)
    rows = pl.read_csv(source / "visits.csv").with_columns(pl.col("date").str.to_date("%d/%m/%Y"))
    rows.write_parquet(source / "visits.parquet")
    (source / "visits.csv").unlink()
    text = PRACTICE["mapping"].replace("visits.csv", "visits.parquet")
    (source / "mapping.toml").write_text(text, encoding="utf-8")
    export = read_export(source)
    assert export.set_aside.is_empty()
    assert str(export.tables["sessions"]["held_on"][0]) == "2026-02-03"


def test_an_archive_that_is_encrypted_is_refused(tmp_path):
    source = zipped(SOUND, tmp_path / "export.zip")
    content = bytearray(source.read_bytes())
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    source.write_bytes(bytes(content))
    with pytest.raises(SourceError, match="the archive is encrypted"):
        read_export(source)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(export_files_module, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read_export(zipped(SOUND, tmp_path / "export.zip"))


def test_an_archive_whose_content_is_damaged_is_refused_by_the_name_of_the_file(tmp_path):
    source = zipped(SOUND, tmp_path / "export.zip")
    content = source.read_bytes().replace(b"F1,\nF2,", b"F1,\nF3,")
    source.write_bytes(content)
    with pytest.raises(SourceError, match=r"families\.csv: the file cannot be read"):
        read_export(source)


def test_moments_of_a_mapping_are_moments_already():
    import tomllib  # noqa: PLC0415

    given = tomllib.loads("exported_at = 2026-03-31T18:00:00Z")
    assert read_facts("mapping.toml", given).exported_at == given["exported_at"]


def test_a_spreadsheet_may_have_any_file_name(tmp_path):
    file = tmp_path / "our sheet [new].csv"
    file.write_text("family,session,member,role,instrument\nF1,1,ann,youth,srs\n", encoding="utf-8")
    assert read_export(file).tables["members"].height == 1
