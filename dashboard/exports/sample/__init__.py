"""Invented services: the bundled sample, and larger ones of the same shape for measuring."""

from dashboard.exports.sample.tables import SampleCounts
from dashboard.exports.sample.writing import BUNDLED_FAMILIES, FileFormat, write_sample

__all__ = ["BUNDLED_FAMILIES", "FileFormat", "SampleCounts", "write_sample"]
