"""The layers hold, in the source and at run time, and each contract is able to fail."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.repository import PACKAGE, REPOSITORY, place, python_files, syntax, tool

USER_INTERFACE = ["panel", "holoviews", "bokeh", "param", "tornado"]
CONTRACTS = {
    "Layers: imports only rightwards",
    "No cycles between siblings",
    "Only the store knows DuckDB",
    "Numbers know no user interface",
}
VIOLATIONS = {
    "Layers: imports only rightwards": {"exports/planted.py": "import dashboard.store"},
    "No cycles between siblings": {
        "domain/planted.py": "import dashboard.domain.planted_too",
        "domain/planted_too.py": "import dashboard.domain.planted",
    },
    "Only the store knows DuckDB": {"exports/planted.py": "import duckdb"},
    "Numbers know no user interface": {"frames/planted.py": "import holoviews"},
}


def settings() -> dict[str, object]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [tool("lint-imports"), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def broken_contracts(output: str) -> set[str]:
    endings = (line.rpartition(" ") for line in output.splitlines())
    return {name for name, _, verdict in endings if verdict == "BROKEN"}


def copied_checkout(folder: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "assets", "_data")
    shutil.copytree(PACKAGE, folder / "dashboard", ignore=ignored)
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    return folder


def test_every_import_keeps_to_the_layers():
    verdict = lint_imports(REPOSITORY)

    assert verdict.returncode == 0, verdict.stdout
    assert {name for name in CONTRACTS if f"{name} KEPT" in verdict.stdout} == CONTRACTS


@pytest.mark.parametrize("contract", sorted(VIOLATIONS))
def test_a_planted_violation_breaks_its_contract(tmp_path, contract):
    checkout = copied_checkout(tmp_path)
    for file, text in VIOLATIONS[contract].items():
        (checkout / "dashboard" / file).write_text(f'"""Planted."""\n\n{text}\n')

    verdict = lint_imports(checkout)

    assert verdict.returncode == 1, verdict.stdout
    assert contract in broken_contracts(verdict.stdout)


def test_a_new_folder_must_take_its_place_among_the_layers(tmp_path):
    checkout = copied_checkout(tmp_path)
    (checkout / "dashboard" / "planted").mkdir()
    (checkout / "dashboard" / "planted" / "__init__.py").write_text('"""Planted."""\n')

    verdict = lint_imports(checkout)

    assert verdict.returncode == 1, verdict.stdout
    assert "planted" in verdict.stdout


def test_every_layer_but_the_store_is_kept_from_duckdb():
    (contract,) = (each for each in settings()["contracts"] if "DuckDB" in each["name"])
    layers = {
        entry.name.removesuffix(".py")
        for entry in PACKAGE.iterdir()
        if (entry.is_dir() and entry.name.isidentifier() and not entry.name.startswith("_"))
        or entry.name == "errors.py"
    }

    forbidden = {name.removeprefix("dashboard.") for name in contract["source_modules"]}

    assert forbidden == layers - {"store"}


@pytest.mark.parametrize("layer", ["domain", "exports", "store", "frames"])
def test_numbers_are_made_without_loading_a_user_interface(layer, tmp_path):
    snippet = (
        "import importlib, pkgutil, sys\n"
        f"package = importlib.import_module('dashboard.{layer}')\n"
        "for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    importlib.import_module(module.name)\n"
        f"print([name for name in {USER_INTERFACE} if name in sys.modules])"
    )
    command = [sys.executable, "-c", snippet]

    loaded = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.strip() == "[]"


def foreign_imports(tree: ast.Module) -> set[str]:
    """Return the top packages a module imports beyond the standard library and dashboard."""
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    tops = {name.partition(".")[0] for name in names}
    return tops - set(sys.stdlib_module_names) - {"dashboard"}


def test_the_words_of_the_field_need_no_third_party():
    files = [file for file in python_files("dashboard") if file.parent.name == "domain"]

    assert len(files) > 5
    assert {place(file): foreign_imports(syntax(file)) for file in files} == {
        place(file): set() for file in files
    }
    assert foreign_imports(ast.parse("import polars as pl\nfrom numpy.linalg import svd")) == {
        "polars",
        "numpy",
    }
