"""Bodies and places name one another in the real databases: each is there before it is named, also in undo and redo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fundingapp.application.commands.areas import AddAreas
from fundingapp.application.commands.parties import AddContact, SucceedParty
from fundingapp.application.desk import Desk
from fundingapp.application.queries.handovers import BodyExtract
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.domain.ids import PartyId
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Contact, ContactRole, Party, PartyKind
from fundingapp.domain.places import pasted_places
from fundingapp.persistence.database import Database
from tests.application.test_parties import CASH, FUND, PCC, SUCCEED, YEAR, record_grant, spend
from tests.fakes import make_tools
from tests.machines import assert_same, figures_of


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = Desk(make_tools(database.open_work))
    record_grant(desk)
    spend(desk, (date(2028, 4, 20), 1, "30.00"), (date(2028, 5, 20), 2, "12.00"), (None, 1, "0.01"))
    desk.do(CASH)
    return desk


def test_a_succession_holds_to_the_penny_and_is_taken_back_and_done_again(
    desk: Desk, database: Database
) -> None:
    start = figures_of(database.open_work)
    desk.do(SUCCEED)
    end = figures_of(database.open_work)
    desk.undo()
    assert_same(figures_of(database.open_work), start)
    desk.redo()
    assert_same(figures_of(database.open_work), end)
    identities = {each.id: each for each in desk.ask(PositionOf(FUND, YEAR)).identities}
    assert [str(part.amount) for part in identities["R8b/S"].right] == ["30.01", "12.00"]
    assert all(each.holds for id, each in identities.items() if id.startswith("R8b"))
    parts = desk.ask(ReturnDraft(FUND, YEAR, 1)).document.commissioners
    assert [str(part.spent) for part in parts] == ["30.01", "12.00"]


def test_the_extracts_have_every_line_once(desk: Desk) -> None:
    desk.do(SUCCEED)
    rows = [*desk.ask(BodyExtract(PCC)).rows, *desk.ask(BodyExtract(PartyId(2))).rows]
    lines = [row.amount for row in rows if row.section == "Ledger line" and row.amount is not None]
    assert (len(lines), Money.total(lines)) == (3, Money(4201))


def test_places_in_any_order_and_their_contacts_are_taken_back(desk: Desk, database: Database) -> None:
    start = figures_of(database.open_work)
    rows = [
        ["Beat 65", "beat", "NL65", "Charnwood", "N65"],
        ["Charnwood", "district", "", "Shire"],
        ["Shire", "zone"],
    ]
    desk.do(AddAreas(pasted_places(rows), "pasted"))
    desk.do(AddContact(Contact("A. Grant", ContactRole.GRANT_OFFICER, PCC)))
    more = [["Beat 65", "beat", "", "", "Bell Foundry"], ["Beat 66", "beat", "", "Beat 65"]]
    desk.do(AddAreas(pasted_places(more), "pasted"))
    end = figures_of(database.open_work)
    for _ in range(3):
        desk.undo()
    assert_same(figures_of(database.open_work), start)
    for _ in range(3):
        desk.redo()
    assert_same(figures_of(database.open_work), end)


def test_a_body_that_took_over_before_can_be_succeeded_and_all_is_taken_back(
    desk: Desk, database: Database
) -> None:
    start = figures_of(database.open_work)
    desk.do(SUCCEED)
    board = replace(
        SUCCEED, old=PartyId(2), successor=Party("Board", PartyKind.COMMISSIONER), on=date(2030, 4, 1)
    )
    desk.do(SucceedParty(board.old, board.successor, board.on, "Order 2"))
    desk.undo()
    desk.undo()
    assert_same(figures_of(database.open_work), start)
    desk.redo()
    desk.redo()
    assert desk.ask(PositionOf(FUND, YEAR)).position.fund.funder == PCC
