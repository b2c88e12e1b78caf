"""Charnwood's fourth quarter in the commissioner's own workbook, on a real file: mapped, checked, signed by a second
person, sent, queried, corrected and sent again, accepted; and all that is known of it afterwards."""

from __future__ import annotations

import email
import hashlib
import zipfile
from collections.abc import Callable
from decimal import Decimal
from email.policy import SMTP
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

from fundingapp.application.commands.exceptions import AcceptException
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.returns import (
    AcceptReturn,
    CheckReturn,
    QueryReturn,
    ReturnSaved,
    SaveReturn,
    SubmitReturn,
)
from fundingapp.application.commands.signing import Certify, PrepareCertificate
from fundingapp.application.commands.story import WriteText
from fundingapp.application.commands.templates import AcceptSuggestions, AddTemplate
from fundingapp.application.desk import Desk
from fundingapp.application.ports import LineFilter, LineOrder, Show
from fundingapp.application.queries.lines import LineIds
from fundingapp.application.queries.return_packs import SaveKeptReturn, WriteReturnMail, WriteReturnPack
from fundingapp.application.queries.sending_checks import ChecksBeforeSending
from fundingapp.application.queries.sent_returns import (
    ReturnDifferences,
    ReturnOpened,
    ReturnVersions,
    VersionShown,
    WhyOfCell,
)
from fundingapp.application.queries.signing import PrintCertificate
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.assembly import Assembly
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import CertificateId, FundId, LineId, ProjectId, ReturnId, TemplateId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import NarrativeSection
from fundingapp.domain.return_proofs import CellSort
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.signing import Certified
from fundingapp.workbooks import swap, template_filler
from tests.builders_core import YEAR, colleague
from tests.console.terminal import FUND, ask

TEMPLATE = "OPCC_monitoring_template.xlsx"


def version(desk: Desk, fund: FundId, id: ReturnId) -> VersionShown:
    return next(each for each in desk.ask(ReturnVersions(fund, YEAR, 4)) if each.id == id)


def settle(desk: Desk, fund: FundId, template: TemplateId) -> int:
    """Accepts each error that is open with a reason of its own; returns how many there were."""
    errors = desk.ask(ChecksBeforeSending(fund, YEAR, 4, template)).errors
    for check in errors:
        desk.do(AcceptException(fund, YEAR, 4, check.key, check.text, f"agreed by letter: {check.code}"))
    return len(errors)


def signed(desk: Desk, id: ReturnId) -> CertificateId:
    """Has a checked return prepared by one person and certified by another."""
    made = desk.do(PrepareCertificate(Certified.RETURN, FundId(1), YEAR, saved=id)).result
    with pytest.raises(ExpectedError) as own:
        desk.do(Certify(made))
    assert own.value.code == "may_not_certify"
    colleague(desk).do(Certify(made))
    return made


def words_of(pdf: Path) -> str:
    return "".join("\n".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages).split())


def spoilt(contents: bytes, part: str, was: bytes, becomes: bytes) -> bytes:
    """The package *contents* with one value of one part changed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(contents)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            raw = source.read(entry)
            if entry.filename == part:
                assert was in raw
                raw = raw.replace(was, becomes, 1)
            target.writestr(entry, raw)
    return out.getvalue()


# openpyxl warns of what it would lose; it is only a reader here.
@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_from_the_template_to_acceptance_with_a_correction(
    at: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = at("P12")
    opened = Assembly().open(str(file))
    try:
        desk = opened.desk
        fund = desk.ask(FundNamed(FUND))
        waiting = desk.ask(LineIds(LineFilter(YEAR, show=Show.WAITING), LineOrder()))
        desk.do(ChargeLines(tuple(map(LineId, waiting)), parse_target("excluded: not ours"), ""))
        template = desk.do(AddTemplate(file.parent / TEMPLATE, "Monitoring return")).result.id
        desk.do(AcceptSuggestions(template))
        desk.do(WriteText(fund, YEAR, 4, NarrativeSection.PROGRESS, "All projects ran."))

        first, out = _sent_once(desk, fund, template, tmp_path, monkeypatch)
        opened.close()
        _found_in_the_file(file, out, tmp_path)
        opened = Assembly().open(str(file))
        desk = opened.desk
        second = _corrected(desk, fund, template, first.id, tmp_path)
        _known_of_both(desk, fund, first, second, tmp_path)
    finally:
        opened.close()


def _sent_once(
    desk: Desk, fund: FundId, template: TemplateId, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[ReturnSaved, Path]:
    """The first version, saved, checked, certified and sent; a file that was spoilt on its way never appears."""
    assert settle(desk, fund, template) > 10
    out = folder / "Charnwood Q4.xlsx"
    _a_spoilt_file_never_appears(desk, fund, template, out, monkeypatch)
    saved = desk.do(SaveReturn(fund, YEAR, 4, out, template)).result
    assert saved.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    desk.do(CheckReturn(saved.id))
    certificate = signed(desk, saved.id)
    paper = docx.Document(str(desk.ask(PrintCertificate(certificate, folder / "certificate.docx"))))
    assert {out.name, saved.sha256} <= {
        cell.text for table in paper.tables for row in table.rows for cell in row.cells
    }
    desk.do(SubmitReturn(saved.id, "The Commissioner", how="e-mail"))
    shown = version(desk, fund, saved.id)
    assert (shown.state_in_words, shown.is_current, shown.is_kept) == ("sent", True, True)
    assert shown.certificate is not None
    assert shown.certificate.certificate.stands
    return saved, out


def _a_spoilt_file_never_appears(
    desk: Desk, fund: FundId, template: TemplateId, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = swap.put_in_place
    before = desk.ask(ReturnVersions(fund, YEAR, 4))
    for part, was, becomes in (
        ("xl/worksheets/sheet4.xml", b"<v>8654.99</v>", b"<v>8654.98</v>"),  # a figure of ours
        ("xl/worksheets/sheet2.xml", b"<row ", b"<row  "),  # a part that is none of our business
    ):
        with monkeypatch.context() as patch:
            patch.setattr(
                template_filler,
                "put_in_place",
                lambda path, contents, prove, change=(part, was, becomes): put(
                    path, spoilt(contents, *change), prove
                ),
            )
            with pytest.raises(ExpectedError) as refused:
                desk.do(SaveReturn(fund, YEAR, 4, out, template))
        assert refused.value.code == "fill_differs"
        assert not out.exists()
    assert desk.ask(ReturnVersions(fund, YEAR, 4)) == before
    assert list(out.parent.glob(".fundingapp-unfinished*")) == []


def _found_in_the_file(file: Path, out: Path, folder: Path) -> None:
    """What the console says of the file that went, while it is as it was written and once a figure is typed over."""
    quarter = ("--quarter", 4, "--template", "Monitoring return", "--workbook")
    said = ask("checks", file, *quarter, out).data
    assert (said["errors"], said["may_go"]) == (0, True)
    assert not [each for each in said["checks"] if each["code"].startswith(("file", "typed", "formula"))]
    typed = folder / out.name.replace("Q4", "Q4 typed over")
    typed.write_bytes(
        spoilt(out.read_bytes(), "xl/worksheets/sheet4.xml", b"<v>8654.99</v>", b"<v>8654.98</v>")
    )
    said = ask("checks", file, *quarter, typed).data
    assert not said["may_go"]
    assert "£8,654.98" in " ".join(each["text"] for each in said["checks"])


def _corrected(desk: Desk, fund: FundId, template: TemplateId, first: ReturnId, folder: Path) -> ReturnSaved:
    """Queried, a line charged elsewhere, and sent again; accepted."""
    desk.do(QueryReturn(first, "Is all of LF-08 in there its own?", reference="PCC/7"))
    [line, *_] = desk.ask(
        LineIds(LineFilter(YEAR, from_period=11, to_period=12, project=ProjectId(8), fund=fund), LineOrder())
    )
    desk.do(ChargeLines((LineId(line),), parse_target("LF-02"), "invoiced to the wrong project"))
    settle(desk, fund, template)
    saved = desk.do(SaveReturn(fund, YEAR, 4, folder / "Charnwood Q4 v2.xlsx", template)).result
    assert saved.replaces == first
    desk.do(CheckReturn(saved.id))
    signed(desk, saved.id)
    desk.do(SubmitReturn(saved.id, "The Commissioner"))
    desk.do(AcceptReturn(saved.id, reference="PCC/8"))
    new, old, *_ = desk.ask(ReturnVersions(fund, YEAR, 4))
    assert (new.value.state, old.value.state) == (ReturnState.ACCEPTED, ReturnState.QUERIED)
    assert (new.id, old.replaced_by) == (saved.id, saved.id)
    return saved


def _known_of_both(desk: Desk, fund: FundId, first: ReturnSaved, second: ReturnSaved, folder: Path) -> None:
    """The list of differences comes to the difference, each sent cell says why, and the pack and letter are whole."""
    found = desk.ask(ReturnDifferences(first.id, second.id))
    assert found.figures
    assert found.is_explained
    assert [decision.command for decision in found.decisions].count("ChargeLines") == 1
    _every_sent_amount_says_why(desk, first)
    again = desk.ask(SaveKeptReturn(first.id, folder / "again.xlsx"))
    assert hashlib.sha256(again.read_bytes()).hexdigest() == first.sha256

    pack = folder / "pack.pdf"
    made = desk.ask(WriteReturnPack(second.id, pack))
    assert made.pack.before == 2
    said = words_of(pack)
    for wanted in (second.sha256, "CertifiedbyBen", "Whatchangedsinceversion2"):
        assert wanted in said
    letter = folder / "letter.eml"
    desk.ask(WriteReturnMail(second.id, letter))
    read = email.message_from_bytes(letter.read_bytes(), policy=SMTP)
    parts = {part.get_filename(): part.get_content() for part in read.iter_attachments()}
    assert list(parts) == ["Charnwood Q4 v2.xlsx", "Charnwood Q4 v2 pack.pdf"]
    assert hashlib.sha256(parts["Charnwood Q4 v2.xlsx"]).hexdigest() == second.sha256


def _every_sent_amount_says_why(desk: Desk, saved: ReturnSaved) -> None:
    """Each cell with an amount, as it stands in the file that went, is explained with that amount."""
    kept = desk.ask(ReturnOpened(saved.id))
    book = openpyxl.load_workbook(saved.path, data_only=True)
    asked = 0
    for each in kept.cells:
        cell = each.cell
        if cell.sort is not CellSort.POUNDS or not cell.figure:
            continue
        stands = Money.of_pounds(Decimal(str(book[cell.sheet][cell.cell].value)).quantize(Decimal("0.01")))
        if asked < 25:
            assert desk.ask(WhyOfCell(saved.id, cell.sheet, cell.cell, 5)).then.value == stands, cell
        asked += 1
    assert asked > 100
