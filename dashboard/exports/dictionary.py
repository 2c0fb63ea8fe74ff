"""The data dictionary, written from the schemas; ``python -m dashboard.exports.dictionary``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from dashboard.exports.schemas import (
    NATIVE_TABLES,
    REQUIRED_TABLES,
    SCHEMA_VERSION,
    column_facts,
    key_columns,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data_dictionary.md"
"""Where the page lies in a checkout."""

_HEAD = f"""# Data dictionary

Version {SCHEMA_VERSION} of the native format. This page is written from the schemas
(`python -m dashboard.exports.dictionary`); do not edit it by hand.

An export is a folder or a .zip with one file for each table, named after it: `sessions.csv`,
`sessions.parquet`, `sessions.xlsx` or `sessions.ods`; or one workbook with a sheet for each table.
CSV is UTF-8, comma separated, with a header; columns are found by name, in any order. Ids are
opaque text of 1 to 32 letters, digits, `.`, `_` or `-`. Days are YYYY-MM-DD. An empty cell means
that nothing is known, never 0.

Required tables: {", ".join(f"`{table}`" for table in REQUIRED_TABLES)}. The others may be left out.

Beside them, `manifest.json` says where the export comes from and lets the board notice a file that
is still being copied:

```json
{{
  "schema_version": "{SCHEMA_VERSION}",
  "source_system": "name of the system",
  "exported_at": "2026-03-31T18:00:00+02:00",
  "timezone": "Europe/Oslo",
  "pseudonymised": true,
  "note": "ends the sentence These are …, shown wherever the data are",
  "row_counts": {{"sessions": 614}},
  "sha256": {{"sessions.csv": "64 hexadecimal digits"}}
}}
```

Every key may be left out. Without a checksum of a CSV file, its last line must end with a
line end; otherwise the file counts as half-written and is refused. A `manifest.csv` or
`manifest.parquet` of one row does as well; there, `row_counts` and `sha256` are JSON texts.
`"guarded_texts": true`, which `alliance export` writes, says that in the CSV files a text which a
spreadsheet would run as a formula begins with an apostrophe that does not belong to it.
"""


def dictionary_page() -> str:
    """Return the page that describes every table and column."""
    return "\n".join([_HEAD, *[_section(table) for table in NATIVE_TABLES]])


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` only compare; exit code 1 says that they differ."""
    if "--check" in arguments:
        return int(PAGE.read_text(encoding="utf-8") != dictionary_page())
    PAGE.write_text(dictionary_page(), encoding="utf-8")
    return 0


def _section(table: str) -> str:
    schema = NATIVE_TABLES[table]
    need = "required" if table in REQUIRED_TABLES else "optional"
    keys = ", ".join(f"`{column}`" for column in key_columns(table))
    lines = [
        f"## {table} ({need})\n",
        f"{(schema.__doc__ or '').strip()} Unique: {keys}.\n",
        "| column | type | needed | meaning |",
        "|---|---|---|---|",
    ]
    lines += [_line(table, column) for column in schema.columns()]
    return "\n".join(lines) + "\n"


def _line(table: str, column: str) -> str:
    facts = column_facts(table, column)
    needed = "yes" if facts["is_required"] else "no"
    return f"| `{column}` | {_type(facts)} | {needed} | {facts['meaning']} |"


def _type(facts: dict[str, Any]) -> str:
    if facts["words"]:
        return ", ".join(f"`{word}`" for word in facts["words"])
    words = str(facts["type"])
    if facts["minimum"] is not None:
        words += f" from {facts['minimum']}"
    if facts["maximum"] is not None:
        words += f" to {facts['maximum']}"
    if facts["refers_to"]:
        words += f" of `{facts['refers_to']}`"
    return words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
