"""Selection state, widgets and pages."""
