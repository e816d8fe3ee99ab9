"""How good the learning is, beside everything else a researcher could use, on the same splits. Imports torch.

splits: what is given, what is held out. measures, motion: what is counted. rivals, propagation, ours: the methods.
learning: all of them, seed by seed. lassos: a scripted person at work. unnamed: half of the classes without labels. table:
rows, means, paired differences.
"""

import os

# before UMAP loads numba: its threads slow torch's down tenfold in the same process, and the protocol is one thread
os.environ.setdefault("NUMBA_NUM_THREADS", "1")
