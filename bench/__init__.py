"""Benchmarks: figures as ratios in one run, with the command that makes them. Not part of the extension's zip."""
