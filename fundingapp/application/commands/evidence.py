"""Keeping what a thing rests on: files by their content hash, and references."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fundingapp.application.commands.records import Record
from fundingapp.application.ports import PrivateCopy, Tools, UnitOfWork
from fundingapp.domain.evidence import Evidence, Support, check_reference
from fundingapp.domain.ids import EvidenceId

#: Evidence as it is given: a file to be attached, or what leads to a paper elsewhere.
Given = Path | str


@contextlib.contextmanager
def copied(tools: Tools, given: Iterable[Given]) -> Iterator[list[PrivateCopy | str]]:
    """Private copies of the files among *given*, and the references; the copies go in the end, whatever happens."""
    copies: list[PrivateCopy | str] = []
    try:
        for item in given:
            copies.append(tools.sources.take_copy(item) if isinstance(item, Path) else check_reference(item))
        yield copies
    finally:
        for copy in copies:
            if isinstance(copy, PrivateCopy):
                tools.sources.discard(copy)


def keep_evidence(
    work: UnitOfWork, tools: Tools, copies: Sequence[PrivateCopy | str], **of: Any
) -> tuple[Record, ...]:
    """Keeps *copies* as evidence for one thing, named as :class:`Support` does (``movement=MovementId(3)``); a file
    that is kept already is kept once."""
    known = {kept.value.sha256: kept.id for kept in work.evidence.all() if kept.value.is_file}
    there = {kept.value for kept in work.supports.all()}
    made: list[Record] = []
    for copy in copies:
        if isinstance(copy, PrivateCopy):
            id = known.get(copy.sha256)
            # Also when a row names it: the file in the store may be damaged or gone, and this puts it right.
            tools.sources.keep(copy)
            evidence = Evidence(copy.name, copy.sha256, copy.size, tools.clock(), tools.who)
        else:
            id = None
            evidence = Evidence(copy, "", 0, tools.clock(), tools.who)
        if id is None:
            id = work.evidence.add(evidence)
            made.append(Record("evidence", id, evidence))
            if evidence.is_file:
                known[evidence.sha256] = id
        support = Support(EvidenceId(id), **of)
        if support not in there:
            there.add(support)
            made.append(Record("supports", work.supports.add(support), support))
    return tuple(made)
