"""Pure drawings: frames in, HoloViews elements and rows for the browser out."""
