"""Formats in, native tables out: every row accepted or set aside with its reason."""
