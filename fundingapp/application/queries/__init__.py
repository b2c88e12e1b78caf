"""What can be asked, one module per noun: a frozen question, a flat answer, and the function that finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.ports import Tools
from fundingapp.application.queries import (
    checks,
    downloads,
    enquiries,
    lines,
    positions,
    returns,
    search,
    tables,
    why,
    workspace,
)

#: Which function answers which question.
ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    **checks.ANSWERS,
    **downloads.ANSWERS,
    **enquiries.ANSWERS,
    **lines.ANSWERS,
    **positions.ANSWERS,
    **returns.ANSWERS,
    **search.ANSWERS,
    **tables.ANSWERS,
    **why.ANSWERS,
    **workspace.ANSWERS,
}
