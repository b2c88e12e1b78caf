"""Benchmarks: ``python -m tests.bench``. Each job runs beside its reference, and the ratio is what counts.

Never collected by pytest, and no figure ever fails a run: two shared cores are no clock.
"""
