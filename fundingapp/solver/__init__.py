"""The solver room: what can be worked out of a table is searched for here, with HiGHS and in floating point.

No float leaves it: values and witnesses are rounded to whole numbers, and whoever asked checks every witness in whole
numbers before it counts. highspy and numpy are imported here and nowhere else, with the first search.
"""
