"""Which columns of a file a mapping names, one by one or by a pattern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dashboard.exports.mapping_columns import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dashboard.exports.mapping_model import Block, ColumnSpec, FileSpec


def named_columns(block: Block, file_id: str, column: str = "") -> set[str]:
    """Return the columns of a file that a block names; a pattern counts where ``column`` fits."""
    own: set[str] = set()
    for spec in block.columns.values():
        own |= names_of(spec)
    for condition in block.where:
        own |= {*condition.columns}
    names = {name for name in own if block.file_id == file_id}
    for join in block.joins:
        names |= {*join.left} if block.file_id == file_id else set()
        if join.file_id == file_id:
            names |= {*join.right, *(name.removeprefix(f"{file_id}.") for name in own)}
    if block.unpivot is not None and block.file_id == file_id:
        names |= {*block.unpivot.columns}
        pattern = block.unpivot.pattern
        if pattern and re.fullmatch(pattern_expression(pattern), column):
            names.add(column)
    return names


def native_columns_of(
    blocks: Iterable[Block], file_id: str, column: str, derived: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the native columns that a column of a file goes to, as ``table.column``.

    A column that only says which rows count, or joins two files, is named by the table alone.

    Args:
        blocks: Blocks of the mapping.
        file_id: The file.
        column: The column.
        derived: By a column that a profile made, the column of the file it comes from.
    """
    names = {column, *(made for made, own in derived.items() if own == column)}
    found: dict[str, None] = {}
    for block in blocks:
        if not any(name in named_columns(block, file_id, name) for name in names):
            continue
        called = _called_in(block, file_id, names)
        goes = [to for to, spec in block.columns.items() if names_of(spec) & called]
        found |= dict.fromkeys([f"{block.table}.{to}" for to in goes] or [block.table])
    whole = {name.partition(".")[0] for name in found if "." in name}
    return tuple(name for name in found if name not in whole)


def _called_in(block: Block, file_id: str, names: set[str]) -> set[str]:
    """Return by which names the columns of a block know columns of a file."""
    called = {f"{file_id}.{name}" for name in names if _joins(block, file_id)}
    if block.file_id == file_id:
        called |= names | _unpivoted_names(block, names)
    return called


def _joins(block: Block, file_id: str) -> bool:
    return any(join.file_id == file_id for join in block.joins)


def names_of(spec: ColumnSpec) -> set[str]:
    """Return the columns that a column of a block is made of; empty for a constant."""
    own = {spec.column} if spec.column else set()
    return {*own, *placeholders(spec.template or ""), *spec.rank_by, *spec.rank_within}


def _unpivoted_names(block: Block, names: set[str]) -> set[str]:
    """Return the new column that holds the cells of wide columns; empty where none is wide."""
    if block.unpivot is None:
        return set()
    pattern = block.unpivot.pattern
    is_wide = bool(names & {*block.unpivot.columns}) or (
        pattern is not None
        and any(re.fullmatch(pattern_expression(pattern), name) for name in names)
    )
    return {block.unpivot.value} if is_wide else set()


def pattern_expression(pattern: str) -> str:
    """Return the regular expression of names of wide columns with ``{placeholders}``."""
    pieces = re.split(r"\{[^{}]+\}", pattern)
    return "(.+?)".join(re.escape(piece) for piece in pieces)


def sought_names(spec: FileSpec, blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return the columns of one file that blocks ask for, without those an unpivot makes.

    Args:
        spec: The file.
        blocks: Blocks of the mapping.
    """
    sought: set[str] = {*spec.needed_columns, *spec.fill_down, *spec.fill_from}
    for block in blocks:
        joined = tuple(f"{join.file_id}." for join in block.joins)
        made = _made_names(block) if block.file_id == spec.file_id else set()
        sought |= {
            name
            for name in named_columns(block, spec.file_id)
            if name not in made and not name.startswith(joined)
        }
    return tuple(sorted(sought))


def sought_patterns(spec: FileSpec, blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return the regular expressions of further columns that blocks ask for."""
    return tuple(
        pattern_expression(block.unpivot.pattern)
        for block in blocks
        if block.file_id == spec.file_id and block.unpivot and block.unpivot.pattern
    )


def _made_names(block: Block) -> set[str]:
    if block.unpivot is None:
        return set()
    named = placeholders(block.unpivot.pattern or "")
    return {block.unpivot.value, *named, str(block.unpivot.key_column)}
