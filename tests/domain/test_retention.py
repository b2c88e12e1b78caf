"""How long papers are kept, who is due, and which backups still hold what was erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fundingapp.domain.agreements import Agreement, Terms
from fundingapp.domain.backups import Backup, Reason
from fundingapp.domain.evidence import Agreed, Evidence, EvidenceType, PersonalData
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.retention import (
    backups_holding,
    is_due,
    is_due_soon,
    is_not_looked_at,
    lacks_consent,
    propose,
)

NOW = datetime(2019, 5, 6, 12, tzinfo=UTC)
DAY = date(2018, 10, 1)
PAPER = Evidence("letter.pdf", "a" * 64, 1, NOW, "Ann")
TEN_YEARS = Agreement(
    FundId(1), "Police grant", FinancialYear(2017), FinancialYear(2019), terms=Terms(records_years=10)
)


def test_records_of_a_grant_are_kept_as_long_as_its_agreement_asks() -> None:
    proposal = propose(EvidenceType.INVOICE, PersonalData.NONE, DAY, [TEN_YEARS])
    assert proposal.until == date(2030, 3, 31)
    assert proposal.reason == "“Police grant” asks for 10 years after 2019/20"


def test_without_an_agreement_records_are_kept_six_years() -> None:
    assert propose(EvidenceType.INVOICE, PersonalData.NONE, DAY).until == date(2025, 3, 31)


@pytest.mark.parametrize("sort", [EvidenceType.CASE_STUDY, EvidenceType.PHOTO])
def test_what_tells_of_people_is_kept_two_years_whatever_the_agreement_says(sort: EvidenceType) -> None:
    assert propose(sort, PersonalData.UNKNOWN, DAY, [TEN_YEARS]).until == date(2021, 3, 31)


def test_a_paper_is_due_on_the_day_after_its_last() -> None:
    paper = replace(PAPER, retain_until=DAY)
    assert not is_due(paper, DAY)
    assert is_due(paper, DAY + timedelta(days=1))
    assert is_due_soon(paper, DAY - timedelta(days=30))
    assert not is_due_soon(paper, DAY - timedelta(days=90))
    assert not is_due(replace(paper, erased_at=NOW), DAY + timedelta(days=1))
    assert not is_due(PAPER, DAY)


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, False),
        ({"agreed": Agreed.MISSING}, True),
        ({"agreed": Agreed.WITHDRAWN}, True),
        ({"agreed": Agreed.HELD, "sort": EvidenceType.CASE_STUDY, "personal": PersonalData.SOME}, False),
        ({"sort": EvidenceType.CASE_STUDY, "personal": PersonalData.SPECIAL}, True),
        ({"sort": EvidenceType.CASE_STUDY, "personal": PersonalData.NONE}, False),
        ({"sort": EvidenceType.INVOICE, "personal": PersonalData.SOME}, False),
        ({"agreed": Agreed.MISSING, "erased_at": NOW}, False),
    ],
)
def test_consent_is_missing_where_a_case_tells_of_people(changes: dict[str, object], lacks: bool) -> None:
    assert lacks_consent(replace(PAPER, **changes)) is lacks  # type: ignore[arg-type]  # fields of a paper


def test_what_is_kept_elsewhere_needs_no_look() -> None:
    assert is_not_looked_at(PAPER)
    assert not is_not_looked_at(replace(PAPER, sha256=""))
    assert is_not_looked_at(replace(PAPER, sha256="", body="a story"))
    assert not is_not_looked_at(replace(PAPER, personal=PersonalData.NONE))


def backup(id: str, at: datetime, entries: int, reason: Reason = Reason.DAY, what: str = "") -> Backup:
    return Backup(id, at, reason, what, "Ann", "pc", "1", 5, 1, "", (), entries, "")


def test_r04_the_backups_that_hold_it_are_listed_with_the_day_on_which_they_go() -> None:
    backups = [
        backup("before", NOW - timedelta(days=9), 3),
        backup("holds", NOW - timedelta(days=2), 8),
        backup("return", NOW - timedelta(days=1), 9, Reason.RETURN, "return 1"),
        backup("after", NOW + timedelta(hours=1), 12),
    ]
    holding = backups_holding(backups, 5, NOW, NOW)
    assert [each.backup.id for each in holding] == ["holds", "return"]
    assert holding[1].expires is None
    expires = holding[0].expires
    assert expires is not None
    # One of each of the last 24 months is kept, so it goes when as many months have passed at the latest.
    assert date(2019, 5, 7) < expires <= date(2021, 6, 30)
