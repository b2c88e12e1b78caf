"""Returns that are checked or certified and not sent yet: whether what they state is still what the file holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from fundingapp.application.ports import Kept, SavedReturn, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.funding import match_rows
from fundingapp.application.queries.handovers import quarter_parts
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.return_bases import base_figures
from fundingapp.application.queries.returns import LAST_QUARTER, year_end_of
from fundingapp.domain.certificate_papers import figure_in_words
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from fundingapp.domain.money import Money
from fundingapp.domain.periods import last_period_of
from fundingapp.domain.positions import GrantPosition, LedgerSum
from fundingapp.domain.return_proofs import CellSort
from fundingapp.domain.returns import ReturnState, build_return, figures_checksum
from fundingapp.domain.signing import Certificate, Certified, Figures
from fundingapp.domain.watching import Difference, differences

#: A return in one of these falls back to a draft as soon as a figure inside it changes.
STANDING = frozenset({ReturnState.CHECKED, ReturnState.CERTIFIED})
#: So many figures are named where they changed.
_NAMED = 3
#: What is named where no figure that was kept moved, and the checksum did.
_BESIDE = "where its ledger lines went, its claims, its match funding or its year end"
#: What is kept of a ledger beside the figures of the heads, by the names of its figures.
_OF_LEDGER: Mapping[str, Callable[[LedgerSum], Money]] = {
    "total": lambda each: each.total,
    "charged": lambda each: each.charged,
    "income": lambda each: each.income,
    "excluded": lambda each: each.excluded,
}
_LEDGER = re.compile(r"ledger/(?P<year>[^/@]+)/(?P<what>[a-z]+)(?:@(?P<to>\d+))?")


def standing_returns(work: UnitOfWork) -> list[Kept[SavedReturn]]:
    """The returns that are checked or certified and not sent."""
    return [kept for kept in work.returns.all() if kept.value.state in STANDING]


def moved_under(work: UnitOfWork, kept: Kept[SavedReturn]) -> tuple[Difference, ...] | None:
    """What of the figures of a saved return is no longer what it was when it was written, in the order of the return;
    None when all is as it was. Empty when something beside the figures of its heads changed (claims, match funding,
    the year end, or the periods that something stands in).

    A fund that was only renamed is the same one.
    """
    saved = kept.value
    position = position_of(
        work, saved.fund, saved.year, last_period_of(saved.quarter), sent_before=saved.quarter
    )
    was = _kept_figures(work, kept)
    if saved.checksum:
        name = fund_named(was, position)
        renamed = replace(position, fund=replace(position.fund, name=name)) if name else position
        if _checksum(work, saved, renamed) == saved.checksum:
            return None
        position = renamed
    if was:
        return differences(was, base_figures(position)) or _ledger_moved(work, kept, position)
    found = _stated_otherwise(saved, position)
    return found or (() if saved.checksum else None)


def _kept_figures(work: UnitOfWork, kept: Kept[SavedReturn]) -> Figures:
    for proof in work.return_proofs.all():
        if proof.value.saved == kept.id:
            return tuple((basis.figure, Money(basis.pence)) for basis in proof.value.basis if basis.pence)
    return ()


def _ledger_moved(
    work: UnitOfWork, kept: Kept[SavedReturn], position: GrantPosition
) -> tuple[Difference, ...]:
    """What the cells of a saved return say of the ledger as a whole, such as what is excluded, and is otherwise now."""
    found: dict[str, Difference] = {}
    cells = (
        cell
        for proof in work.return_proofs.all()
        if proof.value.saved == kept.id
        for cell in proof.value.cells
    )
    for cell in cells:
        named = _LEDGER.fullmatch(cell.figure) if cell.sort is CellSort.POUNDS else None
        of = _OF_LEDGER.get(named["what"]) if named is not None else None
        if named is None or of is None or named["year"] != str(position.year):
            continue
        to = int(named["to"] or position.to_period)
        now = Money.total(of(each) for each in position.ledger if each.period <= to)
        was = Money.parse(cell.value)
        if was != now:
            found[cell.figure] = Difference(cell.figure, was, now)
    return tuple(found.values())


def fund_named(figures: Figures, position: GrantPosition) -> str:
    """The name that the fund had in *figures*, of which the first is what was available, or one of a head's."""
    for figure, _ in figures:
        before, found, _ = figure.partition(f"/{position.year}/available@")
        if found:
            return before
        if f"/{position.year}/spend/P" in figure or f"/{position.year}/budget:" in figure:
            return figure.rpartition("@")[0].split(":", 2)[2]
    return ""


def _checksum(work: UnitOfWork, saved: SavedReturn, position: GrantPosition) -> str:
    document = build_return(
        position,
        partnership=Partnership(""),
        commissioner="",
        quarter=saved.quarter,
        version=saved.version,
        prepared_by="",
        prepared_on=saved.made_at.date(),
        journal_head="",
        commissioners=quarter_parts(work, position, saved.quarter),
        identities=(),
        claims=claim_records(work, saved.fund, saved.year, position.to_period),
        match=match_rows(work, position),
        year_end=year_end_of(work, position) if saved.quarter == LAST_QUARTER else None,
    )
    return figures_checksum(document)


def _stated_otherwise(saved: SavedReturn, position: GrantPosition) -> tuple[Difference, ...]:
    """The quarters that a return without a proof states otherwise than they are."""
    now = {(each.project_id, each.kind): each for each in position.projects}
    found = []
    for project, kind, amounts in saved.quarters:
        head = now.get((project, kind))
        for quarter, was in enumerate(amounts, start=1):
            is_now = head.quarters[quarter - 1] if head is not None else Money.ZERO
            if was != is_now:
                name = head.ref if head is not None else f"project {project}"
                found.append(Difference(f"{name}/{saved.year}/spend/Q{quarter}:{kind.value}", was, is_now))
    return tuple(found)


def moved_in_words(moved: Sequence[Difference]) -> str:
    """“LF-01, revenue: eligible spend in period 6 (September) was £10.00, is £10.01; and 2 more figures”."""
    if not moved:
        return f"{_BESIDE} changed, or something stands in another period"
    said = [
        f"{figure_in_words(each.figure)} was {each.was.in_words}, is {each.now.in_words}"
        for each in moved[:_NAMED]
    ]
    if len(moved) > _NAMED:
        said.append(f"and {len(moved) - _NAMED:,} more {'figure' if len(moved) == _NAMED + 1 else 'figures'}")
    return "; ".join(said)


def refuse_moved(work: UnitOfWork, kept: Kept[SavedReturn], done: str) -> None:
    """Raises ExpectedError when a saved return states other figures than the file holds: it can't be *done*
    (“checked”)."""
    moved = moved_under(work, kept)
    if moved is None:
        return
    saved = kept.value
    raise ExpectedError(
        "return_changed",
        f"The Q{saved.quarter} return, version {saved.version}, can't be {done}: it states other figures than the file "
        f"holds now: {moved_in_words(moved)}.",
        "Write the return anew, then go on with that version.",
    )


def is_of_sent_return(work: UnitOfWork, certificate: Certificate) -> bool:
    """Whether a certificate is of a saved return that the commissioner has."""
    return certificate.saved is not None and work.returns.get(certificate.saved).value.state.is_out


def certificates_by_return(certificates: Sequence[Kept[Certificate]]) -> Mapping[int, Kept[Certificate]]:
    """The open certificate of each saved return, by the return's identity."""
    return {
        kept.value.saved: kept
        for kept in certificates
        if kept.value.about is Certified.RETURN and kept.value.saved is not None and kept.value.is_open
    }


def fallen_in_words(saved: SavedReturn, fund: str, moved: Sequence[Difference], had_certificate: bool) -> str:
    """What is told when a return falls back to a draft by itself."""
    what = f"The Q{saved.quarter} return of {fund} {saved.year}, version {saved.version}, is a draft again"
    void = ", and its certificate is void" if had_certificate else ""
    return f"{what}{void}: {moved_in_words(moved)}."
