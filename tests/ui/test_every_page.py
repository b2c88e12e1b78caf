"""Every page as it stands in a small window on a lived year: nothing is cut off, over another or without a name."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pytestqt.qtbot import QtBot

from fundingapp.assembly import Assembly
from fundingapp.domain.ids import ProjectId
from fundingapp.ui.widgets.empty_state import EmptyState
from tests.enriched import YEAR, enrich
from tests.evidenced import put_papers
from tests.storied import tell
from tests.ui import eye, hands
from tests.ui.screenshots import visit
from tests.ui.windows import PATIENCE_MS, bare_shell, fresh_sample, settle

#: A view of every page with what is longest in it; ``python -m tests.ui.screenshots`` looks at all of them.
PAGES = (
    "overview",
    "grants.grant+Add a grant…",
    "grants.conditions+Add a condition…",
    "grants.calendar+From the agreement…",
    "grants.claims+Record a payment…",
    "bids.table",
    "projects.position",
    "spend/line",
    "reconcile.identities",
    "returns.return/cell",
    "returns.story/said-assets",
    "evidence.papers/survey",
    "evidence.papers/survey+Erase…",
    "evidence.gaps@2018/19",
    "evidence.review",
    "year-end.chain+Close 2018/19…",
    "history",
    "setup.exchange",
)
#: On these Tab is pressed until it has come round.
_TABBED = ("overview", "evidence.papers/survey", "evidence.review")


#: The pages of a file in which nothing is yet, each with the button of its first step.
FIRST_STEPS = (
    ("overview", "Record a grant…"),
    ("grants.grant", "Read the table of awards…"),
    ("bids.board", "Go to Grants"),
    ("projects.position", "Record a grant…"),
    ("spend", "Import ledger…"),
    ("spend+Adjustments…", "Record a grant…"),
    ("reconcile.identities", "Record a grant…"),
    ("outcomes.indicators", "Record a grant…"),
    ("evidence.papers", "Add papers…"),
    ("evidence.gaps", "Record a grant…"),
    ("returns.return", "Record a grant…"),
    ("year-end.chain", "Record a grant…"),
    ("setup.bodies", "Add a body…"),
    ("setup.places", "Read a list…"),
    ("setup.exchange", "Choose a workbook…"),
)


def test_every_page_of_an_empty_file_teaches_a_first_step_that_leads_on(tmp_path: Path, qtbot: QtBot) -> None:
    offices = Assembly()
    offices.create(tmp_path / "new.funding")
    offices.open(str(tmp_path / "new.funding")).close()
    with bare_shell(tmp_path, qtbot, size=(1280, 720)) as shell:
        shell.open_target(str(tmp_path / "new.funding"))
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
        rest = partial(settle, qtbot, shell)
        rest()
        for page, words in FIRST_STEPS:
            visit(shell, page, rest)
            [empty] = hands.seen(shell.window.stack, EmptyState)
            assert eye.looked_over(shell.window) == [], page
            step = hands.find(empty, words)
            assert step.isEnabled(), f"{page}: “{words}” cannot be pressed"
            if words in ("Record a grant…", "Go to Grants"):
                hands.press(empty, words)
                rest()
                assert "Record the first grant" in hands.read(shell.window.stack), page


def test_no_page_is_cut_off_at_1280_by_720(tmp_path: Path, qtbot: QtBot) -> None:
    target = fresh_sample(tmp_path / "sample")
    opened = Assembly().open(str(target))
    fund = enrich(opened.desk)
    put_papers(opened.desk, fund, ProjectId(1), YEAR)
    tell(opened.desk, fund, YEAR, 3)
    opened.close()
    found: list[str] = []
    with bare_shell(tmp_path, qtbot, size=(1280, 720)) as shell:
        shell.open_target(str(target))
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
        rest = partial(settle, qtbot, shell)
        rest()
        for page in PAGES:
            visit(shell, page, rest)
            found += [f"{page}: {each}" for each in eye.looked_over(shell.window)]
            if page in _TABBED:
                found += [f"{page}: {each}" for each in eye.unreached(shell.window)]
    assert found == []
