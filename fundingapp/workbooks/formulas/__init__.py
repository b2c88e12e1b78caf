"""The formulas of a workbook: read as Excel stores them, and worked out where that can be done without a doubt.

``syntax`` takes a formula apart, ``values`` and ``numbers`` hold what spreadsheets mean by a value, ``worker`` works
a formula out with the ``functions`` (of ``scalars``, ``ranges``, ``lookups``, ``dates`` and ``arrays``), ``book``
reads a workbook, and ``reach`` finds what depends on what. A formula outside all this is never guessed: it ends in
NotComputed.
"""
