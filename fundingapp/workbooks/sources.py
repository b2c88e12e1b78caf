"""Opening what the user chose: what kind of file it is by its content, and every refusal in plain words."""

from __future__ import annotations

import re
import zipfile
from enum import Enum
from io import BytesIO
from pathlib import Path

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.workbooks.delimited import looks_like_text
from fundingapp.workbooks.package import refuse_many_parts
from fundingapp.workbooks.refusals import ZIP_FAILURES, cannot_read, damaged, password_protected

#: Larger files are refused before they are read into memory.
LARGEST_FILE = 512 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_WEB_PAGE = re.compile(
    rb"(?:<!--.*?-->\s*)?(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body|table|meta|style)\b", re.DOTALL
)
_TEXT_SUFFIXES = {".csv", ".txt", ".tsv"}
_WORKBOOK_SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xltx", ".xltm"}


class Kind(Enum):
    """What a file is, told by its content."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    TEXT = "text"


#: How a workbook of each kind is usually named, the plainest first.
_USUAL_SUFFIXES = {
    Kind.XLSX: (".xlsx", ".xlsm", ".xltx", ".xltm"),
    Kind.XLSB: (".xlsb",),
    Kind.ODS: (".ods",),
    Kind.XLS: (".xls",),
}


_SAYS_NOTHING = b"\x00 \t\r\n\x1a\xef\xbb\xbf\xff\xfe"
_EARLY = 4_096


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of *path*, called *name* in messages. Raises InputRefusedError (cannot_read, empty, too_large)."""
    try:
        if path.is_dir():
            raise InputRefusedError("cannot_read", f"{name} is a folder.", "Choose a file.")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InputRefusedError(
                "too_large",
                f"{name} has {size // (1024 * 1024):,} MB; up to {LARGEST_FILE // (1024 * 1024)} MB can be read.",
                "Make the download for fewer periods or cost centres.",
            )
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputRefusedError(
            "cannot_read", f"There is no file {name} in {path.parent}.", "Check the name and the folder."
        ) from error
    except PermissionError as error:
        raise InputRefusedError(
            "cannot_read",
            f"{name} may not be read: another program has it open, or you have no right to it.",
            "Close it in the other program, or copy it to a folder of your own, and try again.",
        ) from error
    except OSError as error:
        raise cannot_read(name, error) from error
    except ValueError as error:  # a NUL in the name
        raise InputRefusedError(
            "cannot_read", "The file's name cannot be used.", "Rename the file."
        ) from error
    # A file that says something does so early, and stripping copies it.
    if not (raw[:_EARLY].strip(_SAYS_NOTHING) or raw.strip(_SAYS_NOTHING)):
        raise InputRefusedError("empty", f"{name} is empty.", "Make the download again.")
    return raw


def kind_of(raw: bytes, name: str) -> Kind:
    """What *raw* is, whatever *name* says. Raises InputRefusedError for what cannot be a table."""
    if raw.startswith(_ZIP):
        return _kind_of_package(raw, name)
    if raw.startswith(_OLE):
        return _kind_of_compound(raw, name)
    if looks_like_text(raw[:8192]):
        _refuse_other_text(raw[:8192], name)
        return Kind.TEXT
    if Path(name).suffix.lower() in _WORKBOOK_SUFFIXES:
        raise InputRefusedError(
            "not_a_workbook",
            f"{name} is not an Excel workbook, or it is damaged from its first byte on.",
            "Make the download again, or open it in Excel and save a copy.",
        )
    raise InputRefusedError(
        "not_a_table",
        f"{name} is neither a workbook nor a text file.",
        "Choose an Excel workbook (.xlsx) or a text file (.csv).",
    )


def _refuse_other_text(start: bytes, name: str) -> None:
    """Refuses by name what finance systems call .xls and Excel opens, but what is another format (X07)."""
    text = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if _WEB_PAGE.match(text) or text.startswith(b"mime-version:"):
        raise InputRefusedError(
            "web_page",
            f"{name} is a web page, not a table.",
            "Open it in Excel and save a copy as .xlsx, or make the download again as CSV.",
        )
    if text.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        raise InputRefusedError(
            "xml_spreadsheet",
            f"{name} is an XML spreadsheet of Excel 2003, which is not read.",
            "Open it in Excel and save a copy as .xlsx.",
        )


def misnamed(kind: Kind, name: str) -> Finding | None:
    """A note when a file was read by its content although its name says something else (X07)."""
    suffix = Path(name).suffix.lower()
    if kind is Kind.TEXT:
        if suffix not in _WORKBOOK_SUFFIXES:
            return None
        what = "is named like a workbook but holds plain text, and was read as such"
    else:
        usual = _USUAL_SUFFIXES[kind]
        if suffix in usual or suffix not in _WORKBOOK_SUFFIXES | _TEXT_SUFFIXES:
            return None
        what = f"holds a workbook of the kind {usual[0]} and was read as such"
    return Finding(Severity.NOTE, "file.misnamed", f"{name} {what}.", Source(name))


def _kind_of_package(raw: bytes, name: str) -> Kind:
    refuse_many_parts(BytesIO(raw), name)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as package:
            parts = set(package.namelist())
            if "xl/workbook.bin" in parts:
                return Kind.XLSB
            if "content.xml" in parts and "META-INF/manifest.xml" in parts:
                with package.open("META-INF/manifest.xml") as manifest:
                    if b"encryption-data" in manifest.read(1_000_000):
                        raise password_protected(name)
                return Kind.ODS
            if "[Content_Types].xml" in parts and not any(
                part.startswith(("word/", "ppt/")) for part in parts
            ):
                return Kind.XLSX
    except ZIP_FAILURES as error:
        raise damaged(name) from error
    raise InputRefusedError(
        "not_a_workbook",
        f"{name} is a package of files but not a workbook.",
        "Choose an Excel workbook (.xlsx) or a text file (.csv).",
    )


def _kind_of_compound(raw: bytes, name: str) -> Kind:
    """An OLE container: an old .xls, or a newer workbook wrapped because it needs a password."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise password_protected(name)
    if any(stream.encode("utf-16-le") in raw for stream in ("Workbook", "Book")):
        return Kind.XLS
    raise InputRefusedError(
        "not_a_workbook",
        f"{name} is not an Excel workbook.",
        "Choose an Excel workbook (.xlsx) or a text file (.csv).",
    )


def open_elsewhere(path: Path) -> Finding | None:
    """A warning when a lock file beside *path* says that Excel or LibreOffice has it open."""
    for lock in (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#"):
        try:
            is_open = path.with_name(lock).exists()
        except (OSError, ValueError):
            continue
        if is_open:
            return Finding(
                Severity.WARNING,
                "file.open",
                f"{path.name} is open in another program; changes that are not saved there are not in this import.",
                Source(path.name),
            )
    return None
