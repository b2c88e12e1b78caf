"""The pack of a return is read back by another reader; the letter opens as a draft with the right people and files."""

from __future__ import annotations

import email
import hashlib
from datetime import UTC, date, datetime
from email.policy import SMTP
from pathlib import Path

import pypdf
import pytest

from fundingapp import paths
from fundingapp.documents.mail import mail, prove as prove_mail
from fundingapp.documents.return_pack import prove, return_pack
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId, ReturnId
from fundingapp.domain.mails import MailDraft, MailPerson
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.return_packs import (
    PackChange,
    PackFigure,
    PackPaper,
    PackPart,
    PackStep,
    ReturnPack,
)
from fundingapp.domain.return_proofs import CellSort, KeptCheck, ReturnCell
from fundingapp.domain.signing import Certificate, CertificateState, Certified
from tests.builders_core import money

FONTS = paths.resources() / "fonts"
AT = datetime(2019, 4, 29, 14, 12, tzinfo=UTC)
HASH = hashlib.sha256(b"the workbook").hexdigest()


def pack(cells: int = 3) -> ReturnPack:
    """The pack of a resubmission with something of everything in it."""
    figure = "Locality Fund/2018/19/spend@12"
    certificate = Certificate(
        Certified.RETURN,
        FundId(1),
        FinancialYear(2018),
        12,
        "I certify “all of it” – £ for £.",
        ((figure, money("72,420.00")),),
        "c" * 64,
        "d" * 64,
        "ann",
        AT,
        CertificateState.CERTIFIED,
        saved=ReturnId(2),
        signed_by="Rhŷs Dŵr",
        role="section 151 officer",
        decided_by="ben",
        decided_at=AT,
    )
    return ReturnPack(
        partnership="Safer Ynys Môn & Charnwood",
        commissioner="The Commissioner",
        fund="Locality Fund",
        year="2018/19",
        quarter=4,
        version=2,
        state="sent",
        written_by="Ann",
        written_at=AT,
        file_name="Q4 <v2>.xlsx",
        sha256=HASH,
        template="LPCC monitoring v4",
        checksum="e" * 64,
        spent=money("72,420.00"),
        certificate=certificate,
        prepared_by="Ann Alder",
        figures=(PackFigure("Eligible spend up to period 12 (March)", figure, money("72,420.00")),),
        agrees=("Ledger = charged + income + excluded: £80,000.00 = £80,000.00",),
        reasons=("LF-08 Outreach, revenue: variance −£1,200.00: the post was empty",),
        checks=(
            KeptCheck("formula.total", "Expenditure!I33", "is £1.00 less", "rounded by the template"),
            KeptCheck("look", "Cover!C9", "ends on a Sunday"),
        ),
        papers=(PackPaper("LF-08 · accrual of £12.00", "invoice 7.pdf", "f" * 64),),
        cells=(
            *(
                ReturnCell(
                    "Expenditure",
                    f"F{row}",
                    CellSort.POUNDS,
                    f"{row * 1000}.50",
                    figure,
                    "project/spent",
                    f"row {row}",
                )
                for row in range(1, cells + 1)
            ),
            ReturnCell("Expenditure", "G1", CellSort.RESULT, "7815.8600000000015"),
            ReturnCell("Expenditure", "G2", CellSort.RESULT, "nothing to add up"),
            ReturnCell("Expenditure", "G3", CellSort.RESULT, ""),
            ReturnCell("Cover", "C4", CellSort.DAY, "2019-03-31", "", "", "Date"),
        ),
        not_computed=(("Summary!B2", "TODAY()"),),
        reader="calamine, values only",
        compared=cells,
        before=1,
        changes=(
            PackChange(
                "LF-08, revenue: eligible spend in quarter 4",
                money("10.00"),
                money("12.50"),
                (
                    PackPart(
                        "T1 · Safer Streets", "later.csv · row 2", money("2.50"), "import (Ann, 01/04/2019)"
                    ),
                ),
            ),
        ),
        steps=(PackStep(AT, "ann", "sent", date(2019, 4, 29), "letter 4", "to the Commissioner"),),
    )


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> pypdf.PdfReader:
    path = tmp_path_factory.mktemp("pack") / "pack.pdf"
    path.write_bytes(return_pack(pack(cells=120), FONTS))
    return pypdf.PdfReader(path)


def test_it_says_everything_in_its_letters(read: pypdf.PdfReader) -> None:
    said = " ".join("\n".join(page.extract_text() for page in read.pages).split())
    for wanted in (
        "I certify “all of it” – £ for £.",
        "Certified by Rhŷs Dŵr, section 151 officer on",
        "Safer Ynys Môn & Charnwood to The Commissioner. This return is sent.",
        "Q4 <v2>.xlsx",
        "72,420.00",
        "Ledger = charged + income + excluded: £80,000.00 = £80,000.00",
        "variance −£1,200.00: the post was empty",
        "rounded by the template",
        "ends on a Sunday",
        "What changed since version 1",
        "2.50",
        "invoice 7.pdf",
        "Expenditure!F120 row 120 120,000.50",
        "Expenditure!G1 formula result 7,815.86 ",
        "formula result nothing to add up",
        "Expenditure!G3 formula result blank",
        "Cover!C4 Date 31/03/2019",
        "TODAY()",
        "letter 4",
        f"Page 1 of {len(read.pages)}",
    ):
        assert wanted in said
    assert HASH in said.replace(" ", "")


def test_it_is_told_by_its_title_and_language(read: pypdf.PdfReader) -> None:
    assert read.metadata is not None
    assert read.metadata.title == "Locality Fund · monitoring return Q4 2018/19, version 2"
    assert read.trailer["/Root"]["/Lang"] == "en-GB"  # type: ignore[index]  # pypdf calls all of it objects


def test_headings_of_a_long_table_stand_on_every_page(read: pypdf.PdfReader) -> None:
    with_cells = [text for page in read.pages if "Expenditure!F" in (text := page.extract_text())]
    assert len(with_cells) > 1
    assert all("What it is" in text for text in with_cells)


def test_the_font_is_inside(read: pypdf.PdfReader) -> None:
    fonts = read.pages[0]["/Resources"]["/Font"]  # type: ignore[index]  # as above
    described = [font.get_object() for font in fonts.values()]
    ours = [font for font in described if "DejaVuSans" in str(font["/BaseFont"])]
    assert ours
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in ours)


def test_the_same_return_gives_the_same_bytes(tmp_path: Path) -> None:
    contents = return_pack(pack(), FONTS)
    assert return_pack(pack(), FONTS) == contents
    path = tmp_path / "pack.pdf"
    path.write_bytes(contents)
    prove(contents, path, "pack.pdf")
    path.write_bytes(contents[:-20])
    with pytest.raises(ExpectedError, match="not what was written"):
        prove(contents, path, "pack.pdf")


def test_a_font_that_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reportlab.pdfbase import pdfmetrics

    monkeypatch.setattr(pdfmetrics, "getRegisteredFontNames", lambda: ["Helvetica"])
    with pytest.raises(ExpectedError, match=r"DejaVuSans\.ttf"):
        return_pack(pack(), tmp_path)


class TestALetter:
    @pytest.fixture
    def draft(self, tmp_path: Path) -> MailDraft:
        workbook, paper = tmp_path / "a.xlsx", tmp_path / "b"
        workbook.write_bytes(b"PK the workbook")
        paper.write_bytes(b"%PDF-1.4 the pack")
        return MailDraft(
            (MailPerson("Grants Officer, Môn", "grants@example.org"),),
            (MailPerson("Rhŷs Dŵr", "rhys@example.org"), MailPerson("Ann", "ann@example.org")),
            "Locality Fund: monitoring return Q4 2018/19",
            "Dear colleagues,\n\nSpent to date: £72,420.00\n",
            ((workbook, "Q4 Dŵr.xlsx"), (paper, "Q4 pack.pdf")),
            AT,
        )

    def test_opens_as_a_draft_with_its_people_and_files(self, draft: MailDraft, tmp_path: Path) -> None:
        path = tmp_path / "letter.eml"
        path.write_bytes(mail(draft))
        prove_mail(draft, path, path.name)
        read = email.message_from_bytes(path.read_bytes(), policy=SMTP)
        assert read["X-Unsent"] == "1"
        assert [each.addr_spec for each in read["To"].addresses] == ["grants@example.org"]
        assert read["To"].addresses[0].display_name == "Grants Officer, Môn"
        assert [each.addr_spec for each in read["Cc"].addresses] == ["rhys@example.org", "ann@example.org"]
        assert [(part.get_filename(), part.get_content_type()) for part in read.iter_attachments()] == [
            ("Q4 Dŵr.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("Q4 pack.pdf", "application/pdf"),
        ]
        assert mail(draft) == path.read_bytes()

    def test_one_that_was_spoilt_is_not_put_in_place(self, draft: MailDraft, tmp_path: Path) -> None:
        path = tmp_path / "letter.eml"
        path.write_bytes(mail(draft).replace(b"72,420.00", b"72,420.01"))
        with pytest.raises(ExpectedError, match="does not say what it should"):
            prove_mail(draft, path, path.name)

    def test_an_address_that_is_none_is_named(self, draft: MailDraft) -> None:
        wrong = MailDraft((MailPerson("Grants", "nobody"),), (), "x", "y", (), AT)
        with pytest.raises(ExpectedError, match="“nobody”, the address of Grants"):
            mail(wrong)
        gone = MailDraft((), (), "x", "y", ((Path("/nowhere/a.xlsx"), "a.xlsx"),), AT)
        with pytest.raises(ExpectedError, match="can't be read"):
            mail(gone)
