"""The only place that talks to DuckDB: generations, connections, named queries."""
