"""Papers of every sort are looked into for personal data, wherever in them it stands; what can't be seen is said."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import docx
import pypdf
import pytest
import xlsxwriter
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from fundingapp.application.releasing import found_in_words
from fundingapp.assembly import Assembly
from fundingapp.documents import apart
from fundingapp.documents.pdf_texts import texts_of_pdf
from fundingapp.domain.personal_data import ClueSort, SeenCell, in_words, look_at_cells

PHONE = "Ring Jane on 07700 900123"
CLIENTS = (
    ("Client", "DOB", "Ward"),
    ("Jane Example", "12/03/1989", "Storer"),
    ("Tom Sample", "01/05/2004", ""),
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006/main"
PAPERS = Assembly().papers


def seen(path: Path, name: str = "") -> str:
    """What the row of the paper says of the look."""
    looked = PAPERS.texts(path, name or path.name, PAPERS.media_type(path))
    return found_in_words(look_at_cells(looked.cells), looked.why_not, looked.partly)


def pdf(path: Path, *pages: Callable[[Canvas], object]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return path


def written(*lines: str) -> Callable[[Canvas], object]:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            canvas.drawString(72, 700 - 20 * number, line)

    return draw


def tabled(canvas: Canvas) -> None:
    for row, cells in enumerate(CLIENTS):
        for column, text in enumerate(cells):
            canvas.drawString(72 + 150 * column, 700 - 20 * row, text)


def scanned(canvas: Canvas) -> None:
    picture = Image.effect_noise((40, 60), 80)
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)


def in_this_process(path: Path) -> tuple[str, str, bool]:
    texts, why_not, partly = texts_of_pdf(path, lambda *_: None)
    return in_words(look_at_cells(SeenCell("", *each) for each in texts)), why_not, partly


def test_a_pdf_is_read_as_it_is_printed_with_its_tables(tmp_path: Path) -> None:
    said = in_this_process(pdf(tmp_path / "list.pdf", written("Nothing here"), tabled, written(PHONE)))
    assert said == (
        "2 dates of birth (page 2, line 2; page 2, line 3), 1 phone number (page 3, line 1)",
        "",
        False,
    )


def test_scanned_pages_are_never_passed_as_clean(tmp_path: Path) -> None:
    assert in_this_process(pdf(tmp_path / "scan.pdf", scanned, scanned)) == (
        "",
        "it is a scanned PDF, whose pages are pictures",
        False,
    )
    assert in_this_process(pdf(tmp_path / "half.pdf", written("The minutes of May"), scanned)) == (
        "",
        "page 2 is a picture without letters that can be read",
        True,
    )


def test_letters_that_are_only_drawn_are_a_picture(tmp_path: Path) -> None:
    def drawn(canvas: Canvas) -> None:
        for number in range(60):
            canvas.line(number, number, number * 2, 300)

    assert in_this_process(pdf(tmp_path / "drawn.pdf", drawn))[1].startswith("it is a scanned PDF")
    assert in_this_process(pdf(tmp_path / "empty.pdf", lambda _: None)) == ("", "", False)


def test_notes_links_forms_and_files_of_a_pdf_are_seen(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "A form of the project")
        canvas.acroForm.textfield(name="DOB", value="12/03/1989", x=72, y=600)
        canvas.linkURL("mailto:jane.example@example.org", (72, 500, 200, 520))

    writer = pypdf.PdfWriter(clone_from=pdf(tmp_path / "form.pdf", page))
    writer.add_metadata({"/Author": "tom.sample@example.org"})
    writer.add_attachment("clients.csv", b"Name,DOB")
    writer.write(tmp_path / "more.pdf")
    found, why_not, partly = in_this_process(tmp_path / "more.pdf")
    assert "2 e-mail addresses (properties, line 1" in found.replace("line 2", "line 1")
    assert "notes on page 1" in found
    assert "1 date of birth (form, line 1)" in found
    assert (why_not, partly) == ("it holds further files", True)


def test_a_locked_pdf_is_said_and_one_that_only_may_not_be_changed_is_read(tmp_path: Path) -> None:
    plain = pdf(tmp_path / "plain.pdf", written(PHONE))
    for user, wanted in (("secret", ("", "it is protected by a password", False)), ("", None)):
        writer = pypdf.PdfWriter(clone_from=plain)
        writer.encrypt(user, "owner", algorithm="RC4-128")
        writer.write(tmp_path / "locked.pdf")
        said = in_this_process(tmp_path / "locked.pdf")
        assert said == wanted if wanted else said[0].startswith("1 phone number")


def test_a_damaged_page_hides_nothing_of_the_others(tmp_path: Path) -> None:
    path = pdf(tmp_path / "half.pdf", written(PHONE), written("Minutes"))
    raw = path.read_bytes()
    drawn = raw.rindex(b"endstream") - 20
    (tmp_path / "damaged.pdf").write_bytes(raw[:drawn] + b"\xff\xfe\xfd" + raw[drawn + 3 :])
    assert in_this_process(tmp_path / "damaged.pdf") == (
        "1 phone number (page 1, line 1)",
        "1 damaged page left out",
        True,
    )


def test_a_long_pdf_is_read_as_far_as_the_limit_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fundingapp.documents.pdf_texts._MOST_PAGES", 2)
    path = pdf(tmp_path / "long.pdf", *[written("Minutes")] * 2, written(PHONE))
    assert in_this_process(path) == ("", "its first 2 of 3 pages", True)


# The child


@pytest.fixture(autouse=True)
def no_child_is_left() -> Iterator[None]:
    yield
    apart._reader.close()


def test_the_child_tells_it_for_one_document_after_another(tmp_path: Path) -> None:
    plain = pdf(tmp_path / "plain.pdf", written(PHONE))
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(plain.read_bytes()[:500])
    assert seen(plain).startswith("Looks like 1 phone number (page 1, line ")
    child = apart._reader._child
    assert seen(broken) == "Not looked into: it is damaged or can't be read."
    assert seen(plain).startswith("Looks like 1 phone number")
    assert apart._reader._child is child
    # One that has ended by itself, having had nothing to do, is replaced without a word.
    assert child is not None
    child.kill()
    assert seen(plain).startswith("Looks like 1 phone number")


def test_an_installed_program_is_its_own_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "frozen", True, raising=False)
        assert apart.child_command() == [sys.executable, "--read-document"]
    command = [sys.executable, "-P", "-m", "fundingapp", "--read-document"]
    monkeypatch.setattr(apart, "child_command", lambda: command)
    assert seen(pdf(tmp_path / "plain.pdf", written(PHONE))).startswith("Looks like 1 phone number")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os; os.abort()", "its reader ran out of memory or broke down"),
        ("import sys; sys.stdout.buffer.write(b'rubbish' * 9)", "its reader broke down"),
        (
            "import fundingapp.documents.pdf_texts as texts, time, fundingapp.documents.child as child\n"
            "texts.texts_of_pdf = lambda *_: time.sleep(60)\nchild.main()",
            "its reader gave no sign of life for 1 seconds",
        ),
        (
            "import fundingapp.documents.pdf_texts as texts, fundingapp.documents.child as child\n"
            "texts.texts_of_pdf = lambda *_: ([('', 'no number', 0, '')], '', False)\nchild.main()",
            "its reader broke down",
        ),
    ],
)
def test_a_document_that_stops_its_reader_is_said_to_be_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, why: str
) -> None:
    path = pdf(tmp_path / "bad.pdf", written("Minutes"))
    if "sleep" in code:
        monkeypatch.setattr(apart, "_SILENCE", 1)
    monkeypatch.setattr(apart, "child_command", lambda: [sys.executable, "-P", "-c", code])
    assert seen(path) == f"Not looked into: it could not be read: {why}."


@pytest.mark.skipif(sys.platform == "win32", reason="the job object is the system's own there")
def test_a_document_that_wants_too_much_memory_is_said_to_be_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pdf(tmp_path / "bomb.pdf", written("Minutes"))
    code = (
        "import fundingapp.documents.pdf_texts as texts, fundingapp.documents.child as child\n"
        "texts.texts_of_pdf = lambda *_: bytearray(1 << 31)\nchild.main()"
    )
    monkeypatch.setattr(apart, "child_command", lambda: [sys.executable, "-P", "-c", code])
    assert seen(path) == "Not looked into: it needs more memory than a document of its size may take."


# Word, slides, sheets


def packed(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            package.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("part", "content", "where"),
    [
        (
            "word/header2.xml",
            f"<w:hdr xmlns:w='{WORD}'><w:p><w:t>{PHONE}</w:t></w:p></w:hdr>",
            "header, line 1",
        ),
        (
            "word/document.xml",
            f"<w:document xmlns:w='{WORD}'><w:p><w:del><w:r><w:delText>{PHONE}</w:delText></w:r></w:del></w:p>"
            "</w:document>",
            "line 1",
        ),
        (
            "word/comments.xml",
            f"<w:c xmlns:w='{WORD}'><w:p><w:t>{PHONE}</w:t></w:p></w:c>",
            "comments, line 1",
        ),
        (
            "word/footnotes.xml",
            f"<w:c xmlns:w='{WORD}'><w:p><w:t>{PHONE}</w:t></w:p></w:c>",
            "footnotes, line 1",
        ),
        ("docProps/core.xml", f"<c><subject>{PHONE}</subject></c>", "properties, line 1"),
        ("docProps/custom.xml", f"<c><property><v>{PHONE}</v></property></c>", "properties, line 1"),
        ("word/_rels/document.xml.rels", '<R><L Target="tel:07700 900123"/></R>', "links, line 1"),
    ],
)
def test_a_word_document_is_looked_into_everywhere(
    tmp_path: Path, part: str, content: str, where: str
) -> None:
    parts = {"word/document.xml": f"<w:document xmlns:w='{WORD}'/>", part: content}
    assert seen(packed(tmp_path / "a.docx", parts)) == f"Looks like 1 phone number ({where})."


def test_a_table_of_a_real_document_and_files_in_it_are_seen(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row, cells in enumerate(CLIENTS):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.save(str(tmp_path / "a.docx"))
    assert seen(tmp_path / "a.docx") == "Looks like 2 dates of birth (table 1, B2; table 1, B3)."
    with zipfile.ZipFile(tmp_path / "a.docx", "a") as package:
        package.writestr("word/embeddings/list.xlsx", b"")
    assert seen(tmp_path / "a.docx").endswith("Looked into only in part: it holds further files.")


def test_slides_and_their_notes_are_seen(tmp_path: Path) -> None:
    slide = f"<s xmlns:a='{DRAWN}'><a:p><a:r><a:t>Ring Jane on 07700</a:t></a:r><a:r><a:t> 900123</a:t></a:r></a:p></s>"
    parts = {"ppt/slides/slide3.xml": slide, "ppt/notesSlides/notesSlide1.xml": slide}
    assert seen(packed(tmp_path / "a.pptx", parts)) == (
        "Looks like 2 phone numbers (slide 3, line 1; slide 1, line 1)."
    )


def test_hidden_sheets_comments_and_footers_of_a_workbook_are_seen(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Summary")
        sheet.write(0, 0, "All is well")
        sheet.write_comment(0, 0, PHONE)
        sheet.set_footer("&Ljane.example@example.org")
        sheet.insert_textbox(3, 3, "NI number AB123456C")
        hidden = book.add_worksheet("Clients")
        for row, cells in enumerate(CLIENTS):
            hidden.write_row(row, 0, cells)
        hidden.hide()
    said = seen(tmp_path / "a.xlsx")
    assert "2 dates of birth (sheet “Clients”, B2; sheet “Clients”, B3)" in said
    assert "1 e-mail address (footer, line 1)" in said
    assert "1 phone number (comments, " in said
    assert "1 National Insurance number (text boxes, " in said
    assert "ooked into" not in said


# Letters, archives, what is old


def letter() -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Officer <an.officer@charnwood.gov.uk>"
    made["To"] = "partner@example.org, team@example.org"
    made.set_content("Dear all")
    made.add_alternative("<style>07700 900123</style><p>See <b>born</b> 12/03/1989</p>", subtype="html")
    return made


def test_a_letter_is_looked_into_with_what_it_brings(tmp_path: Path) -> None:
    made = letter()
    lines = "\n".join(",".join(cells) for cells in CLIENTS)
    made.add_attachment(lines.encode(), maintype="text", subtype="csv", filename="Jane's list.csv")
    path = tmp_path / "a.eml"
    path.write_bytes(made.as_bytes())
    looked = PAPERS.texts(path, path.name, PAPERS.media_type(path))
    clues = look_at_cells(looked.cells)
    assert [(clue.sort, clue.where.removeprefix("a.eml, ")) for clue in clues] == [
        (ClueSort.EMAIL, "letter head, line 2"),
        (ClueSort.BIRTH, "line 3"),
        (ClueSort.BIRTH, "in “Jane's list.csv”, B2"),
        (ClueSort.BIRTH, "in “Jane's list.csv”, B3"),
    ]
    # What the row keeps names no file, since its name may tell of people (R09).
    assert "Jane" not in seen(path)
    assert "in a file of it, B2" in seen(path)


def test_a_letter_between_officers_without_more_raises_no_alarm(tmp_path: Path) -> None:
    made = EmailMessage()
    made["From"], made["To"] = "an.officer@charnwood.gov.uk", "a.sergeant@leicestershire.police.uk"
    made.set_content("The minutes are agreed.")
    (tmp_path / "a.eml").write_bytes(made.as_bytes())
    assert seen(tmp_path / "a.eml") == "Nothing that looks like personal data was found."


def test_an_archive_is_looked_into_one_step_deep(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.txt", PHONE)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("folder/list.txt", PHONE)
        archive.writestr("../../inner.zip", inner.getvalue())
    assert seen(tmp_path / "a.zip") == (
        "Looks like 1 phone number (in a file of it, line 1). "
        "Looked into only in part: in a file of it this program can't read a ZIP archive."
    )


def test_an_archive_is_unpacked_no_further_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fundingapp.documents.containers._MOST_BYTES", 1_000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "Minutes")
        archive.writestr("b.txt", b" " * 10_000_000)
    assert seen(tmp_path / "bomb.zip") == (
        "Looked into only in part: its first 1 file. "
        "Nothing that looks like personal data was found in the rest."
    )


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        (
            "a.rtf",
            rb"{\rtf1{\fonttbl 07700 900124;}\b Mrs\b0  Example, \u48?\'37700 900123\par}",
            "Looks like 1 phone number (line 1).",
        ),
        (
            "a.msg",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + PHONE.encode("utf-16-le"),
            "Looks like 1 phone number (line 1). "
            "Looked into only in part: an Outlook message can only be searched roughly.",
        ),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + b"Minutes of May",
            "Looked into only in part: a document of the old Office, or with a password, can only be searched "
            "roughly. Nothing that looks like personal data was found in the rest.",
        ),
        (
            "a.jpg",
            b"\xff\xd8\xff\xe0" + bytes(90),
            "Not looked into: a picture can't be read by this program.",
        ),
        ("a.docx", b"PK\x03\x04" + bytes(90), "Not looked into: it is damaged or can't be read."),
    ],
)
def test_what_is_old_or_no_text_says_how_far_it_could_be_seen(
    tmp_path: Path, name: str, raw: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(raw)
    assert seen(tmp_path / name) == said


def test_a_list_in_lines_is_known_by_its_heading_or_by_its_days(tmp_path: Path) -> None:
    listed = tmp_path / "a.txt"
    for text, wanted in (
        (
            "Jane Example 12/03/1989\nTom Sample, 01/05/2004\n",
            "Looks like 2 dates of birth (line 1; line 2).",
        ),
        ("Name and date of birth\nJane Example 12/03/2009", "Looks like 1 date of birth (line 2)."),
        (
            "Jane Example 12/03/2018\nTom Sample 13/03/2018",
            "Nothing that looks like personal data was found.",
        ),
        (
            "Disorder Act, 31 July 1998, as it was changed by the Police Reform Act of 2002 on 1 April 2003 and so on",
            "Nothing that looks like personal data was found.",
        ),
    ):
        listed.write_text(text)
        assert seen(listed) == wanted
