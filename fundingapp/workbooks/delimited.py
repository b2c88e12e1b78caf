"""Text tables (.csv, .txt, .tsv): which encoding, which separator, and a reading that never swallows rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.workbooks.text_rows import TextRows

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_LINES = 200
_LONGEST_CELL = 1_000_000  # characters; more is a file that is no table
_WEB_PAGE = re.compile(r"\s*(?:<!doctype html|<html|<head|<table|<\?xml[^>]*>\s*<html)", re.IGNORECASE)


class TextTable(NamedTuple):
    """A text file as rows: each with the number of the line that it begins on, an empty cell as None."""

    encoding: str
    separator: str
    rows: TextRows
    is_sure: bool
    findings: tuple[Finding, ...] = ()


def looks_like_text(start: bytes) -> bool:
    """Whether *start*, the first bytes of a file, can be text."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    if b"\x00" in start:
        return _utf16_without_mark(start) is not None
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 26) for byte in start)
    return control * 50 <= len(start)


def possible_encodings(raw: bytes) -> list[tuple[str, str]]:
    """The encodings that *raw* can be read in, each with the first line that differs from one to another.

    Only those are given that make different letters; one alone, or none, when there is no choice.
    """
    read = {encoding: text for encoding in POSSIBLE if (text := _decoded(raw, encoding)) is not None}
    different = {text: encoding for encoding, text in reversed(read.items())}
    found = _NOT_ASCII.search(raw)
    if found is None or not different:
        return []
    number = raw.count(b"\n", 0, found.start())
    return [
        (encoding, text.split("\n")[number].strip()[:_EXAMPLE])
        for encoding, text in read.items()
        if different[text] == encoding
    ]


#: Encodings of one byte or several for a letter that council systems write; UTF-16 proves itself.
POSSIBLE = ("utf-8", "cp1252", "cp850", "mac-roman")
#: An example line has at most so many letters.
_EXAMPLE = 120


def decode(raw: bytes, name: str, wanted: str = "") -> tuple[str, str, bool]:
    """The text of *raw*, its encoding, and whether that is proven rather than assumed.

    *wanted* is the encoding that a person has chosen, "" to tell it from the bytes.

    UTF-8 and UTF-16 prove themselves. Windows-1252 and code page 850 give every byte a meaning, so what the bytes
    would be in either is weighed: pound signs at amounts and letters within words speak for one, line-drawing
    characters and signs within words against it.
    """
    if wanted:
        return _strictly(raw, wanted, name), wanted, True
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(raw, "utf-16", name), "utf-16", True
    if raw.startswith(b"\xef\xbb\xbf"):
        return _strictly(raw, "utf-8-sig", name), "utf-8", True
    utf16 = _utf16_without_mark(raw[:4096])
    if utf16 is not None:
        return _strictly(raw, utf16, name), "utf-16", True
    if (nul := raw.find(b"\x00")) >= 0:
        line = raw.count(b"\n", 0, nul) + 1
        raise InputRefusedError(
            "not_text",
            f"{name} is not a text file: line {line:,} holds a NUL byte.",
            "Make the download again as CSV or as an Excel workbook.",
        )
    if (text := _decoded(raw, "utf-8")) is not None:
        return text, "utf-8", True
    if (text := _mixed(raw)) is not None:
        return text, MIXED, False
    windows, dos, mac = (_plausibility(raw, encoding) for encoding in ("cp1252", "cp850", "mac-roman"))
    encoding = "cp850" if dos > windows else "cp1252"
    if mac >= max(windows, dos) + _PROVEN:
        return _strictly(raw, "mac-roman", name), "mac-roman", False
    text = _decoded(raw, encoding)
    if text is None:  # five bytes are nothing in Windows-1252
        return _strictly(raw, "cp850", name), "cp850", False
    return text, encoding, abs(windows - dos) >= _PROVEN


#: A difference in plausibility that leaves no doubt: a pound sign at an amount, or a few letters within words.
_PROVEN = 3
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_CONTEXTS = 5_000


#: The encoding of a text that is UTF-8 but for a few letters of Windows-1252.
MIXED: Final = "utf-8 and cp1252"
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _mixed(raw: bytes) -> str | None:
    """The text of a file in which UTF-8 and Windows-1252 are mixed, as two systems wrote parts of it; else None."""
    whole = sum(len(found.group()) for found in _SEQUENCE.finditer(raw))
    beyond = sum(len(found.group()) for found in _NOT_ASCII.finditer(raw))
    if not whole or 2 * whole < beyond:
        return None
    try:
        return raw.decode("utf-8", _AS_WINDOWS)
    except UnicodeDecodeError:
        return None


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are no UTF-8 as Windows-1252 has them; raises the error again for what is nothing there."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    letters = _decoded(error.object[error.start : error.end], "cp1252")
    if letters is None:
        raise error
    return letters, error.end


_AS_WINDOWS: Final = "as-windows-1252"
codecs.register_error(_AS_WINDOWS, _as_windows)


def _plausibility(raw: bytes, encoding: str) -> int:
    """How well the bytes beyond ASCII read in *encoding*, each different context counted once."""
    contexts: set[bytes] = set()
    for found in _NOT_ASCII.finditer(raw):
        contexts.add(raw[max(0, found.start() - 1) : found.end() + 1])
        if len(contexts) == _CONTEXTS:
            break
    return sum(_weight_of(context.decode(encoding, "replace")) for context in contexts)


def _weight_of(text: str) -> int:
    """What one stretch of characters beyond ASCII says, with its neighbours: above nought for plausible."""
    weight = 0
    for at, char in enumerate(text):
        if char < "\x80":
            continue
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if char == "�" or "\x80" <= char <= "\x9f" or "\u2500" <= char <= "\u259f":
            weight -= 3  # no character at all, or part of a drawn line
        elif char == "£":
            money = after.isdigit() or after in ("", " ", "\r", "\n", "(", ")", ",", "'", '"', ";", "-")
            weight += 3 if money and not before.isalpha() else -1
        elif char.isalpha() and char not in "ªºƒ":
            inside = before.isalpha() or after.isalpha()
            same_case = all(
                not near.isalpha() or near.isupper() == char.isupper() or (near is before and near.isupper())
                for near in (before, after)
            )
            weight += (2 if same_case and char in _EVERYDAY else 1 if same_case else -1) if inside else -1
        elif char in "–—":
            weight += 2 if not (before.isalpha() and after.isalpha()) else 1
        elif char in "‘’“”…•":
            weight += 2 if before.isalpha() or after.isalpha() or before in " ," or after in " ," else 0
        elif char == "\xa0":
            weight += 1
        elif char in "°½¼¾·€®™©":
            weight += 0 if before.isalpha() and after.isalpha() else 1
        else:
            weight -= 1 if before.isalpha() or after.isalpha() else 0
    return weight


#: Letters of names met in England and Wales.
_EVERYDAY = frozenset("éèêëáàâäãåçíìîïñóòôöõøúùûüýÿŵŷæœßšžÉÈÊËÁÀÂÄÃÅÇÍÌÎÏÑÓÒÔÖÕØÚÙÛÜÝŴŶÆŒŠŽ")


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf16_without_mark(start: bytes) -> str | None:
    """UTF-16 betrays itself by a nought in every second byte."""
    if len(start) < 4:
        return None
    half = len(start) // 2
    if start[1::2].count(0) > 0.7 * half and start[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if start[0::2].count(0) > 0.7 * half and start[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _strictly(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputRefusedError(
            "damaged",
            f"{name} is damaged: line {line:,} is not valid {encoding.upper()} text.",
            "Make the download again.",
        ) from error


def read_text_table(raw: bytes, name: str, wanted: str = "") -> TextTable:
    """Every record of a text file, or an InputRefusedError that names the line where it goes wrong.

    *wanted* is the encoding that a person has chosen, "" to tell it from the bytes.
    """
    text, encoding, is_sure = decode(raw, name, wanted)
    if _WEB_PAGE.match(text):
        raise InputRefusedError(
            "web_page",
            f"{name} is a web page, not a table.",
            "Make the download again as CSV or as an Excel workbook.",
        )
    text = text.rstrip("\x1a")  # the end-of-file mark of old systems
    separator = find_separator(text)
    findings = _letter_findings(text, encoding, is_sure, name)
    # The text goes line by line into the reader: as one file of it, it would take four bytes a letter once more.
    rows = TextRows(_records(_lines_of(text), separator, name))
    return TextTable(encoding, separator, rows, is_sure, findings)


def _letter_findings(text: str, encoding: str, is_sure: bool, name: str) -> tuple[Finding, ...]:
    """What is to be said of the letters: an encoding that is only assumed, and letters that are lost for good."""
    findings: list[Finding] = []
    if encoding == MIXED:
        findings.append(
            Finding(
                Severity.WARNING,
                "encoding.mixed",
                f"{name} mixes two encodings of letters, UTF-8 and Windows-1252; both were read. Look at names with"
                " accents or dashes.",
                Source(name),
            )
        )
    elif not is_sure:
        findings.append(
            Finding(
                Severity.NOTE,
                "encoding.assumed",
                f"{name} does not say how its letters are encoded; {encoding} was assumed. Look at names with"
                " accents or dashes.",
                Source(name),
            )
        )
    if lost := text.count("�"):
        line = text.count("\n", 0, text.index("�")) + 1
        findings.append(
            Finding(
                Severity.WARNING,
                "encoding.lost_letters",
                f"{lost:,} letter{' was' if lost == 1 else 's were'} lost before {name} was written (shown as �), the"
                f" first in line {line:,}. Make the download again if names or signs matter there.",
                Source(name, "", line),
            )
        )
    return tuple(findings)


_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\s*(?:[\r\n]|$)", re.IGNORECASE)


def find_separator(text: str) -> str:
    """The character that the first line names (sep=;), else the one that cuts the lines most evenly into columns."""
    if (named := _SEPARATOR_LINE.match(text)) is not None and named.group(1) in _SEPARATORS:
        return named.group(1)
    lines = text[:200_000].splitlines()[:_SAMPLE_LINES]
    best, best_score = ",", 0
    for separator in _SEPARATORS:
        widths = Counter(width for line in lines if (width := _outside_quotes(line).count(separator)))
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda entry: (entry[1] * entry[0], entry[0]))
        if times * width > best_score:
            best, best_score = separator, times * width
    return best


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


#: So much of a text is cut into lines at a time, in letters.
_CUT_AT_ONCE = 1 << 20


def _lines_of(text: str) -> Iterator[str]:
    """The lines of *text* with their ends, of all three kinds and kept as they are; a part of it at a time."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _CUT_AT_ONCE) + 1 or len(text)
        yield from io.StringIO(text[start:end], newline="")
        start = end


def _records(lines: Iterable[str], separator: str, name: str) -> Iterator[RawRow]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = 0
    pads = separator == "|"  # such lists are printed: every cell is as wide as its column
    make = tuple.__new__  # a third of the time that RawRow's own takes
    widths: dict[int, int] = {}
    broken: list[tuple[int, int]] = []
    try:
        for record in reader:
            number = reader.line_num
            if number - line > 1:
                broken.append((line + 1, _separators_inside(record, separator)))
            width = len(record)
            widths[width] = widths.get(width, 0) + 1
            cells: Sequence[str | None] = record
            if pads:
                cells = [cell if cell.strip() else None for cell in record]
            elif "" in record:
                cells = [cell or None for cell in record]
            yield make(RawRow, (line + 1, tuple(cells)))
            line = number
    except csv.Error as error:
        raise _refused(name, line + 1, str(error)) from error
    if broken:
        _refuse_swallowed_rows(broken, Counter(widths), name)


def _refused(name: str, line: int, why: str) -> InputRefusedError:
    if "field limit" in why:
        what = f"line {line:,} holds a cell of more than {_LONGEST_CELL:,} characters"
    else:
        what = f"line {line:,} has a quotation mark that is not closed or stands where it must not"
    return InputRefusedError(
        "bad_quotes",
        f"{name} cannot be read safely: {what}, so the rows after it may be swallowed.",
        "Make the download again, or correct that line, or use the Excel form of the download.",
    )


def _separators_inside(record: Sequence[str], separator: str) -> int:
    """The most separators in one line of a cell of *record* that has line breaks."""
    return max(
        (
            part.count(separator)
            for cell in record
            if "\n" in cell or "\r" in cell
            for part in cell.splitlines()
        ),
        default=0,
    )


def _refuse_swallowed_rows(broken: Sequence[tuple[int, int]], widths: Counter[int], name: str) -> None:
    """Refuses a cell with line breaks whose lines look like records: two stray quotes have paired up."""
    usual = widths.most_common(1)[0][0]
    suspicious = max(2, usual // 2)
    for line, separators in broken:
        if separators >= suspicious:
            raise _refused(name, line, "")


def filled(row: RawRow) -> bool:
    """Whether a row holds anything but blanks."""
    return any(_says_something(cell) for cell in row.cells)


def _says_something(cell: Cell) -> bool:
    return cell is not None and (type(cell) is not str or bool(cell.strip()))
