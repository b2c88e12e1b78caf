"""Charts: the only place where money becomes a float, and only to be drawn.

Import the modules of this package inside the page that shows them, never at the top of a module that the
window needs to start: pyqtgraph takes longer to import than the window to paint.
"""
