"""Benchmarks: ``python -m tests.bench``, or with beginnings of names of jobs, such as ``open import results``.

What is measured: the start to the first paint, opening to painted totals, imports of workbooks and text and of a
later download, rules, the longest time that the window stands still, a thousand papers, what the Outcomes page asks,
totals, scrolling, returns, templates of others, exports, and peak memory. Each job runs beside its reference, both in
turns, and the ratio is what counts; “CPU” is the same ratio of processor time, which a busy machine bends less. A
verdict says which of the two demands of the design is reached: what must be, or what is aimed for.

Never collected by pytest, and no figure ever fails a run: two shared cores are no clock.
"""
