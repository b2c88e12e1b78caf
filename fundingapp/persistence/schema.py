"""All tables of a funding file: whoever takes :class:`Base` from here knows them all."""

from fundingapp.persistence.bases import Base
from fundingapp.persistence.records import (  # noqa: F401 - each declares its tables
    bids,
    claims,
    evidence,
    figure_files,
    grants,
    imports,
    journal,
    ledger,
    matching,
    parties,
    plan,
    results,
    returns,
    signing,
    year_end,
)

__all__ = ["Base"]
