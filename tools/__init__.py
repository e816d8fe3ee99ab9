"""Set-up, lint, packaging and test running for people who work on this repository; never shipped.

Standard library only, so that any Python 3.9 or later can start it on a machine where nothing is installed.
"""
