"""The refusals of a file as such, in plain words, and what the libraries raise in their place."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fundingapp.domain.errors import InputRefusedError

#: What zipfile and its decompressors raise for a damaged package, as 4,500 mutated files have shown.
ZIP_FAILURES: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,  # zipfile's word for a compression that it does not know
    RuntimeError,
    ValueError,
    OverflowError,
)


def password_protected(name: str) -> InputRefusedError:
    return InputRefusedError(
        "password_protected",
        f"{name} is protected by a password.",
        "Open it in Excel, remove the password, save a copy and import that.",
    )


def damaged(name: str, where: str = "") -> InputRefusedError:
    """The refusal of a workbook that is cut off or broken; *where* names the part."""
    place = f" ({where})" if where else ""
    return InputRefusedError(
        "damaged",
        f"{name} is damaged or was not copied completely{place}.",
        "Make the download again, or open it in Excel and save a copy.",
    )


def cannot_read(name: str, error: OSError) -> InputRefusedError:
    """The refusal of a file that the system does not give."""
    return InputRefusedError(
        "cannot_read",
        f"{name} cannot be read ({error.strerror or 'input error'}).",
        "Copy it to this computer and try again.",
    )


def out_of_memory(name: str) -> InputRefusedError:
    """The refusal of a file that needs more memory than a reader may have (K07)."""
    return InputRefusedError(
        "out_of_memory",
        f"{name} needs more memory than a file of its size may take.",
        "Make the download for fewer periods or cost centres, or as CSV.",
    )


def reader_stopped(name: str, why: str) -> InputRefusedError:
    """The refusal of a file that stopped the reader (X35); *why* ends the sentence."""
    return InputRefusedError(
        "reader_stopped",
        f"{name} could not be read: {why}. Nothing else was harmed.",
        "Open it in Excel, save a copy as .xlsx or CSV and choose that. To try this very file once more, close"
        " Funding Tracker and open it again.",
    )


@contextmanager
def translated(name: str, where: str = "") -> Iterator[None]:
    """Turns whatever a library raises into a refusal; refusals and wishes to stop pass through."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as error:
        raise password_protected(name) from error
    except MemoryError as error:
        raise out_of_memory(name) from error
    except (
        CalamineError,
        OSError,
        ValueError,
        OverflowError,
        IndexError,
        KeyError,
        TypeError,
        struct.error,
    ) as error:
        detail = f"{where}: {error}" if where else str(error)
        raise damaged(name, detail[:200]) from error
    except BaseException as error:
        # A panic inside the Rust library arrives as an exception that is no Exception and has no public name.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(name, where) from error
