"""What a person can do, one module per noun: a frozen command and the function that carries it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.commands import (
    adjustments,
    agreements,
    allocations,
    enquiries,
    grants,
    imports,
    layouts,
    locks,
    matching,
    records,
    returns,
    rules,
    suggestions,
)
from fundingapp.application.effect import Effect
from fundingapp.application.ports import Tools

#: Which function carries out which command.
HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    **records.HANDLERS,
    **agreements.HANDLERS,
    **allocations.HANDLERS,
    **enquiries.HANDLERS,
    **grants.HANDLERS,
    **adjustments.HANDLERS,
    **locks.HANDLERS,
    **imports.HANDLERS,
    **layouts.HANDLERS,
    **matching.HANDLERS,
    **returns.HANDLERS,
    **rules.HANDLERS,
    **suggestions.HANDLERS,
}
