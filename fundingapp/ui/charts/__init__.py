"""Charts: the only place where money becomes a float, and only to be drawn.

Painted by Qt itself: a library for plots takes longer to import than the window to paint, which would stand still.
"""
