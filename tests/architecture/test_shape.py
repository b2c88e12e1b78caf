"""What imports cannot show: no clock, no floats and no printing in the core, no narrow signals in windows, and so on.

Each rule is tried on a planted breach first; a rule that finds nothing anywhere would look the same as a kept one.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.architecture.shape import (
    ROOT,
    Breach,
    address_breaches,
    core_breaches,
    foreign_imports,
    project_files,
    python_files,
    resaving_breaches,
    window_breaches,
)


def breaches(files: Iterable[Path], rule: Callable[[str], list[Breach]]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{breach.line} {breach.what}"
        for path in files
        for breach in rule(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import date\nday = date.today()",
        "import datetime\nnow = datetime.datetime.now(datetime.UTC)",
        "from datetime import datetime\nmoment = datetime.utcnow",
        "import time\nmoment = time.time()",
        "amount = float('1.10')",
        "def total(x: float) -> None: ...",
        "third = round(award, 2)",
        "print('done')",
        "tenth = award.percent(0.1)",
    ],
)
def test_the_rule_of_the_core_sees_a_planted_breach(source: str) -> None:
    assert core_breaches(source)


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import date\nday = date(2018, 4, 1)",
        "today = clock.today()",
        "text = 'print float round'",
        "from decimal import Decimal\nrate = Decimal('0.1')",
    ],
)
def test_the_rule_of_the_core_leaves_exact_work_alone(source: str) -> None:
    assert core_breaches(source) == []


def test_the_core_reads_no_clock_prints_nothing_and_stays_exact() -> None:
    files = python_files("fundingapp/domain") + python_files("fundingapp/application")
    assert files
    assert breaches(files, core_breaches) == []


def test_the_rule_on_imports_sees_what_is_neither_standard_nor_allowed() -> None:
    source = "import json, numpy\nfrom fundingapp.domain.money import Money\nfrom fundingapp.domains import x"
    assert foreign_imports(source, allowed=("fundingapp.domain",)) == [
        Breach(1, "imports numpy"),
        Breach(3, "imports fundingapp.domains"),
    ]


def test_the_core_needs_only_the_standard_library() -> None:
    def foreign_to_domain(source: str) -> list[Breach]:
        return foreign_imports(source, allowed=("fundingapp.domain",))

    def foreign_to_application(source: str) -> list[Breach]:
        return foreign_imports(source, allowed=("fundingapp.domain", "fundingapp.application"))

    def foreign_to_names(source: str) -> list[Breach]:
        return foreign_imports(source, allowed=("fundingapp.domain", "rapidfuzz"))

    # How alike two names are is arithmetic on texts, and a library's is better than ours.
    names = [path for path in python_files("fundingapp/domain") if path.name == "suppliers.py"]
    others = [path for path in python_files("fundingapp/domain") if path not in names]
    assert breaches(names, foreign_to_names) == []
    assert breaches(others, foreign_to_domain) == []
    assert breaches(python_files("fundingapp/application"), foreign_to_application) == []


@pytest.mark.parametrize(
    "source",
    [
        "QApplication.processEvents()",
        "changed = Signal(int)",
        "changed = QtCore.Signal(float, name='x')",
        "changed = Signal(object, dict)",
        "changed = Signal([list])",
        "changed = Signal('int')",
    ],
)
def test_the_rule_of_windows_sees_a_planted_breach(source: str) -> None:
    assert window_breaches(source)


def test_the_rule_of_windows_leaves_objects_alone() -> None:
    assert window_breaches("changed = Signal(object)\nclosed = Signal()\nsmall: dict[str, int] = {}") == []


def test_windows_send_objects_and_never_run_the_event_loop_by_hand() -> None:
    assert breaches(python_files("fundingapp/ui"), window_breaches) == []


@pytest.mark.parametrize(
    "source",
    [
        "wb = openpyxl.load_workbook(path)\nwb['A']['B1'] = 1\nwb.save(path)",
        "load_workbook(path).save(other)",
        "self.book: Workbook = load_workbook(path)\nself.book.save(path)",
        "with closing(load_workbook(path)) as book:\n    book.save(path)",
        "if (book := load_workbook(path)):\n    book.save(path)",
    ],
)
def test_the_rule_on_workbooks_sees_a_planted_breach(source: str) -> None:
    assert resaving_breaches(source)


def test_the_rule_on_workbooks_allows_a_new_one_to_be_saved() -> None:
    source = "template = load_workbook(path)\nwb = openpyxl.Workbook()\nwb.save(path)\nevidence.save(path)"
    assert resaving_breaches(source) == []


def test_no_loaded_workbook_is_saved_again() -> None:
    assert breaches(python_files("fundingapp") + python_files("installer"), resaving_breaches) == []


@pytest.mark.parametrize(
    "text",
    [
        "--index" + "-url x",
        "--find" + "-links wheels",
        "see https://files.example/" + "simple/",
        "https://pypi" + ".org/project/x",
        "registry" + " = somewhere",
        "path = '/work" + "/main/file'",
        "cache: /root" + "/.cache",
        "C:\\Users" + "\\ann\\file",
        "under /srv/checkouts/tracker/docs",
    ],
)
def test_the_rule_on_addresses_sees_a_planted_breach(text: str) -> None:
    assert address_breaches("first line\n" + text, checkout=Path("/srv/checkouts/tracker"))[0].line == 2


def test_the_rule_on_addresses_leaves_relative_paths_alone() -> None:
    text = "docs/srv/plan and https://example.org/srv/plan and ~/srv/x and a simple/ rule"
    assert address_breaches(text, checkout=Path("/srv/checkouts/tracker")) == []


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    def readable(path: Path) -> bool:
        return b"\0" not in path.read_bytes()[:4096]

    found = []
    for path in filter(readable, project_files()):
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [
            f"{path.relative_to(ROOT)}:{breach.line} {breach.what}" for breach in address_breaches(text)
        ]
    assert found == []
