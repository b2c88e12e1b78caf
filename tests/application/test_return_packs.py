"""The pack and the letter of a saved return: what is in them, whom the letter goes to, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.papers import AddPapers, NewPaper
from fundingapp.application.commands.results import AddIndicator
from fundingapp.application.commands.returns import QueryReturn, SaveReturn
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.return_packs import SaveKeptReturn, WriteReturnMail, WriteReturnPack
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import About, Agreed, EvidenceType, Supported
from fundingapp.domain.funds import Kind, Partnership
from fundingapp.domain.ids import FundId, LineId, PartyId, ProjectId, ReturnId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.matching import parse_target
from fundingapp.domain.parties import Contact, ContactRole
from fundingapp.domain.personal_data import PersonalDataError
from tests.builders_core import (
    YEAR,
    accept_errors,
    make_download,
    make_line,
    money,
    sent_return,
    set_up_grant,
)
from tests.fakes import FakeMailWriter, FakeReturnPackWriter, FakeStore

FUND, ONE, TWO = FundId(1), ReturnId(1), ReturnId(2)
LINE = make_line("T1", "10.00", period=2)


@pytest.fixture
def desk(desk: Desk, store: FakeStore) -> Desk:
    """A grant with £10.00 spent and £3.00 accrued in the first quarter, and people around it."""
    set_up_grant(desk)
    desk.do(ImportLedger(make_download([LINE])))
    desk.do(ChargeLines((LineId(1),), parse_target("P-01"), "theirs"))
    accrual = Accrual(ProjectId(2), FUND, Kind.REVENUE, YEAR, 3, money("3.00"), "Night Watch", "work in June")
    desk.do(AddAccrual(accrual, ("invoice 7",)))
    with store.open_work() as work:
        work.partnership.add(Partnership("Safer Charnwood"))
        for contact in (
            Contact("Grants Desk", ContactRole.GRANT_OFFICER, PartyId(1), email="grants@pcc.example"),
            Contact("Treasurer", ContactRole.SECTION_151, email="s151@council.example"),
            Contact("Lead of P-01", ContactRole.PROJECT_LEAD, project=ProjectId(1), email="lead@ngo.example"),
            Contact("Lead of P-02", ContactRole.PROJECT_LEAD, project=ProjectId(2)),
            Contact("Ann", ContactRole.OTHER, email="ann@council.example"),
            Contact("Passer-by", ContactRole.OTHER, email="nobody@council.example"),
        ):
            work.contacts.add(contact)
        store.state = work._state
    return desk


def save(desk: Desk) -> ReturnId:
    accept_errors(desk, FUND, YEAR, 1)
    return desk.do(SaveReturn(FUND, YEAR, 1, Path("Q1.xlsx"))).result.id


def test_a_pack_has_all_that_a_reader_asks_for(desk: Desk, tools: Tools) -> None:
    sent_return(desk, save(desk))
    made = desk.ask(WriteReturnPack(ONE, Path("pack.pdf")))
    assert isinstance(tools.write_return_pack, FakeReturnPackWriter)
    pack = tools.write_return_pack.packs[Path("pack.pdf")]
    assert pack == made.pack
    assert (pack.partnership, pack.commissioner, pack.state) == (
        "Safer Charnwood",
        "The Commissioner",
        "sent",
    )
    assert pack.certificate is not None
    assert "Certified by Ben" in pack.certified_in_words
    assert pack.certificate.figures == tuple((each.name, each.amount) for each in pack.figures)
    assert any("Ledger = charged + income + excluded: £10.00 = £10.00" in each for each in pack.agrees)
    assert {check.accepted for check in pack.accepted} == {"as agreed"}
    assert [paper.name for paper in pack.papers] == ["invoice 7"]
    assert "accrual of £3.00" in pack.papers[0].supports
    assert [cell.cell for cell in pack.cells] == ["B2"]
    assert [step.became for step in pack.steps] == ["checked", "certified", "sent"]
    assert (pack.before, pack.changes) == (0, ())


def test_the_papers_of_the_results_are_in_it_and_no_name_that_may_tell_of_a_person(desk: Desk) -> None:
    of = desk.do(AddIndicator(Indicator("Clients supported", ProjectId(1)))).result
    cells = [FigureCell.of_quarter(of, YEAR, quarter, str(quarter)) for quarter in (1, 2)]
    one, two = desk.do(RecordFigures(tuple(cells))).result.figures
    for name, sort, agreed, supported in (
        ("log of Q1", EvidenceType.REPORT, Agreed.NOT_NEEDED, Supported("figure", one)),
        ("log of Q2", EvidenceType.REPORT, Agreed.NOT_NEEDED, Supported("figure", two)),
        ("Ann's story", EvidenceType.CASE_STUDY, Agreed.WITHDRAWN, Supported("indicator", of)),
    ):
        desk.do(AddPapers((NewPaper(name, About(sort=sort, agreed=agreed)),), (supported,)))
    sent_return(desk, save(desk))
    pack = desk.ask(WriteReturnPack(ONE, Path("pack.pdf"))).pack
    assert [(paper.name, paper.supports) for paper in pack.papers if "Clients" in paper.supports] == [
        ("case study, which is not named", "P-01 · Clients supported"),
        ("log of Q1", f"P-01 · Clients supported · Q1 {YEAR}"),
    ]


def test_a_later_change_of_the_file_leaves_a_pack_as_it_was(desk: Desk) -> None:
    sent_return(desk, save(desk))
    before = desk.ask(WriteReturnPack(ONE, Path("pack.pdf"))).pack
    desk.do(ImportLedger(make_download([LINE._replace(amount=money("11.00"))], "later.csv")))
    assert desk.ask(WriteReturnPack(ONE, Path("pack.pdf"))).pack == before


def test_a_resubmission_s_pack_lists_what_changed(desk: Desk) -> None:
    sent_return(desk, save(desk))
    desk.do(QueryReturn(ONE, "Is T1 right?"))
    desk.do(ImportLedger(make_download([LINE._replace(amount=money("11.00"))], "later.csv")))
    save(desk)
    pack = desk.ask(WriteReturnPack(TWO, Path("pack.pdf"))).pack
    assert pack.before == 1
    [change] = [each for each in pack.changes if "spend" in each.words]
    assert (change.was, change.now) == (money("10.00"), money("11.00"))
    assert [(part.difference, part.where) for part in change.parts] == [
        (money("1.00"), "later.csv · Ledger · row 2")
    ]
    assert pack.certified_in_words == "This return has no certificate."
    assert {figure.name.split("/")[-1] for figure in pack.figures} >= {"available@3", "spend@3", "outturn@3"}


def test_personal_data_in_it_is_asked_about(desk: Desk) -> None:
    save(desk)
    desk.do(ImportLedger(make_download([LINE, make_line("T2", "1.00")], "more.csv")))
    desk.do(ChargeLines((LineId(2),), parse_target("P-01"), "theirs"))
    sent_return(desk, save(desk))
    desk.do(QueryReturn(TWO, "Ring Jo on 07700 900123"))
    with pytest.raises(PersonalDataError):
        desk.ask(WriteReturnPack(TWO, Path("pack.pdf")))


def test_the_letter_goes_to_the_right_people(desk: Desk, tools: Tools) -> None:
    sent_return(desk, save(desk))
    made = desk.ask(WriteReturnMail(ONE, Path("letter.eml")))
    assert isinstance(tools.write_mail, FakeMailWriter)
    draft = tools.write_mail.drafts[Path("letter.eml")]
    assert [person.email for person in draft.to] == ["grants@pcc.example"]
    assert [(person.email, person.role) for person in draft.cc] == [
        ("s151@council.example", "section 151 officer"),
        ("lead@ngo.example", "project lead of P-01"),
        ("ann@council.example", "other"),
    ]
    assert made.missing == ("Lead of P-02, project lead of P-02, has no e-mail address.",)
    assert [name for _, name in draft.attachments] == ["Q1.xlsx", "Q1 pack.pdf"]
    assert draft.subject == "Locality Fund: monitoring return Q1 2018/19"
    for said in ("Spent to date: £13.00", "Available for the year: £350.00", "Certified by Ben"):
        assert said in draft.body


def test_the_letter_of_a_new_version_says_what_it_replaces(desk: Desk) -> None:
    sent_return(desk, save(desk))
    desk.do(ImportLedger(make_download([LINE._replace(amount=money("11.00"))], "later.csv")))
    save(desk)
    draft = desk.ask(WriteReturnMail(TWO, Path("letter.eml"), pack=False)).draft
    assert "It takes the place of version 1." in draft.body
    assert "the spend to date is £1.00 more than before" in draft.body
    assert [name for _, name in draft.attachments] == ["Q1.xlsx"]


def test_without_an_address_of_the_commissioner_it_says_so(desk: Desk, store: FakeStore) -> None:
    with store.open_work() as work:
        work.contacts.remove(work.contacts.get(1))
        store.state = work._state
    sent_return(desk, save(desk))
    made = desk.ask(WriteReturnMail(ONE, Path("letter.eml")))
    assert made.draft.to == ()
    assert made.missing[0].startswith("No contact of the commissioner has an e-mail address")


def test_what_was_not_kept_is_not_made_up(desk: Desk, store: FakeStore) -> None:
    from dataclasses import replace

    save(desk)
    with store.open_work() as work:
        kept = work.returns.get(1)
        work.returns.replace(kept, replace(kept.value, size=0))
        store.state = work._state
    for question in (WriteReturnMail(ONE, Path("letter.eml")), SaveKeptReturn(ONE, Path("again.xlsx"))):
        with pytest.raises(ExpectedError, match=r"No copy of “Q1\.xlsx” was kept"):
            desk.ask(question)
