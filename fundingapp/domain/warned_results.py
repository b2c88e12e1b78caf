"""What is warned of about the difference that the money makes: milestones and figures that are late."""

from __future__ import annotations

from fundingapp.domain.early_warnings import EarlyWarning, Severity, Term, WarningKind, Watch, counted
from fundingapp.domain.errors import listed
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.outcomes import Milestone
from fundingapp.domain.schedules import DeadlineKind, in_days


class ResultsWatch(Watch):
    """Warnings about milestones and figures."""

    def look(self) -> list[EarlyWarning]:
        """Whenever the year is."""
        return [*self._milestones(), *self._missing_figures()]

    def _milestones(self) -> list[EarlyWarning]:
        """Milestones that are overdue, one warning for each project."""
        by_project: dict[ProjectId, list[Milestone]] = {}
        for milestone in self._records.milestones:
            by_project.setdefault(milestone.project, []).append(milestone)
        found = []
        for id, milestones in by_project.items():
            project = self._records.projects[id]
            milestones.sort(key=lambda each: each.expected or each.due)
            first = milestones[0]
            days = (self._today - (first.expected or first.due)).days
            more = f", and {len(milestones) - 1} more" if len(milestones) > 1 else ""
            found.append(
                EarlyWarning(
                    WarningKind.MILESTONE,
                    Severity.LOOK,
                    f"{project.ref} {project.name}",
                    f"“{first.name}” is {counted(days, 'day')} overdue{more}: record when it was done, or say when it "
                    "is expected.",
                    tuple(
                        Term(each.name, f"due {each.expected or each.due:%d/%m/%Y}") for each in milestones
                    ),
                    "outcomes",
                    ("chain", None),
                    id,
                    (WarningKind.MILESTONE, id),
                )
            )
        return found

    def _missing_figures(self) -> list[EarlyWarning]:
        """Figures of quarters that are over, one warning for the grant; with the day on which its report is due."""
        missing = [each for each in self._records.missing if self._only in (None, each.project)]
        if not missing:
            return []
        last = max(each.quarter for each in missing)
        quarters = listed((f"Q{quarter}" for quarter in sorted({each.quarter for each in missing})), "and")
        severity, due = self._report_due(last)
        refs = {each.ref for each in missing}
        only = missing[0].project if len(refs) == 1 else None
        about = f"{missing[0].ref} {self._records.projects[only].name}" if only is not None else None
        indicators = len({each.indicator for each in missing})
        lacks = "lacks its" if indicators == 1 else "lack their"
        return [
            EarlyWarning(
                WarningKind.NO_FIGURES,
                severity,
                about or self.of_grant("Outcomes"),
                f"{counted(indicators, 'indicator')} {lacks} {'figure' if len(missing) == 1 else 'figures'} for "
                f"{quarters}{due}.",
                tuple(
                    Term(
                        f"{each.ref} {each.name}",
                        each.period,
                        f"indicator/{each.indicator}/{self._year}/q{each.quarter}",
                    )
                    for each in missing
                ),
                "outcomes",
                ("indicators", None),
                only,
                (WarningKind.NO_FIGURES, self._position.fund_id),
            )
        ]

    def _report_due(self, quarter: int) -> tuple[Severity, str]:
        """How pressing figures of *quarter* are, by the report on it that is still to be made, in words."""
        reports = [
            entry
            for entry in self._records.schedule
            if entry.kind is DeadlineKind.REPORT and entry.done_on is None and entry.to_period == quarter * 3
        ]
        if not reports:
            return Severity.LOOK, ""
        due = min(entry.due for entry in reports)
        words = f"; the report is due on {due:%d/%m/%Y}, {in_days(due, self._today)}"
        if due < self._today:
            return Severity.NOW, f"; the report was due on {due:%d/%m/%Y}"
        return Severity.SOON, words
