"""What can be asked, one module per noun: a frozen question, a flat answer, and the function that finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundingapp.application.ports import Tools
from fundingapp.application.queries import (
    adjustments,
    agreements,
    alarms,
    areas,
    batches,
    bid_choices,
    bid_packs,
    bids,
    budgets,
    chain,
    checks,
    claims,
    closing,
    closing_glance,
    conditions,
    deadlines,
    downloads,
    enquiries,
    exchange,
    exports,
    **figure_cells.ANSWERS,
