"""`make faults`: whatever dies at whatever moment, no acknowledged label is lost. Not part of the extension's zip."""

POINTS, COLUMNS = 600, 6
"""Of the data that is labelled."""
