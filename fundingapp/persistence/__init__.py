"""The funding file: SQLite by default, PostgreSQL by URL, through SQLAlchemy.

Rules of this room: only here is SQL spoken. Money is whole pence in integer columns (decision D6). Records are
typed table definitions and never leave this room; values do. Errors of the database are translated here into
:class:`~fundingapp.domain.errors.ExpectedError`.
"""
