"""The demo: the main job on the digits, with nobody at the mouse. Not part of the extension's zip."""
