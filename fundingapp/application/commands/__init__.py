"""What a person can do, one module per noun: a frozen command and the function that carries it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.commands import (
    adjustments,
    agreements,
    allocations,
    areas,
    awards,
    bids,
    bids_running,
    budgets,
    claims,
    conditions,
    deadlines,
    enquiries,
    exchange,
    grants,
    imports,
    layouts,
    locks,
    match_funding,
    matching,
    merging,
    parties,
    plan,
    reconciliations,
    records,
    returns,
    rules,
    sessions,
    suggestions,
    virements,
    year_end,
)
from fundingapp.application.effect import Effect
from fundingapp.application.ports import Tools

#: Which function carries out which command.
HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    **records.HANDLERS,
    **agreements.HANDLERS,
    **allocations.HANDLERS,
    **enquiries.HANDLERS,
    **exchange.HANDLERS,
    **grants.HANDLERS,
    **adjustments.HANDLERS,
    **claims.HANDLERS,
    **conditions.HANDLERS,
    **deadlines.HANDLERS,
    **areas.HANDLERS,
    **awards.HANDLERS,
    **bids.HANDLERS,
    **bids_running.HANDLERS,
    **budgets.HANDLERS,
    **locks.HANDLERS,
    **imports.HANDLERS,
    **layouts.HANDLERS,
    **match_funding.HANDLERS,
    **matching.HANDLERS,
    **merging.HANDLERS,
    **parties.HANDLERS,
    **plan.HANDLERS,
    **reconciliations.HANDLERS,
    **returns.HANDLERS,
    **rules.HANDLERS,
    **sessions.HANDLERS,
    **suggestions.HANDLERS,
    **virements.HANDLERS,
    **year_end.HANDLERS,
}
