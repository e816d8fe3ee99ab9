"""`make faults`: whatever dies at whatever moment, no acknowledged label is lost. Not part of the extension's zip."""
