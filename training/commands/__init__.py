"""The commands of the command line, one a file: add() declares it, run() does it and returns the exit code.

0 done, 1 refused with a sentence on stderr, 2 misused, 3 done but not as it should be (a replay that
differs, a run that is not sound), 130 interrupted.
"""
