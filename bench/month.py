"""A month of an Official Account with 2,000 residents, on virtual time (tests/month.py says what happens)."""

import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta

from bot import log
from content import library as content_library
from tests.month import simulate
from tests.month_account import Month
from tests.month_checks import CHECKS, complaints
from tests.month_director import LOSS, MENDED_AFTER, OUTAGE

RESIDENTS = 2_000
TROUBLE = (OUTAGE, (LOSS, LOSS + 2 * MENDED_AFTER))
"""When answers had to wait, through no fault of the program."""


def main(residents: int = RESIDENTS) -> None:
    log.configure("ERROR")
    library = content_library.load()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        month = simulate(f"sqlite:///{folder}/month.db", library, residents)
    report(month, time.perf_counter() - began)


def report(month: Month, seconds: float) -> None:
    print(f"\nA month of an Official Account, {month.residents:,} residents, one process, SQLite")
    print(f"  messages in, out              {len(month.told):9,}{len(month.fake.shown):9,}")
    print(f"  refused by Zalo, by code      {refusals(month)}")
    taken = sum(one.dong for one in month.fake.ledger)
    print(f"  đồng: Zalo's, ours, budget    {taken:9,}{month.spent():9,}{month.budget:9,}")
    calm, trouble = longest(month)
    print(f"  longest wait of an answer     {calm:9.0f} s; in the outage {trouble:.0f} s")
    print(f"  real seconds                  {seconds:9.0f}")
    for check in CHECKS:
        found = complaints(check, month)
        print(f"  {check.__name__.replace('_', ' ')}: {found or 'reached'}")


def refusals(month: Month) -> str:
    """503 is the outage; -220 and -14020 follow from the lost answer."""
    found = Counter(one.code for one in month.fake.answers if one.code != "0")
    return ", ".join(f"{code}: {number:,}" for code, number in sorted(found.items()))


def longest(month: Month) -> tuple[float, float]:
    """Seconds, of answers made while all was well, and of the others."""
    calm, trouble = timedelta(), timedelta()
    for at, waited in month.waits():
        if any(begin <= at <= end for begin, end in TROUBLE):
            trouble = max(trouble, waited)
        else:
            calm = max(calm, waited)
    return calm.total_seconds(), trouble.total_seconds()


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:]))
