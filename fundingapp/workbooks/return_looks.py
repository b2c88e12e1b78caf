"""Our own return workbook as it would look, before it is written: what a window shows and what each cell is."""

from __future__ import annotations

import io

from fundingapp.application.ports import BookLook
from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.return_writer import book_of
from fundingapp.workbooks.template_reader import look_of_package


def return_look(document: ReturnDocument) -> BookLook:
    """The sheets of *document* as the workbook of :func:`~fundingapp.workbooks.return_writer.write_return` has them:
    the file itself is made and read, so that no second drawing can differ from it. Raises ExpectedError as that does.
    """
    book = book_of(document)
    contents = book.contents()
    look = look_of_package(io.BytesIO(contents), document.title, lambda _done, _total, _what: None)
    return BookLook(look.sheets, tuple(book.said.values()))
