"""How often suggestions are right, measured on a labelled ledger month by month.

For each month only the lines of earlier months are charged, as the finance officer decided in the end; what is then
suggested for the month's lines is compared with their answers before these are charged in turn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fundingapp.application.commands.suggestions import Suggest
from fundingapp.application.ports import Charged, LineCharges
from fundingapp.domain.allocations import Award
from fundingapp.domain.funds import Fund, Kind, Project
from fundingapp.domain.ids import FundId, LineId, PartyId, ProjectId
from fundingapp.domain.matching import Charge, Disposition, How
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.suggestions import ACCEPT_LINE, Goal, Proposal
from fundingapp.persistence.database import Database, create_file, open_file
from tests.builders_core import make_head
from tests.labelled_ledger import EXCLUDED, FIRST_YEAR, INCOME, Labelled, LabelledLedger
from tests.persistence.support import RECORD, add_lines, desk_of, noon


@dataclass
class Measured:
    """What was suggested and how much of it was right."""

    lines: int = 0
    suggested: int = 0
    suggested_right: int = 0
    certain: int = 0
    certain_right: int = 0
    by_score: Counter[tuple[int, bool]] = field(default_factory=Counter)
    wrong: list[tuple[Labelled, Proposal, Goal]] = field(default_factory=list)

    def take(self, entry: Labelled, proposal: Proposal | None, answer: Goal) -> None:
        self.lines += 1
        if proposal is None:
            return
        right = proposal.goal == answer
        self.by_score[proposal.score, right] += 1
        self.suggested += 1
        self.suggested_right += right
        if proposal.certain:
            self.certain += 1
            self.certain_right += right
            if not right:
                self.wrong.append((entry, proposal, answer))

    @property
    def per_mille_right(self) -> int:
        """Of a thousand suggestions above the accept line, how many are right."""
        return 1000 * self.certain_right // self.certain

    def __str__(self) -> str:
        return (
            f"{self.lines} lines; above {ACCEPT_LINE}: {self.certain}, right {self.certain_right}"
            f" ({100 * self.certain_right / max(self.certain, 1):.2f} %), recall"
            f" {100 * self.certain_right / self.lines:.1f} %; all: {self.suggested}, right {self.suggested_right}"
            f" ({100 * self.suggested_right / max(self.suggested, 1):.1f} %)"
        )


def measure(database: Database, ledger: LabelledLedger) -> Measured:
    """Plays the two years of *ledger* through the file."""
    desk = desk_of(database)
    with database.open_work() as work:
        party = PartyId(work.parties.add(Party("The Commissioner", PartyKind.COMMISSIONER)))
        fund = FundId(work.funds.add(Fund("Serious Violence", party)))
        heads = {}
        for project in ledger.projects:
            known = ProjectId(work.projects.add(Project(project.ref, project.name)))
            heads[project.number] = make_head(known, fund)
            for year in project.years:
                amount = Money(100_000_000)
                work.awards.add(
                    Award(known, fund, FinancialYear(FIRST_YEAR.start + year), Kind.REVENUE, amount)
                )
        work.commit(RECORD)

    def goal(answer: int) -> Goal:
        if answer in {EXCLUDED, INCOME}:
            return Goal(Disposition.EXCLUDED if answer == EXCLUDED else Disposition.INCOME, None)
        return Goal(Disposition.PROJECT, heads[answer])

    found = Measured()
    for month in ledger.months:
        with database.open_work() as work:
            _, ids = add_lines(work, [entry.line for entry in month])
            work.commit(RECORD)
        desk.do(Suggest())
        with database.open_work(reading=True) as work:
            stored = work.suggestions.of(ids)
        with database.open_work() as work:
            placed = []
            for id, entry in zip(ids, month, strict=True):
                proposals = stored.get(LineId(id), ())
                found.take(entry, proposals[0] if proposals else None, goal(entry.answer))
                charge = Charge(*goal(entry.answer), entry.line.amount, "as decided")
                placed.append(LineCharges(id, (Charged(charge, How.HAND, None, "Ann", noon()),)))
            work.ledger.put_charges(placed)
            work.commit(RECORD)
    return found


@pytest.mark.timeout(300)
def test_at_least_99_of_100_suggestions_above_the_accept_line_are_right(
    tmp_path: Path,
) -> None:
    create_file(tmp_path / "labelled.funding")
    database = open_file(tmp_path / "labelled.funding", noon, "S. Officer")
    try:
        found = measure(database, LabelledLedger(20_261_120))
    finally:
        database.close()
    assert found.lines >= 9_900
    assert found.per_mille_right >= 990, str(found)
    # A line that accepts nothing would be right as well.
    assert found.certain_right * 2 >= found.lines, str(found)
