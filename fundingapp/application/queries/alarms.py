"""What broke a balance, a certificate or a reconciliation: the first entry of the history that did, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.watched import Watching, watched_now
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.watching import Alarm, Difference, Watched, differences


@dataclass(frozen=True, slots=True)
class Alarms(Question["list[AlarmShown]"]):
    """The alarms, the newest first; *open_only* leaves out those whose figures are again what they were."""

    open_only: bool = True


@dataclass(frozen=True, slots=True)
class AlarmShown:
    """An alarm: *what* it is about, the entry that broke it first, and how the figures differ now (nothing once they
    agree again, or once nothing watches them any more)."""

    id: int
    alarm: Alarm
    what: str
    fund: FundId | None
    year: FinancialYear | None
    now: tuple[Difference, ...]

    @property
    def is_open(self) -> bool:
        return self.alarm.cleared is None and bool(self.now)

    @property
    def in_words(self) -> str:
        """“The certificate of … was first broken by Ben on 03/05/2019: charge 2 lines to LF-01 (entry 57)”."""
        what = self.what[0].upper() + self.what[1:]
        day = self.alarm.at.astimezone().strftime("%d/%m/%Y")
        return (
            f"{what} was first broken by {self.alarm.by} on {day}: {self.alarm.done} "
            f"(entry {self.alarm.sequence} of the history)"
        )


def alarms_shown(work: UnitOfWork, *, open_only: bool = True) -> list[AlarmShown]:
    """The alarms as :class:`Alarms` asks for them."""
    kept_alarms = [kept for kept in work.alarms.all() if not open_only or kept.value.cleared is None]
    if not kept_alarms:
        return []
    looked_at: dict[tuple[Watched, int], Watching] = {
        (each.watched, each.id): each for each in watched_now(work)
    }
    found = []
    for kept in reversed(kept_alarms):
        alarm = kept.value
        at = looked_at.get((alarm.watched, alarm.watched_id))
        if at is None:
            if open_only:
                continue
            what = f"a {alarm.watched.value} that is no longer watched"
            found.append(AlarmShown(kept.id, alarm, what, None, None, ()))
            continue
        now = differences(at.was, at.now) if alarm.cleared is None else ()
        found.append(AlarmShown(kept.id, alarm, at.what, at.fund, at.year, now))
    return found


def answer_alarms(question: Alarms, tools: Tools) -> list[AlarmShown]:
    with tools.open_work(reading=True) as work:
        return alarms_shown(work, open_only=question.open_only)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {Alarms: answer_alarms}
