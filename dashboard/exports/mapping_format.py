"""The mapping file: how somebody else's files become the native tables, as one TOML format."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from dashboard.errors import MappingError, SourceError
from dashboard.exports.dialects import TextForm
from dashboard.exports.headers import RESERVED
from dashboard.exports.manifest import ExportFacts, read_facts
from dashboard.exports.mapping_checks import (
    require_encoding,
    require_legal,
    require_new_names,
    require_placeholders,
)
from dashboard.exports.mapping_columns import placeholders
from dashboard.exports.mapping_model import (
    DATE_ORDERS,
    DECIMAL_MARKS,
    FORMAT,
    FORMAT_VERSION,
    READERS,
    Block,
    ColumnSpec,
    Condition,
    ExportMapping,
    FileSpec,
    Join,
    Unpivot,
)
from dashboard.exports.mapping_names import sought_names, sought_patterns
from dashboard.exports.mapping_toml import Node
from dashboard.exports.profile import profile_names
from dashboard.exports.schemas import NATIVE_TABLES, polars_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.exports.raw import Distinct

MAX_COLUMNS = 16_384
"""The widest sheet that Excel knows; a column number beyond it is a slip."""


def parse_mapping(name: str, content: bytes) -> ExportMapping:
    """Read a mapping file.

    Args:
        name: Its file name, for messages.
        content: Its bytes, UTF-8.

    Raises:
        MappingError: If it is not of the format; the message names the key.
    """
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        message = f"{name}: a mapping is UTF-8 text; this is not."
        raise MappingError(message) from None
    except tomllib.TOMLDecodeError as error:
        message = f"{name}: not valid TOML ({error})."
        raise MappingError(message) from None
    except (ValueError, RecursionError):
        message = f"{name}: not valid TOML: nested too deeply, or a number that is too long."
        raise MappingError(message) from None
    root = Node(name, "", document)
    if document.get("format") != FORMAT or document.get("version") != FORMAT_VERSION:
        message = f'{name}: expected format = "{FORMAT}" and version = {FORMAT_VERSION} at the top.'
        raise MappingError(message)
    root.allow("format", "version", "title", "facts", "map", "file", "table")
    maps = {key: _words(root.child("map").child(key)) for key in root.child("map").names}
    files = _files(root)
    blocks = tuple(
        _block(node, table, files, maps)
        for table in root.child("table").names
        for node in root.child("table").tables(table)
    )
    if not blocks:
        root.fail("table", "takes at least one [[table.NAME]] block")
    return ExportMapping(
        name=name,
        files={file_id: _seeking(spec, blocks) for file_id, spec in files.items()},
        blocks=blocks,
        distinct=_distinct(root.child("table")),
        facts=_facts(root.child("facts")),
        fingerprint=hashlib.sha256(content).hexdigest(),
    )


def _seeking(spec: FileSpec, blocks: tuple[Block, ...]) -> FileSpec:
    """Return a file that knows which names its header has to hold."""
    form = replace(
        spec.text_form,
        sought=sought_names(spec, blocks),
        sought_patterns=sought_patterns(spec, blocks),
    )
    return replace(spec, text_form=form)


def _facts(node: Node) -> ExportFacts:
    node.allow("source_system", "exported_at", "timezone", "pseudonymised", "note")
    try:
        return read_facts(node.place(""), node.values)
    except SourceError as error:
        raise MappingError(str(error)) from None


def _words(node: Node) -> dict[str, str]:
    words: dict[str, str] = {}
    for word in node.names:
        folded = word.strip().casefold()
        if folded in words:
            node.fail(word, "stands twice, with another case or spaces; keep one")
        words[folded] = node.scalar(word)
    return words


def _files(root: Node) -> dict[str, FileSpec]:
    found: dict[str, FileSpec] = {}
    for node in root.tables("file"):
        spec = _file(node)
        if spec.file_id in found:
            node.fail("id", "names two files; give each an id of its own")
        found[spec.file_id] = spec
    if not found:
        root.fail("file", "takes at least one [[file]] table")
    return found


def _file(node: Node) -> FileSpec:
    node.allow(
        *("id", "path", "reader", "separator", "encoding", "skip_rows", "header_rows"),
        *("name_row", "columns", "final_newline", "sheet", "decimal", "date_order", "missing"),
        *("fill_down", "fill_from", "optional_columns", "optional", "needed_columns"),
        *("options", "quote", "names"),
    )
    fills = node.child("fill_from")
    options = node.child("options")
    return FileSpec(
        key=node.place(""),
        file_id=node.text("id"),
        path=node.text("path"),
        reader=node.word("reader", (*READERS, *profile_names()), None),
        text_form=_text_form(node),
        sheet=node.optional_text("sheet"),
        decimal=node.word("decimal", DECIMAL_MARKS, None),
        date_order=node.word("date_order", DATE_ORDERS, None),
        missing=node.texts("missing"),
        fill_down=node.texts("fill_down"),
        optional_columns=node.texts("optional_columns"),
        is_optional=node.truth("optional", default=False),
        fill_from={name: fills.text(name) for name in fills.names},
        needed_columns=node.texts("needed_columns"),
        options={name: _option(options, name) for name in options.names},
    )


def _option(options: Node, name: str) -> tuple[str, ...]:
    is_list = isinstance(options.values[name], list)
    return options.texts(name) if is_list else (options.scalar(name),)


def _text_form(node: Node) -> TextForm:
    separator = _character(node, "separator", '";" or "\\t"')
    quote = _character(node, "quote", '"\'"')
    if separator is not None and separator == quote:
        node.fail("quote", "takes another character than 'separator'")
    columns = node.texts("columns")
    header_rows = node.number("header_rows", 0 if columns else 1)
    name_row = node.number("name_row", 1)
    if header_rows == 0 and not columns:
        node.fail("columns", "names the columns of a file without header")
    if header_rows and columns:
        node.fail("columns", "is for a file without header; leave it or 'header_rows' out")
    if header_rows and not 1 <= name_row <= header_rows:
        node.fail("name_row", "takes one of the header rows, from 1")
    encoding = node.text("encoding", "utf-8")
    require_encoding(node, encoding)
    return TextForm(
        separator=separator,
        encoding=encoding,
        skip_rows=node.number("skip_rows", 0) if "skip_rows" in node.values else None,
        header_rows=header_rows,
        name_row=name_row,
        columns=columns,
        needs_final_newline=node.truth("final_newline", default=True),
        quote=quote,
        names=_numbered_names(node.child("names")),
        is_forgiving=True,
    )


def _character(node: Node, key: str, example: str) -> str | None:
    found = node.optional_text(key)
    if found is not None and (len(found) != 1 or not found.isascii() or found in "\r\n\0 "):
        node.fail(key, f"takes one plain character, for instance {example}")
    return found


def _numbered_names(node: Node) -> dict[int, str]:
    """Return names of columns by their number from 1."""
    found: dict[int, str] = {}
    for key in node.names:
        if not key.isdecimal() or not 1 <= int(key) <= MAX_COLUMNS:
            node.fail(key, "is no number of a column; they count from 1")
        name = node.text(key)
        if name.startswith(RESERVED) or name in found.values():
            node.fail(key, "takes a name of its own that does not begin with two underscores")
        found[int(key)] = name
    return found


def _block(
    node: Node, table: str, files: Mapping[str, FileSpec], maps: Mapping[str, dict[str, str]]
) -> Block:
    if table not in NATIVE_TABLES:
        message = f"{node.place('')}: no such native table. Known: {', '.join(NATIVE_TABLES)}."
        raise MappingError(message)
    node.allow("file", "join", "where", "distinct", "unpivot", "columns")
    file_id = _known_file(node, files)
    columns = node.child("columns")
    specs = {}
    for name in columns.names:
        if name not in polars_schema(table):
            known = ", ".join(polars_schema(table))
            columns.fail(name, f"is no column of '{table}'. Known: {known}")
        specs[name] = _column(columns, name, maps)
        require_legal(columns, table, name, specs[name])
    if not specs:
        node.fail("columns", f"takes the columns of '{table}'")
    return Block(
        key=node.place(""),
        table=table,
        file_id=file_id,
        columns=specs,
        joins=tuple(_join(join, files) for join in node.tables("join")),
        where=tuple(_condition(condition) for condition in node.tables("where")),
        unpivot=_unpivot(node.child("unpivot")) if "unpivot" in node.values else None,
    )


def _known_file(node: Node, files: Mapping[str, FileSpec]) -> str:
    file_id = node.text("file")
    if file_id not in files:
        node.fail("file", f"takes the id of a [[file]]: {', '.join(files)}")
    return file_id


def _join(node: Node, files: Mapping[str, FileSpec]) -> Join:
    node.allow("file", "on")
    pairs = node.values.get("on")
    if isinstance(pairs, dict):
        left, right = tuple(pairs), tuple(str(name) for name in pairs.values())
    else:
        left = right = node.texts("on")
    if not left:
        node.fail("on", 'takes the key columns, for instance ["case_id", "session_no"]')
    return Join(key=node.place(""), file_id=_known_file(node, files), left=left, right=right)


def _condition(node: Node) -> Condition:
    node.allow("column", "any_of", "is", "is_not", "filled")
    columns = node.texts("any_of") or (node.text("column"),)
    ways = [way for way in ("is", "is_not", "filled") if way in node.values]
    if len(ways) != 1:
        node.fail("", "takes one of 'is', 'is_not' and 'filled'")
    if ways == ["filled"]:
        return Condition(node.place(""), columns, None, node.truth("filled", default=True))
    words = tuple(word.casefold() for word in node.texts(ways[0]))
    return Condition(node.place(""), columns, words, ways == ["is"])


def _unpivot(node: Node) -> Unpivot:
    node.allow("value", "pattern", "key", "columns")
    value = node.text("value")
    if "pattern" in node.values:
        pattern = node.text("pattern")
        if "{" not in pattern:
            node.fail("pattern", 'holds a {placeholder}, for instance "question{item_no}"')
        require_placeholders(node, "pattern", "question{item_no}")
        require_new_names(node, {"pattern": placeholders(pattern), "value": [value]})
        return Unpivot(key=node.place(""), value=value, pattern=pattern)
    columns = node.child("columns")
    names = {name: columns.scalar(name) for name in columns.names}
    if not names:
        node.fail("columns", "takes the wide columns, or give a 'pattern'")
    key = node.text("key")
    require_new_names(node, {"key": [key], "value": [value]})
    return Unpivot(key=node.place(""), value=value, key_column=key, columns=names)


def _column(columns: Node, name: str, maps: Mapping[str, dict[str, str]]) -> ColumnSpec:
    given = columns.values[name]
    if isinstance(given, str):
        return ColumnSpec(key=columns.place(name), column=given)
    node = columns.child(name)
    node.allow(
        *("column", "value", "template", "plain", "rank", "map", "default", "decimal"),
        *("date_order",),
    )
    origins = [way for way in ("column", "value", "template", "rank") if way in node.values]
    if len(origins) != 1:
        node.fail("", "takes one of 'column', 'value', 'template' and 'rank'")
    if "template" in node.values:
        require_placeholders(node, "template", "{case}-{session}")
    rank = node.child("rank")
    rank.allow("by", "within")
    return ColumnSpec(
        key=node.place(""),
        column=node.optional_text("column"),
        value=node.scalar("value") if "value" in node.values else None,
        template=node.optional_text("template"),
        written_plain=_written_plain(node),
        rank_by=rank.texts("by"),
        rank_within=rank.texts("within"),
        words=_column_words(node, maps),
        default=node.scalar("default") if "default" in node.values else None,
        decimal=node.word("decimal", DECIMAL_MARKS, None),
        date_order=node.word("date_order", DATE_ORDERS, None),
    )


def _written_plain(node: Node) -> tuple[str, ...]:
    names = node.texts("plain")
    if set(names) - set(placeholders(node.optional_text("template") or "")):
        node.fail("plain", "names columns of the 'template'")
    return names


def _column_words(node: Node, maps: Mapping[str, dict[str, str]]) -> Mapping[str, str] | None:
    given = node.values.get("map")
    if given is None:
        return None
    if isinstance(given, dict):
        return _words(node.child("map"))
    if given not in maps:
        node.fail("map", f"takes the name of a [map.NAME] table: {', '.join(maps) or 'none yet'}")
    return maps[str(given)]


def _distinct(tables: Node) -> dict[str, Distinct]:
    found: dict[str, Distinct] = {}
    for table in tables.names:
        words = {
            node.word("distinct", ("identical", "last"), None) for node in tables.tables(table)
        } - {None}
        if len(words) > 1:
            tables.fail(table, "takes one way of 'distinct' in all its blocks")
        if words:
            found[table] = cast("Distinct", words.pop())
    return found
