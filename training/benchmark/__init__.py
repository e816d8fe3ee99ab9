"""How good the learning is, beside everything else a researcher could use, on the same splits. Imports torch.

splits: what is given, what is held out. measures: what is counted. rivals, ours: the methods. live: labels that come one
by one, lassos: a scripted person's. table: rows, means, paired differences.
"""
