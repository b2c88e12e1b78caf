"""Why an agreement's figures are so, and those of all grants of a year together."""

from __future__ import annotations

from collections.abc import Callable

from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.agreements import GrantLine, GrantsOfYear, agreed_sums, answer_year
from fundingapp.application.queries.explanations import Explanation, Term
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
