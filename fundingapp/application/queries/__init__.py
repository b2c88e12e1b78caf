"""What can be asked, one module per noun: a frozen question, a flat answer, and the function that finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.ports import Tools
from fundingapp.application.queries import (
    adjustments,
    agreements,
    batches,
    checks,
    downloads,
    enquiries,
    exports,
    layouts,
    line_story,
    lines,
    locks,
    positions,
    previews,
    returns,
    rules,
    search,
    suggestions,
    tables,
    why,
    workspace,
)

#: Which function answers which question.
ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    **adjustments.ANSWERS,
    **agreements.ANSWERS,
    **batches.ANSWERS,
    **checks.ANSWERS,
    **downloads.ANSWERS,
    **enquiries.ANSWERS,
    **exports.ANSWERS,
    **layouts.ANSWERS,
    **line_story.ANSWERS,
    **lines.ANSWERS,
    **locks.ANSWERS,
    **positions.ANSWERS,
    **previews.ANSWERS,
    **returns.ANSWERS,
    **rules.ANSWERS,
    **search.ANSWERS,
    **suggestions.ANSWERS,
    **tables.ANSWERS,
    **why.ANSWERS,
    **workspace.ANSWERS,
}
