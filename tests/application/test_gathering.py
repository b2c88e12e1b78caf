"""What one command does to records is gathered as one change: with what stood there before it, and nothing between."""

from __future__ import annotations

from dataclasses import replace

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.commands.records import Changed
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.risks import Risk
from tests.application.test_exchange_books import Office
from tests.builders_core import set_up_grant

FIRST = Risk(FundId(1), "Staff leave", "Posts end in March.", 4, 4)


def test_a_record_that_is_changed_twice_goes_back_to_what_it_was_at_first() -> None:
    office = Office()
    set_up_grant(office.desk)
    second, third = replace(FIRST, likelihood=3), replace(FIRST, likelihood=2, project=ProjectId(1))
    with office.tools.open_work() as work:
        id = work.risks.add(FIRST)
        doing = Doing(work, office.tools)
        doing.change("risks", work.risks.get(id), second)
        doing.change("risks", work.risks.get(id), third)
        doing.change("risks", work.risks.get(id), third)  # as it is: nothing to gather
        change = doing.gathered("judge the risk")
        assert change.changed == (Changed("risks", id, FIRST, third),)
        assert change.inverse.changed == (Changed("risks", id, third, FIRST),)
        assert doing.has_done


def test_nothing_is_gathered_of_a_record_that_stays_as_it_is() -> None:
    office = Office()
    set_up_grant(office.desk)
    with office.tools.open_work() as work:
        kept = work.risks.get(work.risks.add(FIRST))
        doing = Doing(work, office.tools)
        doing.change("risks", kept, replace(FIRST))
        assert not doing.has_done
