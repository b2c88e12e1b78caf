"""The return's sheets beside its core ones: they foot, their formulas agree, and they are there when needed."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.carry_forwards import CarryForward, CarryForwardState
from fundingapp.domain.claiming import ClaimRecords, reconcile_claims
from fundingapp.domain.claims import (
    Claim,
    ClaimLine,
    ClaimState,
    Payment,
    PaymentMatch,
    Repayment,
)
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.grant_conditions import ConditionKind, ConditionState, GrantCondition
from fundingapp.domain.ids import CarryForwardId, ClaimId, PaymentId, ProjectId, SettlementId
from fundingapp.domain.match_funding import MatchRow
from fundingapp.domain.money import Money
from fundingapp.domain.reconciliations import CentreRow
from fundingapp.domain.returns import AccrualLine, ReturnDocument, ReturnYearEnd, figures_checksum
from fundingapp.domain.settlements import Settlement, SettlementState
from fundingapp.domain.year_end import YearEndRecords, outturn_of
from fundingapp.workbooks.read_back import read_back
from fundingapp.workbooks.return_writer import write_return
from tests.builders import (
    FUND,
    YEAR,
    make_award,
    make_charge,
    make_document,
    make_movement,
    make_position,
    make_project,
    pounds,
)
from tests.workbooks.evaluator import Evaluator
from tests.workbooks.test_return_writer import rows_of, summary_of

C1, C2 = ClaimId(1), ClaimId(2)


def claims() -> ClaimRecords:
    """Claim 1 of £300.25, £20.00 disallowed and £14.01 retained, partly paid; claim 2 not decided; an advance; a
    repayment."""

    def claim(number: int, to_period: int, state: ClaimState) -> Claim:
        return Claim(
            FUND, YEAR, number, to_period - 2, to_period, PaymentBasis.ARREARS, state,
            submitted_on=date(2018, 7, 20), approved_on=date(2018, 8, 10),
        )  # fmt: skip

    head = (ProjectId(1), Kind.REVENUE)
    first = ClaimLine(C1, *head, pounds("300.25"), pounds("1000.00"), Money.ZERO, pounds("300.25"))
    second = ClaimLine(C2, *head, pounds("310.25"), pounds("1000.00"), pounds("280.25"), pounds("30.00"))
    return ClaimRecords(
        FUND,
        YEAR,
        claims={C1: claim(1, 3, ClaimState.APPROVED), C2: claim(2, 6, ClaimState.SUBMITTED)},
        lines=[
            replace(first, disallowed=pounds("20.00"), retained=pounds("14.01"), reason="no invoice"),
            second,
        ],
        payments={
            PaymentId(1): Payment(FUND, YEAR, date(2018, 9, 1), pounds("200.00"), "REM-1"),
            PaymentId(2): Payment(FUND, YEAR, date(2018, 9, 2), pounds("50.00"), "REM-2"),
        },
        matches=[PaymentMatch(PaymentId(1), C1, pounds("200.00"))],
        repayments=[Repayment(FUND, YEAR, date(2019, 3, 1), pounds("5.00"), "INV 1", "unspent")],
    )


def full() -> ReturnDocument:
    position = make_position(
        projects={1: make_project("P-01"), 2: make_project("P-02")},
        awards=[make_award(1, "700.00"), make_award(2, "300.00")],
        charges=[make_charge(1, 2, "280.25"), make_charge(1, 5, "30.00")],
        movements=[make_movement(1, 2, "25.50"), make_movement(2, None, "0.50")],
    )
    document = make_document(position)
    records = claims()
    return replace(
        document,
        identities=(*document.identities, *reconcile_claims(position, records)),
        claims=records,
        match=(
            MatchRow(
                "P-01", "Project P-01", "County Council", "public", True, False,
                pounds("90.00"), pounds("45.10"), pounds("40.05"),
            ),
            MatchRow(
                "P-02", "Project P-02", "A trust", "third sector", False, True,
                pounds("10.00"), Money.ZERO, Money.ZERO,
            ),
        ),
        conditions=(
            GrantCondition(
                FUND, "7.2", "A report each quarter", ConditionKind.REPORTING, owner="CSM", due=date(2018, 7, 30),
                state=ConditionState.BREACHED,
            ),
        ),
    )  # fmt: skip


def whole_year() -> ReturnDocument:
    """The full return with the end of its year: P-01 asked £300.00 of what it left, of which £200.00 was agreed; an
    accrual; and two cost centres, one of which charges another grant too."""
    document = full()
    position = document.position
    accrual = Accrual(
        ProjectId(1),
        FUND,
        Kind.REVENUE,
        YEAR,
        12,
        pounds("12.34"),
        "Youth Trust",
        "sessions in March",
        YEAR.next,
        1,
    )
    position = make_position(
        projects={1: make_project("P-01"), 2: make_project("P-02")},
        awards=[make_award(1, "700.00"), make_award(2, "300.00")],
        charges=[make_charge(1, 2, "280.25"), make_charge(1, 5, "30.00")],
        movements=[make_movement(1, 2, "25.50"), make_movement(2, None, "0.50")],
        accruals=[accrual],
    )
    carry = CarryForward(
        FUND, YEAR, Kind.REVENUE, ProjectId(1), CarryForwardState.PART_AGREED, pounds("300.00"), pounds("200.00"),
        "late start", "four more sessions", date(2019, 9, 30), date(2019, 2, 1), date(2019, 3, 1), "PCC/77",
    )  # fmt: skip
    settlement = Settlement(
        FUND, YEAR, Kind.REVENUE, ProjectId(1), pounds("100.00"), SettlementState.REPAYABLE,
        "refused", date(2019, 3, 1), CarryForwardId(1),
    )  # fmt: skip
    records = YearEndRecords(
        position,
        claims(),
        {ProjectId(1): make_project("P-01"), ProjectId(2): make_project("P-02")},
        {CarryForwardId(1): carry},
        {SettlementId(1): settlement},
        accruals=[accrual],
    )
    return replace(
        document,
        position=position,
        year_end=ReturnYearEnd(
            outturn_of(records),
            (carry,),
            (
                AccrualLine(
                    "P-01", Kind.REVENUE, 12, "Youth Trust", "sessions in March", pounds("12.34"),
                    ("order 5",), "period 1 of 2019/20",
                ),
            ),
            (
                CentreRow("FAL01", pounds("335.25"), {document.fund: pounds("310.25"), "Youth Fund": pounds("25.00")}),
                CentreRow("", pounds("60.10"), {}, pounds("-5.00"), {"payroll": pounds("65.10")}, Money.ZERO),
            ),
        ),
    )  # fmt: skip


def test_the_year_end_has_its_sheets_and_they_foot(tmp_path: Path) -> None:
    document = whole_year()
    written = write_return(document, tmp_path / "R.xlsx")
    first, *_, total = rows_of(written, "Outturn")
    assert (first["Project"], first["Ledger periods 1 to 12 £"], first["Accruals £"]) == (
        "P-01",
        Decimal("310.25"),
        Decimal("12.34"),
    )
    assert (first["Net eligible £"], first["Budget £"], first["Left of budget £"]) == (
        Decimal("322.59"),
        Decimal("674.50"),
        Decimal("351.91"),
    )
    assert document.year_end is not None
    assert total["Net eligible £"] == document.year_end.outturn.eligible.pounds
    carried = {row["Project"]: row for row in rows_of(written, "Carry-forward")}
    ours = carried["P-01"]
    assert (ours["Underspend £"], ours["Requested £"], ours["Approved £"], ours["Refused £"]) == (
        Decimal("351.91"),
        Decimal("300.00"),
        Decimal("200.00"),
        Decimal("100.00"),
    )
    assert (ours["To be returned £"], ours["Not decided £"]) == (Decimal("100.00"), Decimal("51.91"))
    assert (ours["Reason"], ours["Plan"], ours["Spend by"], ours["Letter"]) == (
        "late start",
        "four more sessions",
        "30/09/2019",
        "PCC/77",
    )
    assert carried["Total"]["Not decided £"] == document.year_end.outturn.total.pending.pounds
    [accrual, accrued] = rows_of(written, "Accruals")
    assert (accrual["Evidence"], accrual["Reverses in"]) == ("order 5", "period 1 of 2019/20")
    assert accrued["Amount £"] == Decimal("12.34")
    [one, none, all_of_them] = rows_of(written, "Ledger by cost centre")
    assert (one["Charged to this grant £"], one["Charged to other grants £"]) == (
        Decimal("310.25"),
        Decimal("25.00"),
    )
    assert (one["Difference £"], one["Other grants"]) == (Decimal(0), "Youth Fund £25.00")
    assert (none["Cost centre"], none["Excluded because"]) == ("none", "payroll £65.10")
    assert (all_of_them["Ledger balance £"], all_of_them["Unallocated £"]) == (Decimal("395.35"), Decimal(0))
    named = {row["Value"] for row in rows_of(written, "Cover")}
    assert {"Outturn", "Carry-forward", "Accruals", "Ledger by cost centre"} <= named


def test_the_return_of_a_quarter_has_none_of_the_year_ends_sheets(tmp_path: Path) -> None:
    written = write_return(full(), tmp_path / "R.xlsx")
    assert {sheet for sheet, _ in written.cells}.isdisjoint(
        {"Outturn", "Carry-forward", "Accruals", "Ledger by cost centre"}
    )


def test_a_decision_about_what_was_not_spent_changes_the_checksum() -> None:
    document = whole_year()
    year_end = document.year_end
    assert year_end is not None
    assert figures_checksum(document) != figures_checksum(replace(document, year_end=None))
    undecided = replace(year_end, outturn=replace(year_end.outturn, heads=()))
    assert figures_checksum(replace(document, year_end=undecided)) == figures_checksum(
        replace(document, year_end=None)
    )


def test_claims_and_payments_foot_to_what_came(tmp_path: Path) -> None:
    written = write_return(full(), tmp_path / "R.xlsx")
    first, second, advance, total = rows_of(written, "Claims and payments")
    assert (first["Claim"], first["Period"], first["State"]) == ("Claim 1", "April to June", "approved")
    assert (first["Approved £"], first["Retained £"], first["Paid £"], first["Balance £"]) == (
        Decimal("280.25"),
        Decimal("14.01"),
        Decimal("200.00"),
        Decimal("66.24"),
    )
    assert (first["Paid on"], first["Remittance"]) == ("01/09/2018", "REM-1")
    assert second["Not decided £"] == Decimal("30.00")
    assert (advance["Paid £"], advance["Remittance"]) == (Decimal("45.00"), "REM-2")
    assert (total["Claimed £"], total["Paid £"]) == (Decimal("330.25"), Decimal("245.00"))


def test_the_summary_and_the_certificate_have_what_was_claimed_and_received(tmp_path: Path) -> None:
    written = write_return(full(), tmp_path / "R.xlsx")
    summary = summary_of(written)
    assert summary["Claimed"]["Total £"] == Decimal("330.25")
    assert summary["Received for this grant"]["Total £"] == Decimal("250.00")
    assert summary["Cash held"]["Total £"] == Decimal("-65.25")
    certified = {row["Item"]: row["Figure £"] for row in rows_of(written, "Certificate")}
    assert (certified["Claimed"], certified["Received"]) == (Decimal("330.25"), Decimal("250.00"))
    assert "Income received" not in certified


def test_match_virements_and_conditions_have_their_sheets(tmp_path: Path) -> None:
    written = write_return(full(), tmp_path / "R.xlsx")
    match = rows_of(written, "Match")
    assert [(row["Source"], row["Cash or in kind"]) for row in match[:-1]] == [
        ("County Council", "cash"),
        ("A trust", "in kind"),
    ]
    assert match[-1]["Planned £"] == Decimal("100.00")
    virements = rows_of(written, "Virements")
    assert [(row["From"], row["To"]) for row in virements[:-1]] == [("P-01", "P-02"), ("P-02", "contingency")]
    assert virements[-1]["Amount £"] == Decimal("26.00")
    assert [(row["Clause"], row["Status"]) for row in rows_of(written, "Conditions")] == [("7.2", "breached")]
    named = {row["Value"] for row in rows_of(written, "Cover")}
    assert {"Match", "Virements", "Claims and payments", "Conditions"} <= named


def test_their_formulas_give_the_figures_that_are_stored(tmp_path: Path) -> None:
    written = write_return(whole_year(), tmp_path / "R.xlsx")
    assert read_back(written.path, written.cells).equal
    assert Evaluator(written.path).disagreements(written.cells) == []


def test_libreoffice_recalculates_them(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice, the outside judge of our formulas, is not installed")
    written = write_return(whole_year(), tmp_path / "R.xlsx")
    subprocess.run(
        [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "recalculated", written.path],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    result = read_back(tmp_path / "recalculated" / written.path.name, written.cells)
    assert list(map(str, result.differences)) == []


def test_a_return_with_none_of_them_has_none_of_their_sheets(tmp_path: Path) -> None:
    written = write_return(make_document(), tmp_path / "R.xlsx")
    assert {sheet for sheet, _ in written.cells}.isdisjoint(
        {"Match", "Virements", "Claims and payments", "Conditions"}
    )


def test_a_return_without_claims_keeps_the_checksum_that_it_always_had() -> None:
    document = make_document()
    nothing = replace(document, claims=ClaimRecords(FUND, YEAR))
    assert figures_checksum(nothing) == figures_checksum(document)
    assert figures_checksum(document) == "522189c2d9a36182f8d2207ad87bfe8a788f6e977c3b5e9eafd9c7daae9cf9c6"


def test_a_penny_of_a_claim_changes_the_checksum() -> None:
    document = full()
    records = document.claims
    assert records is not None
    lines = [replace(records.lines[0], claimed=records.lines[0].claimed + Money(1)), records.lines[1]]
    assert figures_checksum(replace(document, claims=replace(records, lines=lines))) != figures_checksum(
        document
    )
