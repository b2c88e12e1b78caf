"""What is true about grant money.

Rules of this room: the standard library only (suppliers.py alone asks rapidfuzz how alike two names are); values are
frozen; money is whole pence; the clock, files, databases and windows are unknown here. Findings about a user's data
are values; a refusal is an :class:`~fundingapp.domain.errors.ExpectedError`.
"""
