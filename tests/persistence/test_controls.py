"""Control totals over several imports: what the store adds up is what the domain's rule says (R9)."""

from __future__ import annotations

import random
from typing import Any

import pytest

from fundingapp.application.ports import BatchState
from fundingapp.domain.ledger import LedgerLine, controls_of, standing_controls
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import ControlSum
from tests.persistence.support import Place, a_batch, a_line

YEARS = (FinancialYear(2017), FinancialYear(2018))


def sums_by_the_rule(downloads: list[list[LedgerLine]], year: FinancialYear) -> list[ControlSum]:
    standing = standing_controls([controls_of(lines) for lines in downloads])
    own = {key: control for key, control in standing.items() if key.year == year}
    return [
        ControlSum(
            period,
            sum(control.lines for key, control in own.items() if key.period == period),
            Money.total(control.total for key, control in own.items() if key.period == period),
        )
        for period in sorted({key.period for key in own})
    ]


def made(key: int, centre: str, start: int, period: int, pence: int) -> LedgerLine:
    given: dict[str, Any] = {"cost_centre": centre, "year": FinancialYear(start), "period": period}
    return a_line(f"T{key}", pence, **given)


@pytest.mark.parametrize("seed", range(12))
def test_control_sums_follow_the_rule_whatever_was_imported(place: Place, seed: int) -> None:
    chance = random.Random(seed)
    downloads: list[list[LedgerLine]] = []
    with place.open().open_work() as work:
        for number in range(chance.randrange(1, 6)):
            first = chance.choice((2017 * 13, 2017 * 13, 2018 * 13, 2018 * 13 + 4))
            months = range(first, min(first + chance.randrange(1, 20), 2019 * 13))
            centres = chance.sample("ABCD", chance.randrange(1, 4))
            lines = [
                made(number * 1000 + at, chance.choice(centres), *_period(chance.choice(months)), at * 7 - 50)
                for at in range(chance.randrange(0, 30))
            ]
            batch = work.ledger.add_batch(a_batch(lines), lines, [], [], controls_of(lines), [], [])
            if chance.random() < 0.2:
                work.ledger.set_batch_state(batch, BatchState.REMOVED)
            else:
                downloads.append(lines)
        for year in YEARS:
            assert work.ledger.control_sums(year) == sums_by_the_rule(downloads, year)
        groups = [frozenset(line.cost_centre for line in lines) for lines in downloads if lines]
        assert work.ledger.cost_centre_groups() == groups


def _period(month: int) -> tuple[int, int]:
    return month // 13, month % 13 + 1


def test_a_download_that_goes_on_speaks_for_the_one_before(place: Place) -> None:
    """Every month the whole year so far: only the newest counts, and only its own controls are read."""
    places = [(period, centre) for period in range(1, 4) for centre in "AB"]
    lines = [made(key, centre, 2018, period, 100) for key, (period, centre) in enumerate(places)]
    with place.open().open_work() as work:
        for months in (1, 2, 3):
            seen = [line for line in lines if line.period <= months]
            work.ledger.add_batch(
                a_batch(seen), seen if months == 3 else [], [], [], controls_of(seen), [], []
            )
        assert work.ledger.control_sums(YEARS[1]) == [
            ControlSum(period, 2, Money(200)) for period in (1, 2, 3)
        ]
