"""Our own return workbook as it would look, before it is written: what a window shows and what each cell is."""

from __future__ import annotations

import io

from fundingapp.application.ports import BookLook
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.sheet_looks import SheetLook
from fundingapp.workbooks.return_writer import made_return
from fundingapp.workbooks.template_reader import look_of_package


def return_look(document: ReturnDocument) -> BookLook:
    """The sheets of *document* as the workbook of :func:`~fundingapp.workbooks.return_writer.write_return` has them:
    the file itself is made and read, so that no second drawing can differ from it. Raises ExpectedError as that does.
    """
    made = made_return(document)

    def read() -> tuple[SheetLook, ...]:
        return look_of_package(
            io.BytesIO(made.contents), document.title, lambda _done, _total, _what: None
        ).sheets

    return BookLook(tuple(made.said.values()), made.sheets, read)
