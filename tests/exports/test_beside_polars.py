"""The benchmark of reading spoiled rows, with a few of them: every row is accounted for."""

from __future__ import annotations

from benchmarks.import_beside_polars import checked, floor, write_service


def test_every_spoiled_row_is_set_aside_with_its_reason(tmp_path):
    spoiled = write_service(tmp_path / "export", answers=2000)
    (tmp_path / "out").mkdir()
    found = checked(tmp_path / "export", tmp_path / "out")

    assert spoiled == 2000 // 100
    assert found["set_aside"] == spoiled
    assert found["accepted"] == found["rows"] - spoiled
    assert found["without_reason"] == 0
    assert floor(tmp_path / "export", tmp_path / "out")["rows"] == found["rows"]
