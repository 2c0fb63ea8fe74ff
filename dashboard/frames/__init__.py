"""One function per measure: a typed Polars frame from a named query."""
