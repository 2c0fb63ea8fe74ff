"""Words and numbers of the field; no third party, no files but its own data."""
