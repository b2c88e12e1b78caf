"""Funding Tracker: a partnership's grant money, reconciled to the penny."""

__version__ = "0.1.0"
