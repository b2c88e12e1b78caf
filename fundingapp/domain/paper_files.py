"""Files that come as papers: under what name they are shown, what they really are, and which are never opened."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath
from typing import Final

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.file_names import is_device

#: The largest file that is kept as a paper, in bytes: 500 MB. The minutes of a year have a hundredth of it.
LARGEST: Final = 500_000_000
#: The longest name of a paper, in characters; every system takes it, with room for the folder.
_LONGEST_NAME: Final = 120
#: What Windows forbids in names.
_FORBIDDEN: Final = '<>:"/\\|?*'

EMPTY: Final = "application/x-empty"
UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OLD_OFFICE: Final = "application/x-ole-storage"
ZIP: Final = "application/zip"
RTF: Final = "application/rtf"
MAIL: Final = "message/rfc822"
MACROS: Final = "application/x-office-with-macros"
PROGRAM: Final = "application/x-program"
SCRIPT: Final = "text/x-script"
SHORTCUT: Final = "application/x-shortcut"
WEB: Final = "text/html"
DRAWING: Final = "image/svg+xml"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"

WEBP: Final = "image/webp"
HEIC: Final = "image/heic"

#: Of these a copy can be made without what they tell beside their picture or text.
CLEANED: Final = frozenset({JPEG, "image/png", WEBP, WORD, EXCEL, SLIDES})

#: What each kind of content is called in a sentence.
_WORDS: Final = {
    EMPTY: "an empty file",
    TEXT: "plain text",
    PDF: "a PDF document",
    JPEG: "a JPEG picture",
    "image/png": "a PNG picture",
    "image/gif": "a GIF picture",
    "image/tiff": "a TIFF picture",
    "image/bmp": "a BMP picture",
    "image/webp": "a WebP picture",
    "image/heic": "an HEIC picture",
    WORD: "a Word document",
    EXCEL: "an Excel workbook",
    SLIDES: "a PowerPoint presentation",
    OLD_OFFICE: "an Office document of the old kind, or one with a password",
    ZIP: "a ZIP archive",
    RTF: "a rich text document",
    MACROS: "an Office document with macros",
    PROGRAM: "a program",
    SCRIPT: "a script",
    SHORTCUT: "a shortcut",
    WEB: "a web page",
    DRAWING: "a drawing that may hold scripts",
    ODT: "an OpenDocument text",
    ODS: "an OpenDocument spreadsheet",
}

#: What a file's content is expected to be by its suffix.
_EXPECTED: Final[dict[str, tuple[str, ...]]] = {
    ".pdf": (PDF,),
    ".jpg": (JPEG,),
    ".jpeg": (JPEG,),
    ".png": ("image/png",),
    ".gif": ("image/gif",),
    ".tif": ("image/tiff",),
    ".tiff": ("image/tiff",),
    ".bmp": ("image/bmp",),
    ".webp": ("image/webp",),
    ".heic": ("image/heic",),
    ".docx": (WORD,),
    ".xlsx": (EXCEL,),
    ".pptx": (SLIDES,),
    ".doc": (OLD_OFFICE, RTF),
    ".xls": (OLD_OFFICE,),
    ".ppt": (OLD_OFFICE,),
    ".msg": (OLD_OFFICE,),
    ".odt": (ODT,),
    ".ods": (ODS,),
    ".txt": (TEXT,),
    ".csv": (TEXT,),
    ".md": (TEXT,),
    ".eml": (TEXT,),
    ".rtf": (RTF,),
    ".zip": (ZIP,),
    ".html": (WEB,),
    ".htm": (WEB,),
    ".svg": (DRAWING,),
}

#: Opened in their own program when a person asks for it; whatever is not among them is only saved as a copy.
_OPENED: Final = frozenset(
    {
        *(".pdf", ".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp", ".heic"),
        *(".docx", ".xlsx", ".pptx", ".odt", ".ods", ".txt", ".csv", ".md"),
    }
)
_MACRO_SUFFIXES: Final = frozenset({".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".pptm", ".potm", ".ppsm"})
_PROGRAM_SUFFIXES: Final = frozenset(
    {
        *(".exe", ".com", ".scr", ".pif", ".msi", ".msp", ".dll", ".cpl", ".jar", ".app", ".appx", ".msix"),
        *(".bat", ".cmd", ".ps1", ".psm1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".hta", ".sh"),
        *(".py", ".pyw", ".reg", ".chm", ".hlp", ".inf", ".gadget", ".application", ".jnlp", ".deb", ".rpm"),
    }
)
_SHORTCUT_SUFFIXES: Final = frozenset({".lnk", ".url", ".scf", ".desktop", ".webloc", ".library-ms"})
#: Opening one of these under another's name shows a wrong picture at worst; a photo is often named so.
_HARMLESS: Final = frozenset(kind for suffix in _OPENED for kind in _EXPECTED[suffix])
_NEVER: Final = frozenset({PROGRAM, SCRIPT, SHORTCUT, MACROS, WEB, DRAWING})


def cleaned_name(name: str) -> str:
    """*name* as it is shown and saved under: its last part, without what misleads or what a system forbids (A01).

    Folders before it go, and so do characters that can't be seen or that turn the direction of reading; what Windows
    forbids becomes “_”; a device's name gets one in front. At most 120 characters, the suffix kept.
    """
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    seen = "".join(" " if sign in "\t\n\r" else sign for sign in last)
    seen = "".join(sign for sign in seen if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    plain = "".join("_" if sign in _FORBIDDEN else sign for sign in unicodedata.normalize("NFC", seen))
    plain = " ".join(plain.split()).rstrip(". ").lstrip()
    if not plain.strip("._ "):
        return "paper"
    if is_device(plain):
        plain = f"_{plain}"
    if len(plain) > _LONGEST_NAME:
        suffix = PurePosixPath(plain).suffix
        if len(suffix) > 16:
            suffix = ""
        plain = plain[: _LONGEST_NAME - len(suffix)].rstrip(". ") + suffix
    return plain


def suffix_of(name: str) -> str:
    """The suffix that a system goes by, in small letters: “.exe” of “invoice.pdf.exe”."""
    return PurePosixPath(cleaned_name(name)).suffix.casefold()


def in_words(media_type: str) -> str:
    """“a PDF document”; of what is not known, its technical name."""
    return _WORDS.get(media_type, f"a file of the type {media_type}" if media_type else "a file")


def differs(name: str, media_type: str) -> str:
    """The sentence that *name* promises something else than the content is; "" when they agree (A03)."""
    expected = _EXPECTED.get(suffix_of(name))
    if expected is None or media_type in (*expected, EMPTY, UNKNOWN, ""):
        return ""
    if (
        suffix_of(name) in (".txt", ".csv", ".md", ".eml")
        and media_type.startswith("text/")
        and media_type != WEB
    ):
        return ""
    return f"“{cleaned_name(name)}” is named like {in_words(expected[0])} and is {in_words(media_type)}."


def why_not_opened(name: str, media_type: str) -> str:
    """Why a file is never opened from here, as a sentence goes on after its name; "" when it may be (A02).

    What may be opened is a list; what is not on it might run something.
    """
    suffix = suffix_of(name)
    if suffix in _PROGRAM_SUFFIXES or media_type in (PROGRAM, SCRIPT):
        return "is a program or a script"
    if suffix in _SHORTCUT_SUFFIXES or media_type == SHORTCUT:
        return "is a shortcut, which may start anything"
    if suffix in _MACRO_SUFFIXES or media_type == MACROS:
        return "may hold macros, which are programs"
    if media_type in _NEVER:
        return f"is {in_words(media_type)}"
    if suffix not in _OPENED:
        return "is of a kind that this program doesn't open by itself"
    if differs(name, media_type) and media_type not in _HARMLESS:
        return f"is not what its name says but {in_words(media_type)}"
    return ""


def is_program(name: str, media_type: str) -> bool:
    """Whether it could run something if it were opened: a program, script, shortcut or document with macros."""
    return suffix_of(name) in _PROGRAM_SUFFIXES | _SHORTCUT_SUFFIXES | _MACRO_SUFFIXES or media_type in (
        PROGRAM,
        SCRIPT,
        SHORTCUT,
        MACROS,
    )


def refuse_large(name: str, size: int, most: int = LARGEST) -> None:
    """Refuses a file of *size* bytes that is too large to be a paper (A04). Raises InputRefusedError."""
    if size > most:
        raise InputRefusedError(
            "file_too_large",
            f"“{cleaned_name(name)}” has more than {most // 1_000_000:,} MB, the most that a paper may have.",
            "Keep it where it is, and add a reference that leads there; nothing was changed.",
        )
