"""Values become plain data for the audit trail, and words for sentences."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from fundingapp.application.commands.records import Record
from fundingapp.application.progress import SilentProgress
from fundingapp.application.wording import count, plain, short_date
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.ledger import ControlKey
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

YEAR = FinancialYear(2018)
HEAD = BudgetHead(ProjectId(1), FundId(2), Kind.CAPITAL)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (5, 5),
        ("text", "text"),
        (Money(-1_50), -1_50),
        (YEAR, "2018/19"),
        (Kind.CAPITAL, "capital"),
        (date(2018, 4, 1), "2018-04-01"),
        (datetime(2018, 4, 1, 12, tzinfo=UTC), "2018-04-01T12:00:00+00:00"),
        (Decimal("7.50"), "7.50"),
        (ControlKey("CS100", YEAR, 1), {"cost_centre": "CS100", "year": "2018/19", "period": 1}),
        (HEAD, {"project": 1, "fund": 2, "kind": "capital"}),
        (Record("x", 1, HEAD), {"kind": "x", "id": 1, "value": {"project": 1, "fund": 2, "kind": "capital"}}),
        ({Kind.REVENUE: Money(1)}, {"revenue": 1}),
        ((Money(1), [Money(2)]), [1, [2]]),
        (frozenset({"a"}), ["a"]),
    ],
)
def test_every_value_has_a_plain_form(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert json.loads(json.dumps(plain(value))) == expected


@pytest.mark.parametrize("value", [1.5, object(), BudgetHead, b"bytes"])
def test_what_has_none_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no plain form"):
        plain(value)


def test_things_are_counted_in_words() -> None:
    assert [count(number, "line") for number in (0, 1, 1204)] == ["0 lines", "1 line", "1,204 lines"]
    assert count(2, "entry", "entries") == "2 entries"


def test_days_are_written_as_here() -> None:
    assert short_date(date(2019, 3, 31)) == "31/03/2019"
    assert short_date(None) == "–"


def test_silent_progress_never_stops() -> None:
    SilentProgress().report(1, 2, "Reading")
