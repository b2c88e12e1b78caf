"""Which backups are due, and which are kept: by what they mean, not by how many there are (decision D11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from fundingapp.domain.backups import WORK, Backup, Reason, day_of, is_due, kept

NOW = datetime(2019, 4, 12, 12, 0, tzinfo=UTC)


def a_backup(at: datetime, reason: Reason = Reason.DAY, what: str = "", id: str = "") -> Backup:
    return Backup(id or at.isoformat(), at, reason, what, "", "", "", 4, 1, "", (), 1, "")


ages = st.integers(0, 1200 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))
made = st.lists(
    st.builds(
        lambda at, reason, what: (at, reason, what),
        ages,
        st.sampled_from(list(Reason)),
        st.sampled_from(["", "Q1", "Q2", "Q3"]),
    ),
    min_size=1,
    max_size=60,
).map(lambda entries: [a_backup(*entry, id=str(number)) for number, entry in enumerate(entries)])


@given(made)
def test_what_is_kept_has_every_day_week_and_month_that_was_promised_and_no_more(
    backups: list[Backup],
) -> None:
    stay = kept(backups, NOW)
    by_age = sorted(backups, key=lambda each: (each.at, each.id), reverse=True)
    assert by_age[0].id in stay
    days = list(dict.fromkeys(day_of(each.at) for each in by_age))
    for each in by_age:
        if day_of(each.at) == days[0]:
            assert each.id in stay, "everything of the newest day"
    held = [each for each in by_age if each.id in stay]
    assert {day_of(each.at) for each in held} >= set(days[:7])
    weeks = list(dict.fromkeys(day.isocalendar()[:2] for day in days))
    assert {day_of(each.at).isocalendar()[:2] for each in held} >= set(weeks[:5])
    months = list(dict.fromkeys((day.year, day.month) for day in days))
    assert {(day_of(each.at).year, day_of(each.at).month) for each in held} >= set(months[:24])
    returns = {each.what for each in backups if each.reason is Reason.RETURN}
    assert {each.what for each in held if each.reason is Reason.RETURN} == returns
    ordinary = [
        each
        for each in held
        if each.reason in {Reason.DAY, Reason.WORK, Reason.STEP, Reason.ASKED} and day_of(each.at) != days[0]
    ]
    assert len(ordinary) <= 7 + 5 + 24


@given(made)
def test_thinning_again_takes_nothing_more(backups: list[Backup]) -> None:
    stay = kept(backups, NOW)
    left = [each for each in backups if each.id in stay]
    assert kept(left, NOW) == stay


@given(made, st.integers(1, 40))
def test_what_is_thinned_each_day_keeps_a_backup_of_every_month(backups: list[Backup], every: int) -> None:
    """The months do not wear away when the rule is applied again and again, as it is."""
    there: list[Backup] = []
    for each in sorted(backups, key=lambda one: (one.at, int(one.id))):
        there.append(each)
        stay = kept(there, each.at)
        there = [one for one in there if one.id in stay]
    months = list(
        dict.fromkeys(
            (each.at.astimezone().year, each.at.astimezone().month)
            for each in sorted(backups, key=lambda one: one.at, reverse=True)
        )
    )
    assert {(each.at.astimezone().year, each.at.astimezone().month) for each in there} >= set(months[:24])


def test_the_rule_by_example() -> None:
    """A year of one backup each evening: 7 days, 5 weeks, 12 or 13 months."""
    nights = [a_backup(NOW - timedelta(days=age)) for age in range(365)]
    stay = [each.at.date() for each in nights if each.id in kept(nights, NOW)]
    assert stay[:7] == [(NOW - timedelta(days=age)).date() for age in range(7)]
    assert stay[7:11] == [
        datetime(2019, month, day, tzinfo=UTC).date() for month, day in ((3, 31), (3, 24), (3, 17), (2, 28))
    ]
    assert len(stay) == 7 + 3 + 11


def test_what_nothing_else_holds_is_kept_for_two_years() -> None:
    old = [
        a_backup(NOW - timedelta(days=age), reason, id=f"{reason.name}{age}")
        for age in (100, 101, 900)
        for reason in (Reason.RESTORE, Reason.UPGRADE, Reason.TAKE_OVER)
    ]
    new = [a_backup(NOW - timedelta(days=age)) for age in range(3)]
    stay = kept([*old, *new], NOW)
    assert {each.id for each in old if each.id in stay and not each.id.endswith("900")} == {
        each.id for each in old if not each.id.endswith("900")
    }


def test_a_backup_is_due_before_the_first_change_of_the_day_and_after_half_an_hour_of_work() -> None:
    yesterday = NOW - timedelta(days=1)
    opened = NOW - timedelta(minutes=10)
    assert is_due(None, NOW, None, opened) is None, "nothing to lose"
    assert is_due(None, NOW, yesterday, opened) is Reason.DAY
    assert is_due(a_backup(yesterday), NOW, yesterday, opened) is Reason.DAY
    assert is_due(a_backup(NOW - timedelta(minutes=5)), NOW, yesterday, opened) is None
    assert is_due(None, NOW, NOW - timedelta(minutes=5), opened) is None, (
        "made today, at work for ten minutes"
    )
    early = NOW - WORK
    assert is_due(a_backup(early), NOW, NOW - timedelta(minutes=5), early) is Reason.WORK
    assert is_due(a_backup(early), NOW, early - timedelta(minutes=1), early) is None, "nothing since"


def test_a_backup_says_why_it_was_made() -> None:
    assert a_backup(NOW, Reason.STEP, "the import of a ledger").why == "before the import of a ledger"
    assert a_backup(NOW, Reason.RETURN, "Q1").why == "with a return that was submitted: Q1"
    assert a_backup(NOW).why == "before the first change of the day"
