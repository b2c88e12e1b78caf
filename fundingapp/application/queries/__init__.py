"""What can be asked, one module per noun: a frozen question, a flat answer, and the function that finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.ports import Tools
from fundingapp.application.queries import (
    batches,
    checks,
    downloads,
    layouts,
    lines,
    positions,
    previews,
    returns,
    search,
    tables,
    why,
    workspace,
)

#: Which function answers which question.
ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    **batches.ANSWERS,
    **checks.ANSWERS,
    **downloads.ANSWERS,
    **layouts.ANSWERS,
    **lines.ANSWERS,
    **positions.ANSWERS,
    **previews.ANSWERS,
    **returns.ANSWERS,
    **search.ANSWERS,
    **tables.ANSWERS,
    **why.ANSWERS,
    **workspace.ANSWERS,
}
