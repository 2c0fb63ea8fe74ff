"""Reads one upload in a process of its own, with little memory and time; it answers as JSON.

What it is to do comes in on standard input; the files lie in a folder that is removed after it.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.errors import AllianceError

if TYPE_CHECKING:
    from dashboard.exports.reading import ReadExport

SECONDS = 120
MEMORY_BYTES = 4 * 1024**3
FILE_BYTES = 4 * 1024**3
OPEN_FILES = 256
ROWS_TOLD = 5_000
"""Rows set aside that an answer lists; the counts are always of all."""

_MAPPING = "mapping.toml"


def limit_process(memory_bytes: int = MEMORY_BYTES) -> None:
    """Bound memory, time, files and their size, where the system can.

    Args:
        memory_bytes: Memory that may be taken, with what is only set apart.
    """
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what an upload is and what comes of it.

    Args:
        asked: ``folder`` with the files, and as needed ``corrections``, ``mapping`` (its text),
            ``store``, ``instruments``, ``is_afresh`` and ``is_publish``.

    Returns:
        ``refused`` with a sentence, or the tables as understood, the mapping and the account.
    """
    try:
        return _Upload(asked).answer()
    except AllianceError as error:
        return {"refused": str(error)}


class _Upload:
    """One upload: its files, what was corrected, and the mapping that reads it."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._asked = asked
        self._folder = Path(asked["folder"])
        self._store = Path(asked["store"]) if asked.get("store") else None
        self._instruments = Path(asked["instruments"]) if asked.get("instruments") else None

    def answer(self) -> dict[str, Any]:
        self._require_harmless()
        given, kind = self._mapping()
        told: dict[str, Any] = {"kind": kind, "mapping": given or ""}
        if given is None and kind == "drafted":
            told |= self._draft()
            given = told["mapping"]
        if kind == "drafted" and not (given and told["can_be_tried"]):
            return told
        if kind != "drafted":
            told |= self._as_described(given)
        try:
            export = self._read(given)
        except AllianceError as error:
            return {**told, "refusal": str(error)}
        told |= {"report": _report(export), "changes": self._changes(export)}
        if self._asked.get("is_publish"):
            told["published"] = self._publish(export, given)
        return told

    @property
    def _source(self) -> Path:
        """Return the zip or the only table, else the folder of all."""
        tables = [file for file in self._folder.iterdir() if file.suffix.lower() != ".toml"]
        return tables[0] if len(tables) == 1 else self._folder

    def _require_harmless(self) -> None:
        from dashboard.exports.uploads import require_harmless

        for file in sorted(self._folder.iterdir()):
            require_harmless(file.name, file.read_bytes())

    def _mapping(self) -> tuple[str | None, str]:
        """Return the text of the mapping, if there is one, and where it comes from."""
        if self._asked.get("mapping"):
            return str(self._asked["mapping"]), "mapped"
        uploaded = self._uploaded_mapping()
        if self._asked.get("corrections") or self._asked.get("is_afresh"):
            return None, "drafted"
        if uploaded is not None:
            return uploaded, "mapped"
        if self._is_known():
            return None, "known"
        kept = self._kept_mapping()
        return (kept, "kept") if kept is not None else (None, "drafted")

    def _uploaded_mapping(self) -> str | None:
        """Return the mapping among the files; it is taken out of them, as any may be named so."""
        for file in sorted(self._folder.glob("*.toml")):
            text = file.read_text(encoding="utf-8", errors="replace")
            if "alliance-mapping" in text:
                file.unlink()
                return text
        return None

    def _is_known(self) -> bool:
        from dashboard.exports.files import export_files
        from dashboard.exports.native import is_native
        from dashboard.exports.profiles import recognised_profile

        listed = export_files(self._source)
        try:
            return is_native(listed) or recognised_profile(listed) is not None
        except AllianceError:
            return False

    def _kept_mapping(self) -> str | None:
        """Return the mapping of the last upload where it reads these files too."""
        from dashboard.store import kept_mapping

        text = kept_mapping(self._store) if self._store else ""
        if not text:
            return None
        try:
            self._read(text)
        except AllianceError:
            return None
        return text

    def _draft(self) -> dict[str, Any]:
        from dashboard.exports.corrections import read_corrections
        from dashboard.exports.drafting import drafted
        from dashboard.exports.files import export_files
        from dashboard.exports.understanding import understood_tables
        from dashboard.exports.word_maps import is_age
        from dashboard.shells.upload_words import table_words

        corrections = read_corrections(self._asked.get("corrections") or {})
        listed = export_files(self._source)
        tables = understood_tables(listed, corrections)
        told: dict[str, Any] = {"tables": [table_words(each) for each in tables]}
        if all(each.refused for each in tables) and tables:
            return {**told, "mapping": "", "can_be_tried": False}
        draft = drafted(listed, tables, corrections)
        return {
            **told,
            "mapping": draft.text,
            "roles": draft.roles,
            "instrument": draft.instrument,
            "words": {
                kind: {
                    word: means
                    for word, means in words.items()
                    if kind != "age" or not is_age(word)
                }
                for kind, words in draft.words.items()
            },
            "missing": [{"code": each.code, "count": each.count} for each in draft.missing],
            "can_be_tried": draft.can_be_tried,
        }

    def _as_described(self, given: str | None) -> dict[str, Any]:
        """Return the tables as a mapping or a known form reads them; nothing where it cannot."""
        from dashboard.exports.files import export_files
        from dashboard.exports.mapping_format import parse_mapping
        from dashboard.exports.previews import native_tables, tables_of_mapping
        from dashboard.exports.profiles import recognised_profile
        from dashboard.shells.upload_words import table_words

        listed = export_files(self._source)
        try:
            mapping = parse_mapping(_MAPPING, given.encode()) if given else None
            mapping = mapping or recognised_profile(listed)
            tables = tables_of_mapping(listed, mapping) if mapping else native_tables(listed)
        except AllianceError:
            return {}
        return {"tables": [table_words(each) for each in tables]}

    def _read(self, mapping: str | None) -> ReadExport:
        from dashboard.exports.reading import read_export

        if not mapping:
            return read_export(self._source, instruments=self._instruments)
        file = self._folder.parent / _MAPPING
        file.write_text(mapping, encoding="utf-8")
        return read_export(self._source, mapping=file, instruments=self._instruments)

    def _changes(self, export: ReadExport) -> list[dict[str, Any]]:
        if self._store is None:
            return []
        from dashboard.store import changes_to

        return changes_to(self._store, export).to_dicts()

    def _publish(self, export: ReadExport, mapping: str | None) -> int:
        from dashboard.errors import StoreError
        from dashboard.store import keep_mapping, publish

        if self._store is None:
            message = "This board does not publish uploads."
            raise StoreError(message)
        generation = publish(export, self._store)
        if mapping:
            keep_mapping(self._store, mapping)
        return generation


def _report(export: ReadExport) -> dict[str, Any]:
    from dashboard.exports.report import following_rows, report_json, report_text
    from dashboard.frames.writing import csv_bytes

    told = {
        "files": export.files.drop("sha256").to_dicts(),
        "set_aside": export.set_aside.head(ROWS_TOLD).to_dicts(),
        "set_aside_count": export.set_aside.height,
        "following_count": following_rows(export.set_aside).height,
        "notices": export.notices.head(ROWS_TOLD).to_dicts(),
        "tables": {name: rows.height for name, rows in export.tables.items()},
    }
    if export.set_aside.height > ROWS_TOLD:
        return told
    files = {
        "text": report_text(export),
        "json": report_json(export),
        "csv": csv_bytes(export.set_aside).decode(),
    }
    return {**told, "as_file": files}


def main() -> None:
    """Answer one upload; a fault ends the process without a word."""
    limit_process(*(int(number) for number in sys.argv[1:]))
    asked = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer(asked), default=str).encode())


if __name__ == "__main__":
    main()
