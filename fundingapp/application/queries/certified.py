"""The figures that a certificate is about: each has the name that “why?” knows it by, and is what the file holds."""

from __future__ import annotations

from collections.abc import Callable

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.claiming import ClaimRecords, cash_position, figures
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.signing import Certified, Figures

_OfGrant = Callable[[GrantPosition, ClaimRecords], Money]
_OfProject = Callable[[ProjectPosition], Money]

#: The measures of a grant that are certified (domain paper, section 4): what is available, spent, claimed, received and
#: expected, and what money was given back.
_GRANT: tuple[tuple[str, _OfGrant], ...] = (
    ("available", lambda position, _: position.available),
    ("awarded", lambda position, _: position.awarded),
    ("spend", lambda position, _: position.spent),
    ("received", lambda position, records: cash_position(records, position.spent).paid),
    ("repaid", lambda position, records: cash_position(records, position.spent).repaid),
)
_OUTTURN: tuple[tuple[str, _OfGrant], ...] = (("outturn", lambda position, _: position.outturn),)
_PROJECT: tuple[tuple[str, _OfProject], ...] = (
    ("budget", lambda project: project.budget.current),
    ("spend", lambda project: project.spent),
)


def certified_figures(
    work: UnitOfWork, about: Certified, fund: FundId, year: FinancialYear, to_period: int, called: str = ""
) -> Figures:
    """What a certificate of a return or a year end states of the grant up to *to_period*.

    *called* is the grant's name when the certificate was prepared: one that was only renamed since is the same grant.
    """
    position = position_of(work, fund, year, to_period)
    records = claim_records(work, fund, year, to_period)
    name = called or position.fund.name
    measures = _GRANT + (_OUTTURN if about is Certified.RETURN else ())
    found = [(f"{name}/{year}/{measure}@{to_period}", of(position, records)) for measure, of in measures]
    for id, claim in records.in_order():
        if claim.counts and claim.to_period <= to_period:
            found.append((f"{name}/{year}/claim/{claim.number}", figures(records, claim=id).claimed))
    for project in position.projects:
        found += [
            (f"{project.ref}/{year}/{measure}:{project.kind.value}:{name}@{to_period}", of_project(project))
            for measure, of_project in _PROJECT
        ]
    return tuple(found)


def fund_named_in(figures: Figures, year: FinancialYear, to_period: int) -> str:
    """The name that the grant had in *figures*, of which the first is what was available."""
    return figures[0][0].removesuffix(f"/{year}/available@{to_period}") if figures else ""
