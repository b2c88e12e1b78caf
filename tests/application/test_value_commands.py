"""Reference values and sentences: kept, changed, withdrawn, restored, refused with a reason, and all taken back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from fundingapp.application.commands.value import (
    KeepReferenceValue,
    RemoveSentence,
    RestoreReferenceValue,
    RestoreShippedValues,
    UprateReferenceValues,
    WithdrawReferenceValue,
    WriteSentence,
)
from fundingapp.application.desk import Desk
from fundingapp.domain.ids import IndicatorId, ProjectId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.money import Money
from fundingapp.domain.sentences import USUAL
from fundingapp.domain.unit_costs import SHIPPED, in_force
from fundingapp.domain.value import ReferenceValue, Sentence
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR
from tests.fakes import FakeStore
from tests.lived_years import LivedYears

ROBBERY = next(value for value in SHIPPED if value.name == "Robbery")
OWN = ReferenceValue("Street begging", Money.parse("120"), "2018/19", "council study", "one town only")


@pytest.fixture
def years(desk: Desk, store: FakeStore) -> LivedYears:
    made = LivedYears(desk, store.open_work)
    one, two = made.project("LF-08"), made.project("LF-09")
    made.add("indicators", Indicator("Clients supported", one))
    made.add("indicators", Indicator("Packs given", two))
    made.add("indicators", Indicator("Robbery", None))
    return made


def values(store: FakeStore) -> dict[str, ReferenceValue]:
    with store.open_work(reading=True) as work:
        return {value.name: value for value in in_force(kept.value for kept in work.reference_values.all())}


def rows(store: FakeStore) -> int:
    with store.open_work(reading=True) as work:
        return len(work.reference_values.all())


def test_a_value_of_one_s_own_stands_beside_those_that_shipped(desk: Desk, store: FakeStore) -> None:
    assert_taken_back_and_done_again(desk, store, KeepReferenceValue(OWN))
    assert values(store)["Street begging"] == OWN
    assert len(values(store)) == len(SHIPPED) + 1


def test_a_changed_value_takes_the_place_of_the_one_that_shipped(desk: Desk, store: FakeStore) -> None:
    newer = replace(ROBBERY, amount=Money.parse("12,000"), source="a later study")
    assert_taken_back_and_done_again(desk, store, KeepReferenceValue(newer, "robbery"))
    again = replace(newer, amount=Money.parse("12,500"))
    assert_taken_back_and_done_again(desk, store, KeepReferenceValue(again, "Robbery"))
    assert (values(store)["Robbery"], rows(store)) == (again, 1)
    assert_taken_back_and_done_again(desk, store, RestoreReferenceValue("ROBBERY"))
    assert (values(store)["Robbery"], rows(store)) == (ROBBERY, 0)


def test_a_value_that_shipped_and_is_renamed_does_not_count_twice(desk: Desk, store: FakeStore) -> None:
    desk.do(KeepReferenceValue(replace(ROBBERY, name="Robbery of a person"), "Robbery"))
    assert values(store)["Robbery"].is_withdrawn
    assert not values(store)["Robbery of a person"].is_withdrawn


def test_a_withdrawn_value_stays_in_the_list_and_can_count_again(desk: Desk, store: FakeStore) -> None:
    desk.do(KeepReferenceValue(OWN))
    for name in ("Robbery", OWN.name):
        assert_taken_back_and_done_again(desk, store, WithdrawReferenceValue(name))
        assert values(store)[name].is_withdrawn
        assert refusal_of(desk, store, WithdrawReferenceValue(name)).code == "withdrawn_already"
        assert_taken_back_and_done_again(desk, store, RestoreReferenceValue(name))
        assert not values(store)[name].is_withdrawn
        assert refusal_of(desk, store, RestoreReferenceValue(name)).code == "as_shipped"


def test_what_shipped_is_restored_at_once_and_one_s_own_stays(desk: Desk, store: FakeStore) -> None:
    assert refusal_of(desk, store, RestoreShippedValues()).code == "as_shipped"
    desk.do(KeepReferenceValue(OWN))
    desk.do(WithdrawReferenceValue("Arson"))
    desk.do(KeepReferenceValue(replace(ROBBERY, amount=Money(1), source="ours"), "Robbery"))
    assert_taken_back_and_done_again(desk, store, RestoreShippedValues())
    assert tuple(values(store).values()) == (*SHIPPED, OWN)


def test_values_are_uprated_once_and_say_so(desk: Desk, store: FakeStore) -> None:
    desk.do(WithdrawReferenceValue("Arson"))
    uprate = UprateReferenceValues(Decimal(10), "2019/20", "GDP deflator of June 2020")
    assert_taken_back_and_done_again(desk, store, uprate)
    assert values(store)["Robbery"].amount == Money.parse("12,452")
    assert values(store)["Robbery"].prices == "2019/20 (2015/16 uprated by +10%)"
    assert values(store)["Arson"] == replace(
        next(value for value in SHIPPED if value.name == "Arson"), is_withdrawn=True
    )
    assert refusal_of(desk, store, uprate).code == "uprated_already"
    assert refusal_of(desk, store, replace(uprate, names=("Robbery",))).code == "uprated_already"
    assert refusal_of(desk, store, replace(uprate, names=("Piracy",))).code == "not_found"
    desk.do(RestoreReferenceValue("Robbery"))
    desk.do(replace(uprate, names=("Robbery",), percent=Decimal(5)))
    assert values(store)["Robbery"].amount == Money.parse("11,886")


def test_what_nobody_could_trust_is_refused(desk: Desk, store: FakeStore) -> None:
    assert refusal_of(desk, store, KeepReferenceValue(replace(OWN, source=" "))).code == "no_source"
    assert refusal_of(desk, store, KeepReferenceValue(replace(OWN, amount=Money(0)))).code == "no_amount"
    assert refusal_of(desk, store, KeepReferenceValue(replace(OWN, name="robbery"))).code == "same_name"
    assert refusal_of(desk, store, KeepReferenceValue(OWN, "Piracy")).code == "not_found"
    assert refusal_of(desk, store, WithdrawReferenceValue("Piracy")).code == "not_found"
    assert refusal_of(desk, store, RestoreReferenceValue("Piracy")).code == "not_found"
    desk.do(KeepReferenceValue(OWN))
    assert refusal_of(desk, store, KeepReferenceValue(OWN)).code == "same_name"


def test_a_sentence_is_written_changed_and_taken_out(years: LivedYears, store: FakeStore) -> None:
    desk, project = years.desk, ProjectId(1)
    write = WriteSentence(project, YEAR, USUAL, IndicatorId(1), IndicatorId(3))
    assert_taken_back_and_done_again(desk, store, write)
    with store.open_work(reading=True) as work:
        [kept] = work.sentences.all()
    assert kept.value == Sentence(project, YEAR, USUAL, IndicatorId(1), IndicatorId(3))
    assert refusal_of(desk, store, write).code == "same_sentence"
    changed = WriteSentence(project, YEAR, "{output} for {avoided: Robbery}", IndicatorId(1), id=kept.id)
    assert_taken_back_and_done_again(desk, store, changed)
    assert_taken_back_and_done_again(desk, store, RemoveSentence(kept.id))
    assert refusal_of(desk, store, RemoveSentence(kept.id)).code == "not_found"


def test_a_sentence_whose_numbers_would_not_follow_is_refused(years: LivedYears, store: FakeStore) -> None:
    desk, project = years.desk, ProjectId(1)
    for wording, code in (
        ("195 clients for £10,000", "no_figures"),
        ("{clients}", "unknown_name"),
        ("{avoided: Piracy}", "unknown_name"),
        ("", "no_wording"),
    ):
        assert refusal_of(desk, store, WriteSentence(project, YEAR, wording)).code == code
    other = refusal_of(desk, store, WriteSentence(project, YEAR, USUAL, IndicatorId(2)))
    assert other.message == "“Packs given” is measured for LF-09, not for LF-08."
    id = desk.do(WriteSentence(project, YEAR, USUAL, IndicatorId(1))).result
    moved = WriteSentence(ProjectId(2), YEAR, USUAL, id=id)
    assert refusal_of(desk, store, moved).code == "other_project"


def test_each_names_what_it_did(years: LivedYears) -> None:
    desk = years.desk
    desk.do(KeepReferenceValue(OWN))
    assert desk.undo_name == "add the reference value “Street begging”"
    desk.do(WriteSentence(ProjectId(1), YEAR, USUAL))
    assert desk.undo_name == "write a sentence about LF-08 2018/19"
