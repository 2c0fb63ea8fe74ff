"""The data dictionary says what the schemas say."""

from __future__ import annotations

from dashboard.exports import dictionary
from dashboard.exports.schemas import NATIVE_TABLES, column_facts


def test_the_page_is_the_one_the_schemas_write():
    assert dictionary.PAGE.read_text(encoding="utf-8") == dictionary.dictionary_page(), (
        "run: python -m dashboard.exports.dictionary"
    )


def test_every_column_has_a_meaning():
    for table, schema in NATIVE_TABLES.items():
        assert schema.__doc__
        for column in schema.columns():
            assert column_facts(table, column)["meaning"].endswith("."), (table, column)


def test_the_page_is_written_and_compared_by_command(tmp_path, monkeypatch):
    monkeypatch.setattr(dictionary, "PAGE", tmp_path / "page.md")
    assert dictionary.main([]) == 0
    assert dictionary.main(["--check"]) == 0
    (tmp_path / "page.md").write_text("old", encoding="utf-8")
    assert dictionary.main(["--check"]) == 1
