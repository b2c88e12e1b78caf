"""Why a line that a rule would charge is held for a person's decision (bad-inputs L02, L05), or takes no charge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from fundingapp.domain.charging import Standing
from fundingapp.domain.funds import Project
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.locks import Locks
from fundingapp.domain.matching import Charge


class Holds:
    """The locked periods, the heads that take no charges, and the projects that run for a part of their years only."""

    def __init__(
        self, locks: Locks, projects: Mapping[ProjectId, Project], standing: Standing | None = None
    ) -> None:
        self._locks = locks
        self._standing = standing or Standing()
        self._dated = {
            id: project for id, project in projects.items() if project.starts_on or project.ends_on
        }

    def __bool__(self) -> bool:
        return bool(self._locks) or bool(self._dated) or bool(self._standing)

    def because(self, line: LedgerLine, charges: Iterable[Charge]) -> str:
        """Why *line* must not get *charges* without a person; "" when it may."""
        lock = self._locks.on(line.year, line.period)
        if lock is not None:
            return (
                f"{lock.in_words}, and this line came for period {line.period}: charge it by hand as a prior-period "
                "adjustment, reopen them to charge it there, or leave it and put the cost in a later period."
            )
        charges = tuple(charges)
        return self._without_award(line, charges) or self.out_of_time(line, charges)

    def _without_award(self, line: LedgerLine, charges: Iterable[Charge]) -> str:
        """Why a head among *charges* takes none: its bid is not decided, or not running."""
        if not self._standing:
            return ""
        for charge in charges:
            obstacle = self._standing.of(charge.head, line.year) if charge.head is not None else None
            if obstacle is not None:
                return f"{obstacle.about(charge.amount)} {obstacle.advice}"
        return ""

    def out_of_time(self, line: LedgerLine, charges: Iterable[Charge]) -> str:
        """Why *line* lies outside the time of a project that *charges* names; "" when it does not.

        A line without a date is taken for one of its whole year.
        """
        if line.posted_on is None:
            return ""
        for charge in charges:
            project = self._dated.get(charge.head.project) if charge.head is not None else None
            if project is not None and not _runs_on(project, line.posted_on):
                return (
                    f"{project.ref} runs {_time_of(project)}, and this line is dated {line.posted_on:%d/%m/%Y}: "
                    "charge it by hand with the reason, if it belongs there."
                )
        return ""


def _runs_on(project: Project, day: date) -> bool:
    return (project.starts_on is None or project.starts_on <= day) and (
        project.ends_on is None or day <= project.ends_on
    )


def _time_of(project: Project) -> str:
    """“from 01/06/2018 to 31/12/2018”, with one of the two when the other is open."""
    start = f"from {project.starts_on:%d/%m/%Y}" if project.starts_on else ""
    end = f"to {project.ends_on:%d/%m/%Y}" if project.ends_on else ""
    return f"{start} {end}".strip()
