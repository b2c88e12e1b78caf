"""Which suggestions have to be worked out again, noted by every write of lines or charges."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fundingapp.persistence.ledger.part import Part, chunks

#: Stands in the table of suppliers for “everything”.
EVERYTHING = "*"

#: From so many lines on everything is due: to follow each would cost more than it saves.
_MANY = 2_500


class Due(Part):
    """Notes what is due; working it out is a step of its own, so that no import waits for it."""

    def _everything_is_due(self) -> None:
        self._add_due([EVERYTHING])

    def _lines_are_due(self, ids: Collection[int]) -> None:
        """Notes the suppliers of these lines, and of the other lines of their pairs."""
        if len(ids) > _MANY:
            self._everything_is_due()
            return
        names: set[str] = set()
        for chunk in chunks(ids):
            among = f"IN ({self._marks(len(chunk))})"
            for column, other in (("line_id", "original_id"), ("original_id", "line_id")):
                names.update(
                    row[0]
                    for row in self._connection.exec_driver_sql(
                        f"SELECT DISTINCT supplier FROM ledger_line JOIN reversal_pair ON id = {other}"  # noqa: S608 - names and marks
                        f" WHERE {column} {among}",
                        tuple(chunk),
                    )
                )
            names.update(
                row[0]
                for row in self._connection.exec_driver_sql(
                    f"SELECT DISTINCT supplier FROM ledger_line WHERE id {among}",  # noqa: S608 - marks
                    tuple(chunk),
                )
            )
        self._add_due(names)

    def _add_due(self, names: Iterable[str]) -> None:
        rows = [(name,) for name in sorted(names)]
        if rows:
            self._connection.exec_driver_sql(
                f"INSERT INTO suggestion_due (supplier) VALUES ({self._mark}) ON CONFLICT DO NOTHING",  # noqa: S608 - a mark
                rows,
            )
