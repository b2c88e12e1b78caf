"""Who a body is on a day, and what passes over when it changes."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.funds import Kind
from fundingapp.domain.handovers import (
    HandoverRecords,
    Happening,
    Measure,
    closing,
    handover_identities,
    of_measure,
    opening,
    owed,
    under,
)
from fundingapp.domain.ids import PartyId
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyForm, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.succession import (
    bodies_between,
    bodies_in,
    ended_by,
    is_called,
    likely_form,
    named,
    spells_of,
    succession_of,
)

YEAR = FinancialYear(2028)
FIRST, LAST = YEAR.first_day - timedelta(days=400), YEAR.last_day + timedelta(days=400)


def chain_of(*days: date) -> dict[PartyId, Party]:
    """Bodies 1, 2, 3 …, each taking over on one of *days*, in their order."""
    parties = {PartyId(1): Party("Body 1", PartyKind.COMMISSIONER)}
    for number, day in enumerate(days, start=2):
        parties[PartyId(number)] = Party(f"Body {number}", PartyKind.COMMISSIONER, day)
        parties[PartyId(number - 1)] = ended_by(parties[PartyId(number - 1)], PartyId(number), day)
    return parties


CHANGES = st.lists(st.dates(FIRST, LAST), max_size=4, unique=True).map(sorted)


@given(changes=CHANGES, day=st.dates(FIRST, LAST))
def test_on_every_day_there_is_one_body_the_last_that_took_over(changes: list[date], day: date) -> None:
    parties = chain_of(*changes)
    assert bodies_between(parties, PartyId(1), day, day)[0].party == 1 + sum(
        change <= day for change in changes
    )


@given(changes=CHANGES, ends=st.tuples(st.dates(FIRST, LAST), st.dates(FIRST, LAST)).map(sorted))
def test_the_bodies_of_a_time_follow_one_another_without_a_gap(changes: list[date], ends: list[date]) -> None:
    first, last = ends
    spells = bodies_between(chain_of(*changes), PartyId(1), first, last)
    assert (spells[0].first, spells[-1].last) == (first, last)
    for before, after in itertools.pairwise(spells):
        assert after.first == before.last + timedelta(days=1)
    assert all(spell.first <= spell.last for spell in spells)


def test_a_loop_that_came_in_from_elsewhere_ends() -> None:
    one = Party("One", PartyKind.COMMISSIONER, valid_to=date(2028, 5, 6), succeeded_by=PartyId(2))
    two = Party("Two", PartyKind.COMMISSIONER, valid_to=date(2028, 6, 6), succeeded_by=PartyId(1))
    parties = {PartyId(1): one, PartyId(2): two}
    assert succession_of(parties, PartyId(1)) == (1, 2)
    assert bodies_in(parties, PartyId(1), YEAR)


def test_a_body_that_ended_without_a_successor_is_named_to_the_end() -> None:
    parties = {PartyId(1): Party("Fund", PartyKind.FUNDER, valid_to=date(2028, 5, 6))}
    assert [spell.last for spell in bodies_in(parties, PartyId(1), YEAR)] == [YEAR.last_day]


def test_several_bodies_are_named_with_their_days() -> None:
    parties = chain_of(date(2028, 5, 7), date(2028, 11, 1))
    assert named(bodies_in(parties, PartyId(1), YEAR)) == (
        "Body 1 to 6 May 2028, Body 2 from 7 May 2028 to 31 October 2028, Body 3 from 1 November 2028"
    )
    assert named(bodies_in(parties, PartyId(1), YEAR.previous)) == "Body 1"


def test_a_body_goes_by_its_other_names_too() -> None:
    body = Party("Leicestershire PCC", PartyKind.COMMISSIONER, aliases=("The OPCC",))
    assert is_called(body, " leicestershire  pcc ")
    assert is_called(body, "the opcc")
    assert not is_called(body, "Mayor")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Leicestershire Police and Crime Commissioner", PartyForm.PCC),
        ("West Mercia PCC", PartyForm.PCC),
        ("Office of the Police, Fire and Crime Commissioner", PartyForm.PFCC),
        ("Mayor of Greater Manchester", PartyForm.MAYOR),
        ("West Yorkshire Combined Authority", PartyForm.MAYOR),
        ("Kent Policing and Crime Board", PartyForm.BOARD),
        ("Successful Futures", PartyForm.OTHER),
    ],
)
def test_the_form_of_a_commissioner_is_told_by_its_name(name: str, form: PartyForm) -> None:
    assert likely_form(name) is form


HAPPENINGS = st.lists(
    st.builds(
        Happening,
        st.sampled_from(Measure),
        st.sampled_from([Kind.REVENUE, Kind.CAPITAL, None]),
        st.dates(FIRST, LAST),
        st.integers(-(10**9), 10**9).map(Money),
    ),
    max_size=30,
)


def totals_of(happenings: list[Happening]) -> dict[Measure, Money]:
    return {
        measure: Money.total(each.amount for each in happenings if each.measure is measure)
        for measure in Measure
    }


@given(happenings=HAPPENINGS, changes=CHANGES)
def test_R8b_holds_for_any_history_and_any_days_of_transfer(
    happenings: list[Happening], changes: list[date]
) -> None:
    spells = spells_of(chain_of(*changes), PartyId(1))
    for before, after in itertools.pairwise(spells):
        closes = {key: amount for key, amount in closing(happenings, before).items() if amount}
        opens = {key: amount for key, amount in opening(happenings, after).items() if amount}
        assert closes == opens
    for measure in Measure:
        own = Money.total(of_measure(under(happenings, spell), measure) for spell in spells)
        assert own == totals_of(happenings)[measure]
    records = HandoverRecords("Fund", YEAR, spells, happenings, totals_of(happenings))
    identities = handover_identities(records)
    assert all(identity.holds for identity in identities)
    assert bool(identities) == (
        len(spells) > 1
        and any(of_measure(under(happenings, spell), measure) for spell in spells for measure in Measure)
    )


def test_R8b_differs_when_something_is_counted_twice_or_not_at_all() -> None:
    spells = spells_of(chain_of(date(2028, 5, 7)), PartyId(1))
    happening = Happening(Measure.AWARDED, Kind.REVENUE, date(2028, 5, 6), Money(100))
    [identity] = handover_identities(
        HandoverRecords("Fund", YEAR, spells, [happening], {Measure.AWARDED: Money(200)})
    )
    assert (identity.holds, identity.difference) == (False, Money(100))
    overlapping = [spells[0], spells[1]._replace(first=date(2028, 5, 1))]
    records = HandoverRecords("Fund", YEAR, overlapping, [happening], {Measure.AWARDED: Money(200)})
    [identity] = handover_identities(records)
    assert not identity.difference
    assert identity.broken == 1
    assert not identity.holds


def test_what_is_owed_is_approved_less_what_was_paid_and_kept() -> None:
    amounts = {Measure.APPROVED: 100, Measure.PAID: 130, Measure.REPAID: 10}
    assert owed({(measure, None): Money(pence) for measure, pence in amounts.items()}) == Money(-20)
