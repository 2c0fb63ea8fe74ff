"""Hold the bars of branch coverage that pyproject.toml sets: ``python .ci/coverage.py``.

Reads the data that a run of the tests left behind; see .ci/run for how they are collected.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def bars() -> dict[str, dict[str, str | int]]:
    """Return the bars by name: which files, what per cent, and a reason where one was lowered."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["alliance"]["coverage"]


def holds(name: str, bar: dict[str, str | int]) -> bool:
    """Print the report of one bar and return whether it is reached."""
    print(f"== coverage of {name}: at least {bar['bar']} % of lines and branches", flush=True)
    command = [sys.executable, "-m", "coverage", "report"]
    chosen = [f"--include={bar['files']}", f"--fail-under={bar['bar']}"]
    return subprocess.run([*command, *chosen], cwd=REPOSITORY, check=False).returncode == 0


def main() -> int:
    """Go through every bar; return 1 where one is not reached."""
    missed = [name for name, bar in bars().items() if not holds(name, bar)]
    print(f"coverage: below the bar: {', '.join(missed)}" if missed else "coverage: reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
