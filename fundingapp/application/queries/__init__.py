"""What can be asked, one module per noun: a frozen question, a flat answer, and the function that finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.ports import Tools
from fundingapp.application.queries import (
    adjustments,
    agreements,
    areas,
    batches,
    bid_packs,
    bids,
    budgets,
    checks,
    claims,
    downloads,
    enquiries,
    exports,
    funding,
    handovers,
    identities,
    layouts,
    line_story,
    lines,
    locks,
    parties,
    plan,
    previews,
    returns,
    rules,
    search,
    suggestions,
    tables,
    virements,
    why,
    workspace,
)

#: Which function answers which question.
ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    **adjustments.ANSWERS,
    **agreements.ANSWERS,
    **areas.ANSWERS,
    **batches.ANSWERS,
    **bid_packs.ANSWERS,
    **bids.ANSWERS,
    **budgets.ANSWERS,
    **checks.ANSWERS,
    **claims.ANSWERS,
    **downloads.ANSWERS,
    **enquiries.ANSWERS,
    **exports.ANSWERS,
    **handovers.ANSWERS,
    **funding.ANSWERS,
    **identities.ANSWERS,
    **layouts.ANSWERS,
    **line_story.ANSWERS,
    **lines.ANSWERS,
    **locks.ANSWERS,
    **parties.ANSWERS,
    **plan.ANSWERS,
    **previews.ANSWERS,
    **returns.ANSWERS,
    **rules.ANSWERS,
    **search.ANSWERS,
    **suggestions.ANSWERS,
    **tables.ANSWERS,
    **virements.ANSWERS,
    **why.ANSWERS,
    **workspace.ANSWERS,
}
