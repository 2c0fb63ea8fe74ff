"""Rooms a reader can hold in mind: short files, short functions, typed and described.

Every rule is a function from syntax to offenders, and is shown to find a planted offence.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.repository import REPOSITORY, functions, place, python_files, syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE_LINES = 400
FUNCTION_LINES = 50
SUFFIXES = {".py", ".sql", ".js", ".css", ".html"}
FOLDERS = ("dashboard", "queries", "tests", "benchmarks", "docs", ".ci")
ASSERTING = ("assert", "raises", "warns", "expect", "check_", "require_")


def written_files() -> list[Path]:
    found = (file for folder in FOLDERS for file in (REPOSITORY / folder).rglob("*"))
    return sorted(file for file in found if file.suffix in SUFFIXES)


def line_count(function: ast.AST) -> int:
    return function.end_lineno - function.lineno + 1


def long_functions(tree: ast.Module) -> list[str]:
    return [each.name for each in functions(tree) if line_count(each) > FUNCTION_LINES]


def functions_without_return_type(tree: ast.Module) -> list[str]:
    return [each.name for each in functions(tree) if each.returns is None]


def public_things(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the module, its public classes and functions, and their public methods."""
    yield tree
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    each
                    for each in node.body
                    if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
                    and not each.name.startswith("_")
                )


def undescribed_things(tree: ast.Module) -> list[str]:
    return [
        getattr(thing, "name", "the module")
        for thing in public_things(tree)
        if not ast.get_docstring(thing)
    ]


def assertless_tests(tree: ast.Module) -> list[str]:
    return [
        each.name
        for each in functions(tree)
        if each.name.startswith("test_")
        and not any(word in ast.unparse(each.body) for word in ASSERTING)
    ]


def offences(files: list[Path], rule: object) -> list[str]:
    return [f"{place(file)}: {name}" for file in files for name in rule(syntax(file))]


def test_no_written_file_is_longer_than_400_lines():
    lengths = {place(file): len(file.read_text().splitlines()) for file in written_files()}

    assert len(lengths) > 10
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_50_lines():
    files = python_files(*FOLDERS)

    assert offences(files, long_functions) == []


def test_every_function_of_the_product_says_what_it_returns():
    assert offences(python_files("dashboard"), functions_without_return_type) == []


def test_every_public_thing_of_the_product_is_described():
    assert offences(python_files("dashboard"), undescribed_things) == []


def test_every_test_asserts_something():
    assert offences(python_files("tests"), assertless_tests) == []


@pytest.mark.parametrize(
    ("rule", "offence", "found"),
    [
        (long_functions, "def f():\n" + "    x = 1\n" * 50, ["f"]),
        (long_functions, "class C:\n  def f(self):\n" + "    x = 1\n" * 50, ["f"]),
        (long_functions, "def f():\n" + "    x = 1\n" * 49, []),
        (functions_without_return_type, "class C:\n    def m(self): pass", ["m"]),
        (functions_without_return_type, "def f() -> None: pass", []),
        (undescribed_things, "'''A module.'''\ndef f(): pass", ["f"]),
        (undescribed_things, "class C:\n    def m(self): pass", ["the module", "C", "m"]),
        (undescribed_things, "'''A module.'''\ndef _f(): pass", []),
        (assertless_tests, "def test_a(): run()", ["test_a"]),
        (assertless_tests, "def test_a(): assert run()", []),
    ],
)
def test_each_rule_finds_what_it_is_for(rule, offence, found):
    assert rule(ast.parse(offence)) == found
