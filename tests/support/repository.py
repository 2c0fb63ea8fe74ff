"""Where this checkout lies, and what stands in it."""

from __future__ import annotations

import ast
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "dashboard"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    """Return the Python files of some top folders, in the order of their paths."""
    return sorted(file for folder in folders for file in (REPOSITORY / folder).rglob("*.py"))


def place(file: Path) -> str:
    """Return a file's path from the top of the repository, for ids and messages."""
    return file.relative_to(REPOSITORY).as_posix()


def syntax(file: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=place(file))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function and method of a tree, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def tool(name: str) -> str:
    """Return the program of a development tool: beside this Python, else on the PATH."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    assert found is not None, f"{name} is not installed: pip install -e '.[dev]'"
    return found
