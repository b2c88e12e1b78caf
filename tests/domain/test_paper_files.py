"""Names of papers are cleaned, what a file is not is told, and what might run is never opened."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.file_names import refuse_name
from fundingapp.domain.paper_files import (
    DRAWING,
    EXCEL,
    JPEG,
    LARGEST,
    MACROS,
    PDF,
    PROGRAM,
    SCRIPT,
    SHORTCUT,
    TEXT,
    UNKNOWN,
    WEB,
    WORD,
    cleaned_name,
    differs,
    refuse_large,
    why_not_opened,
)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("invoice 12.pdf", "invoice 12.pdf"),
        ("..\\..\\x", "x"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ann\\letter.docx", "letter.docx"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\x1b[31m.txt", "ab[31m.txt"),
        ("what: is “this”? *.pdf", "what_ is “this”_ _.pdf"),
        ("ends. . .", "ends"),
        ("...", "paper"),
        ("", "paper"),
        ("\u200b", "paper"),
        ("Cafe\u0301 minutes.pdf", "Café minutes.pdf"),
    ],
)
def test_A01_a_hostile_name_is_cleaned(name: str, cleaned: str) -> None:
    assert cleaned_name(name) == cleaned


@given(st.text(max_size=400))
def test_A01_every_cleaned_name_can_be_used_on_windows_and_says_the_same_cleaned_again(name: str) -> None:
    cleaned = cleaned_name(name)
    refuse_name("C:\\papers", cleaned)
    assert 0 < len(cleaned) <= 120
    assert cleaned_name(cleaned) == cleaned


def test_A01_a_long_name_keeps_its_suffix() -> None:
    assert cleaned_name("x" * 300 + ".pdf") == "x" * 116 + ".pdf"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("setup.exe", PROGRAM),
        ("setup.pdf", PROGRAM),
        ("setup.exe", TEXT),
        ("invoice.pdf.js", TEXT),
        ("run.txt", SCRIPT),
        ("letter.lnk", SHORTCUT),
        ("letter.pdf", SHORTCUT),
        ("budget.xlsm", MACROS),
        ("budget.xlsx", MACROS),
        ("page.html", WEB),
        ("invoice.pdf", WEB),
        ("logo.svg", DRAWING),
        ("photo.png", DRAWING),
        ("things.zip", "application/zip"),
        ("letter.docx", "application/zip"),
        ("notes.unheard", UNKNOWN),
        ("nothing", TEXT),
    ],
)
def test_A02_what_might_run_is_never_opened(name: str, kind: str) -> None:
    assert why_not_opened(name, kind) != ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", PDF),
        ("a.PDF", PDF),
        ("a.jpg", JPEG),
        ("a.jpg", "image/png"),
        ("a.docx", WORD),
        ("a.xlsx", EXCEL),
        ("a.csv", TEXT),
    ],
)
def test_what_is_harmless_is_opened(name: str, kind: str) -> None:
    assert why_not_opened(name, kind) == ""


def test_A03_a_name_that_promises_something_else_is_told() -> None:
    assert differs("a.pdf", PROGRAM) == "“a.pdf” is named like a PDF document and is a program."
    assert differs("a.jpg", "image/png") == "“a.jpg” is named like a JPEG picture and is a PNG picture."
    assert differs("a.pdf", PDF) == differs("a.unheard", PDF) == differs("a.txt", TEXT) == ""


def test_A04_the_limit_is_named() -> None:
    refuse_large("film.mp4", LARGEST)
    with pytest.raises(InputRefusedError) as refusal:
        refuse_large("film.mp4", LARGEST + 1)
    assert refusal.value.message == "“film.mp4” has more than 500 MB, the most that a paper may have."
