"""What comes of exports that are not sound: exact rows, exact words."""

from __future__ import annotations

import json

import pytest

from dashboard import errors
from dashboard.exports.reading import read_export
from tests.exports.support import CORRUPT, corrupt_export, explained

CASES = sorted(folder.name for folder in CORRUPT.iterdir() if folder.is_dir())
THE_TWELVE = {
    *("zero_as_missing", "out_of_range", "seven_on_wai_sr", "duplicate", "partial_items"),
    *("total_split", "orphan_ids", "dates_backwards", "wrong_scale", "mixed_instruments"),
    *("bad_enum", "missing_column"),
}


def test_the_twelve_corrupt_exports_are_there():
    assert set(CASES) >= THE_TWELVE


@pytest.mark.parametrize("case", CASES)
def test_a_corrupt_export_gives_exactly_the_rows_or_the_refusal_of_its_golden_file(case, tmp_path):
    expected = json.loads((CORRUPT / case / "expected.json").read_text(encoding="utf-8"))
    source = corrupt_export(case, tmp_path / "export")

    if "refused" in expected:
        kind, words = expected["refused"]
        with pytest.raises(getattr(errors, kind)) as refusal:
            read_export(source)
        assert [type(refusal.value).__name__, str(refusal.value)] == [kind, words]
        return

    export = read_export(source)
    assert explained(export) == expected
    counted = export.files["accepted_count"] + export.files["set_aside_count"]
    assert counted.to_list() == export.files["row_count"].to_list()


@pytest.mark.parametrize("case", CASES)
def test_no_sentence_about_a_corrupt_export_holds_a_value_or_an_id_of_it(case):
    text = (CORRUPT / case / "expected.json").read_text(encoding="utf-8")
    sentences = " ".join(
        str(row[-1]) if isinstance(row, list) else str(row)
        for rows in json.loads(text).values()
        for row in rows
    )
    for secret in ("M2", "S4", "C9", "T7", "D8", "A1", "wai_home_made", "teenager", "telephone"):
        assert secret not in sentences
