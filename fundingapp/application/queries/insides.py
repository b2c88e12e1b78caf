"""What a backup holds, for whoever thinks of restoring it (bad-inputs F17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import JournalLine, LineFilter, Tools
from fundingapp.application.queries.identities import identities_of
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.safety import GrantTotals, Inside
from fundingapp.domain.backups import Backup


@dataclass(frozen=True, slots=True)
class WhatIsInside(Question[Inside]):
    """The partnership, its grants and its ledger lines, asked of the *backup* that is open; *lost* and *same_history*
    say what the present file holds beyond it."""

    backup: Backup
    lost: tuple[JournalLine, ...] | None
    same_history: bool


def answer_inside(question: WhatIsInside, tools: Tools) -> Inside:
    with tools.open_work(reading=True) as work:
        held = work.partnership.all()
        grants = sorted(
            {(kept.value.fund, kept.value.year) for kept in work.allocations.all()}
            | {(kept.value.fund, kept.value.year) for kept in work.awards.all()},
            key=lambda each: (-each[1].start, each[0]),
        )
        totals = []
        for done, (fund, year) in enumerate(grants):
            tools.progress.report(done, len(grants), "Adding the backup up")
            position = position_of(work, fund, year, WHOLE_YEAR)
            totals.append(
                GrantTotals(
                    f"{position.fund.name} {year}",
                    position.available,
                    position.awarded,
                    position.spent,
                    all(identity.holds for identity in identities_of(work, position)),
                )
            )
        lines, _ = work.ledger.total(LineFilter())
    return Inside(
        question.backup,
        held[0].value.name if held else "",
        tuple(totals),
        lines,
        question.lost,
        question.same_history,
    )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {WhatIsInside: answer_inside}
