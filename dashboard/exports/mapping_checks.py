"""Checks of a mapping that need no file: encodings, templates, names, values of a type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.headers import RESERVED
from dashboard.exports.mapping_columns import placeholders
from dashboard.exports.schemas import legal_words, polars_schema
from dashboard.exports.text_tables import is_text_encoding
from dashboard.exports.values import value_of_text

if TYPE_CHECKING:
    from dashboard.exports.mapping_model import ColumnSpec
    from dashboard.exports.mapping_toml import Node

_KINDS = {
    pl.Boolean: "true or false",
    pl.Date: "days written YYYY-MM-DD",
    pl.Datetime: "moments written YYYY-MM-DDTHH:MM",
    pl.Int32: "whole numbers",
    pl.Float64: "numbers",
}


def require_encoding(node: Node, encoding: str) -> None:
    """Refuse an encoding that turns no bytes into text.

    Raises:
        MappingError: If it is unknown, or an encoding of something else than texts.
    """
    if not is_text_encoding(encoding):
        node.fail("encoding", 'takes the name of a text encoding, for instance "cp1252"')


def require_placeholders(node: Node, key: str, example: str) -> None:
    """Refuse a template or pattern whose placeholders are absent or cut.

    Raises:
        MappingError: If it has none, or a brace without its partner.
    """
    text = node.text(key)
    rest = re.sub(r"\{[^{}]+\}", "", text)
    if not placeholders(text) or "{" in rest or "}" in rest:
        node.fail(key, f'holds whole {{column}} placeholders, for instance "{example}"')


def require_new_names(node: Node, names: dict[str, list[str]]) -> None:
    """Refuse names of new columns that are equal, or that the board keeps for itself.

    Args:
        node: The table that names them.
        names: The names by key.

    Raises:
        MappingError: If two are equal, or one begins with two underscores.
    """
    every = [name for found in names.values() for name in found]
    for key, found in names.items():
        if any(name.startswith(RESERVED) for name in found):
            node.fail(key, f"takes names that do not begin with '{RESERVED}'")
    if len(set(every)) < len(every):
        node.fail("", "takes a different name for each new column")


def require_legal(columns: Node, table: str, name: str, spec: ColumnSpec) -> None:
    """Refuse a constant, default or mapped word that the native column can never hold.

    Raises:
        MappingError: If it is not in the list of the column, or not of its type.
    """
    legal = legal_words(table, name)
    target = polars_schema(table)[name]
    given = {spec.default, *(spec.words or {}).values()} - {None, ""}
    if target != pl.Date:
        given |= {spec.value} - {None, ""}
    if legal is not None:
        if not given <= set(legal):
            columns.fail(name, f"may only yield one of: {', '.join(legal)}")
    elif target != pl.String and not all(_is_of_type(str(text), target) for text in given):
        columns.fail(name, f"may only yield {_KINDS[target.base_type()]}")


def _is_of_type(text: str, target: pl.DataType) -> bool:
    return pl.select(value_of_text(pl.lit(text), target)).item() is not None
