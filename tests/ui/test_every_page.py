"""Every page as it stands in a small window on a lived year: nothing is cut off, over another or without a name."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pytestqt.qtbot import QtBot

from fundingapp.assembly import Assembly
from fundingapp.domain.ids import ProjectId
from tests.enriched import YEAR, enrich
from tests.evidenced import put_papers
from tests.storied import tell
from tests.ui import eye
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
