"""The README that lies beside every sample, so that nobody takes it for a real service."""

from __future__ import annotations

HEADING = "# Invented sample data"
_TEXT = """
Every person, family, therapist and service in this folder is invented. Nobody filled in any of
these forms; any likeness to a real family is chance. Labels are places in a family ("Mother",
"Youth"), never names.

- Made with `alliance sample FOLDER --families {families} --seed {seed} --format {file_format}`;
  the same command gives the same bytes. `manifest.json` holds the number of rows and a checksum
  of each file.
- Format: the native tables of the board, one file each. Numbers of items only; the wording of a
  form is nowhere.
- Families F-101 to F-133 are written by hand, one story each: F-104, a youth's alliance breaks
  while the adults' holds; F-102, a split that widens; F-108, a rupture, then dropout; F-114,
  mandated, with genuine zeros; F-121, a family that came back. The others follow published
  shares: about 45 % rate high throughout, 41 % rise, 14 % slip.
- Use it to look around, to test, and to teach. It says nothing about how families fare in
  therapy.
"""


def sample_readme(families: int, seed: int, file_format: str) -> str:
    """Return the README of a sample made with these arguments."""
    return f"{HEADING}\n{_TEXT.format(families=families, seed=seed, file_format=file_format)}"
