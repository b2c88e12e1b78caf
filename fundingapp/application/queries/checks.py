"""Whether the figures of a file hold together: every identity that no open work can break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import BatchState, LineFilter, Show, Tools
from fundingapp.application.queries.heads import granted
from fundingapp.application.queries.identities import identities_of
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.application.queries.year_end import closed_of
from fundingapp.domain.ids import BatchId


@dataclass(frozen=True, slots=True)
class CheckFigures(Question["list[str]"]):
    """What is wrong with the figures, in sentences; empty when they hold together.

    Work still to do is not wrong: lines that wait (R10) must only sum to the difference shown, money awarded beyond
    what is available (R2) and accruals without a reversal (R13) are for the user to settle, R9 may differ by the lines
    kept as an earlier download had them, an adjustment may name a line that was charged anew since (R14), and a sum may
    be typed as brought forward from a year that was recorded after it (R26). A year end is open work (R24, R25, R28,
    R29) until the year is closed: from then on nothing is left undecided (R25). What a commissioner publishes need not
    add up (R30).
    """


def answer_check(question: CheckFigures, tools: Tools) -> list[str]:
    found: list[str] = []
    with tools.open_work(reading=True) as work:
        grants = sorted(granted(work))
        kept_old = any(
            not change.taken
            for batch in work.ledger.batches()
            if batch.value.state is BatchState.LIVE
            for change in work.ledger.changes(BatchId(batch.id))
        )
        for fund, year in grants:
            position = position_of(work, fund, year, WHOLE_YEAR)
            waiting = work.ledger.total(LineFilter(year=year, show=Show.WAITING))[1]
            for identity in identities_of(work, position):
                expected = {
                    "R10": identity.difference == waiting,
                    "R2": True,
                    "R9": kept_old,
                    "R13": True,
                    "R24": True,
                    "R25": closed_of(work, fund, year) is None,
                    "R28": True,
                    "R29": True,
                    "R14": bool(position.overdrawn) and not identity.difference,
                    "R30": True,
                    "R30b": True,
                    "R26": identity.difference == position.resources.opening and not identity.broken,
                }
                if not identity.holds and not expected.get(identity.id, False):
                    found.append(
                        f"{position.fund.name} {year}, {identity.id} ({identity.name}): "
                        f"{identity.left.in_words} against {identity.right_total.in_words}."
                    )
    return found


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {CheckFigures: answer_check}
