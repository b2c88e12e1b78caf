"""A pytest plugin under which Qt, SQL, spreadsheets and documents are not installed, as far as imports can tell."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

#: Not numpy: the solver computes with it, and a fake of an exact search would be a second solver. That the core itself
#: imports neither is an import contract.
BLOCKED = frozenset({"PySide6", "shiboken6", "pyqtgraph", "sqlalchemy", "alembic", "psycopg", "sqlite3"}) | {
    "openpyxl",
    "python_calamine",
    "xlsxwriter",
    "docx",
    "lxml",
    "formualizer",
    "reportlab",
}


class NotInstalled(MetaPathFinder):
    """Answers first, and says of every blocked module that it is not there."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"{fullname} is kept away from the core's tests", name=fullname)
        return None


already_there = sorted(BLOCKED & {name.partition(".")[0] for name in sys.modules})
if already_there:
    raise RuntimeError(f"Too late to keep away what is imported already: {', '.join(already_there)}")
sys.meta_path.insert(0, NotInstalled())
