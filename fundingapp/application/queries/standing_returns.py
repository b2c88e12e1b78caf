"""Returns that are checked or certified and not sent yet: whether what they state is still what the file holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fundingapp.application.ports import Kept, SavedReturn, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.funding import match_rows
from fundingapp.application.queries.handovers import quarter_parts
from fundingapp.application.queries.positions import position_of
from fundingapp.application.queries.return_bases import base_figures, proof_of
from fundingapp.application.queries.returns import LAST_QUARTER, year_end_of
from fundingapp.domain.certificate_papers import figure_in_words
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from fundingapp.domain.money import Money
from fundingapp.domain.periods import last_period_of
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.returns import ReturnState, build_return, figures_checksum
from fundingapp.domain.signing import Certificate, Certified, Figures
from fundingapp.domain.watching import Difference, differences

#: A return in one of these falls back to a draft as soon as a figure inside it changes.
STANDING = frozenset({ReturnState.CHECKED, ReturnState.CERTIFIED})
#: So many figures are named where they changed.
_NAMED = 3
#: What is named where no figure that was kept moved, and the checksum did.
_BESIDE = "its claims, its match funding or its year end"


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
    # Asked after every command, and nearly always all is as it was: the proofs, thousands of cells, are not read then.
    if saved.checksum and _checksum(work, saved, position) == saved.checksum:
        return None
    was = _kept_figures(work, kept)
    if saved.checksum and (name := fund_named(was, position)):
        position = replace(position, fund=replace(position.fund, name=name))
        if _checksum(work, saved, position) == saved.checksum:
            return None
    if was:
        return differences(was, base_figures(position))
    found = _stated_otherwise(saved, position)
    return found or (() if saved.checksum else None)


def _kept_figures(work: UnitOfWork, kept: Kept[SavedReturn]) -> Figures:
    proof = proof_of(work, kept.id)
    return (
        tuple((basis.figure, Money(basis.pence)) for basis in proof.basis if basis.pence)
        if proof is not None
        else ()
    )


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
