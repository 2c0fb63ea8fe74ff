"""Serve, notebook and command line; no logic of their own."""
