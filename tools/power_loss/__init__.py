"""Power loss, played: a real run's writes and syncs are written down, then cut off after any of them.

trace.c writes down what a process does to the files below a folder; labelling.py is that process, a trainer with a scripted
person; sequence.py holds what a disk may show after the power went; survival.py opens that and looks for every label.
"""
