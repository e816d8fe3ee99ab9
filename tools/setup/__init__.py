"""Makes the environments that demo, tests and benchmarks run in, from nothing and only once.

Standard library only; imports nothing of the package.
"""
