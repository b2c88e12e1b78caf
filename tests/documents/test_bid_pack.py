"""The bid pack as a document: read again, and opened by another program."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from fundingapp.assembly import Assembly
from fundingapp.documents.paper import Column, Paper, texts_of
from fundingapp.domain.bid_packs import BidPack
from fundingapp.domain.errors import ExpectedError
from tests.documents.packs import make_pack, with_results


def written(tmp_path: Path, pack: BidPack) -> Path:
    out = tmp_path / "pack.docx"
    Assembly().pack_writer(pack, out)
    return out


def test_the_document_says_what_is_asked_costed_and_decided(tmp_path: Path) -> None:
    said = texts_of(written(tmp_path, make_pack()))
    assert said[0] == "Bid LF-01 Street Pastors"
    for text in ("Amount asked", "£10,000.00", "Amount awarded", "£9,000.00", "PCC/2018/14", "26/03/2018"):
        assert text in said
    assert "The amount asked, £10,000.00, is £5,999.79 more than the costs." in said
    assert "£500.00 in cash; £700.00 in kind, which is shown beside the cost and never in it." in said
    assert "DBS evidence is sent (before release)" in said
    assert "minutes.pdf" in said


def test_what_looks_like_a_formula_is_text_and_what_cannot_be_printed_is_seen(tmp_path: Path) -> None:
    said = texts_of(written(tmp_path, make_pack()))
    assert "=HYPERLINK(1)\N{REPLACEMENT CHARACTER} & <b>" in said
    assert "+44 the church takes over.\nFrom 2020." in said


def test_sections_stand_in_the_order_of_the_form_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    headings = [
        paragraph.text
        for paragraph in docx.Document(str(written(tmp_path, make_pack()))).paragraphs
        if paragraph.style is not None and paragraph.style.name == "Heading 2"
    ]
    assert headings[:3] == ["Aims", "Exit or sustainability plan", "Costs"]
    assert "Risks" not in headings


def test_what_is_to_be_reached_stands_beside_what_was_reached_the_year_before(tmp_path: Path) -> None:
    document = docx.Document(str(written(tmp_path, with_results(make_pack()))))
    tables = {table.rows[0].cells[0].text: table for table in document.tables}
    assert [[cell.text for cell in row.cells] for row in tables["Outcome"].rows][1:] == [
        ["Victims cope", "output", "Clients supported", "clients", "171", "180"],
        ["–", "outcome", "Hate incidents, LGBT+", "", "<5", "rise"],
    ]
    assert [[cell.text for cell in row.cells] for row in tables["Indicator"].rows][1:] == [
        ["Clients supported", "160", "171", "met"],
        ["Hate incidents, LGBT+", "–", "[c]", "small numbers"],
    ]
    said = texts_of(tmp_path / "pack.docx")
    assert "Results of 2017/18" in said
    assert "Small numbers are hidden to protect people: “<” and a number, or [c]." in said
    assert "Worker in post" in said


def test_costs_are_a_table_of_quarters_with_its_totals_and_repeated_headings(tmp_path: Path) -> None:
    document = docx.Document(str(written(tmp_path, make_pack())))
    (table,) = [table for table in document.tables if table.rows[0].cells[0].text == "Category"]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Category", "For", "Q1 £", "Q2 £", "Q3 £", "Q4 £", "Total £"],
        ["staff", "Coordinator", "2,000.05", "0.00", "2,000.06", "0.00", "4,000.11"],
        ["travel and subsistence", "Fares", "0.00", "0.00", "0.00", "0.10", "0.10"],
        ["Total", "", "2,000.05", "0.00", "2,000.06", "0.10", "4,000.21"],
    ]
    head = table.rows[0]._tr.trPr
    assert head is not None
    assert head.find(qn("w:tblHeader")) is not None


def test_several_bids_begin_with_their_table_and_each_on_a_page_of_its_own(tmp_path: Path) -> None:
    document = docx.Document(str(written(tmp_path, make_pack(3))))
    first = document.tables[0]
    assert [row.cells[0].text for row in first.rows] == ["Bid", "LF-01", "LF-02", "LF-03", "Total"]
    assert [cell.text for cell in first.rows[-1].cells][-2:] == ["30,000.00", "9,000.00"]
    titles: list[Paragraph] = [
        each for each in document.paragraphs if each.style is not None and each.style.name == "Heading 1"
    ]
    assert [title.text for title in titles][1:] == [f"LF-0{at} Street Pastors" for at in (1, 2, 3)]
    assert all(title.paragraph_format.page_break_before for title in titles[1:])


def test_pages_are_numbered_and_the_properties_name_nobody(tmp_path: Path) -> None:
    out = written(tmp_path, make_pack())
    with zipfile.ZipFile(out) as package:
        (footer,) = [name for name in package.namelist() if "footer" in name and name.endswith(".xml")]
        text = package.read(footer).decode()
    assert 'w:instr="PAGE"' in text
    assert 'w:instr="NUMPAGES"' in text
    about = docx.Document(str(out)).core_properties
    assert (about.author, about.last_modified_by) == ("Funding Tracker", "Funding Tracker")
    assert about.title == "Bid LF-01 Street Pastors"
    assert about.created == about.modified == datetime(2018, 4, 1, tzinfo=UTC)


def test_a_document_that_says_something_else_does_not_take_its_place(tmp_path: Path) -> None:
    from fundingapp.documents.bid_pack import bid_pack, prove

    out = written(tmp_path, make_pack())
    paper = bid_pack(make_pack())
    prove(paper, out, "pack.docx")
    paper.said[3] = "something else"
    with pytest.raises(
        ExpectedError, match=r"“pack.docx” was read back and does not say what it should"
    ) as refusal:
        prove(paper, out, "pack.docx")
    assert refusal.value.code == "read_back_differs"
    out.write_bytes(b"PK\x03\x04 no document")
    with pytest.raises(ExpectedError, match="cannot be read again"):
        prove(paper, out, "pack.docx")


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "pack.pdf"
    with pytest.raises(ExpectedError, match=r"ends in \.docx or \.xlsx"):
        Assembly().pack_writer(make_pack(), out)
    assert not out.exists()


def test_columns_fit_between_the_margins() -> None:
    import fundingapp.documents.bid_pack as module

    tables = [value for name, value in vars(module).items() if isinstance(value, tuple) and name.isupper()]
    assert len(tables) >= 6
    for columns in tables:
        assert all(isinstance(column, Column) for column in columns)
        assert round(sum(column.width for column in columns), 6) <= 17


def test_libreoffice_makes_pages_of_it(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    out = written(tmp_path, make_pack(2))

    def convert(path: Path) -> Path:
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        words = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
        subprocess.run(words, check=False, capture_output=True, timeout=110)
        return path.with_suffix(".pdf")

    plain = tmp_path / "plain.docx"
    plain.write_bytes(Paper("t", "s", date(2018, 4, 1), "f").contents())
    if not convert(plain).exists():
        pytest.skip("LibreOffice is installed without Writer, which opens documents")
    assert convert(out).read_bytes().startswith(b"%PDF")
