"""A month of an Official Account on virtual time, with an outage and tokens that are lost."""

import pytest

from content.library import Library
from content.limits import COUNTED, FREE, PAID, TEMPLATE
from store.kinds import LESSON, REMINDER
from store.outbox import SENT, SKIPPED
from tests.month import simulate
from tests.month_account import Month
from tests.month_checks import CHECKS, Check, complaints
from tests.month_people import ZONE

RESIDENTS = 32
RATE = (6, 60.0)
"""Less than Zalo allows, so that few people are enough to fill it."""


@pytest.fixture(scope="module")
def month(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Month:
    url = f"sqlite:///{tmp_path_factory.mktemp('month')}/toso.db"
    return simulate(url, library, RESIDENTS, rate=RATE)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
def test_in_a_month(check: Check, month: Month) -> None:
    assert complaints(check, month) == ""


def test_every_fare_and_every_trouble_occurred(month: Month) -> None:
    """Else the month would show nothing."""
    assert all(month.sent_at(fare) for fare in (COUNTED, PAID, TEMPLATE)), month.counts
    ended = {(row.kind, row.state, row.code) for row in month.of_oa()}
    assert (LESSON, SKIPPED, "window") in ended
    refused = {one.code for one in month.fake.answers}
    assert {"503", "cut", "-14020"} <= refused


def test_reminders_were_held_until_somebody_wrote(month: Month) -> None:
    """All were wished for 9 in the morning; some of them came with an answer, without a cost."""
    sent = [row for row in month.of_oa(REMINDER) if row.state == SENT]
    later = [row for row in sent if row.ended_at.astimezone(ZONE).hour != 9]
    assert later
    assert {row.fare for row in later} == {FREE}
