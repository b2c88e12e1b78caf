"""Tables: a page describes its columns as data.

Models, painting and keys are here and are the same everywhere.
"""
