"""Charts: the only place where money and counts become floats, and only to be drawn.

Those of the first pages are painted by Qt itself: a library for plots takes longer to import than the window to paint,
which would stand still. Those of results are drawn by such a library (:mod:`fundingapp.ui.charts.plots`), loaded late.
"""
