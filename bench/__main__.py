"""`make bench`: everything that is measured, in one run."""

import platform

from bench import (
    broadcast,
    driver,
    due,
    figures,
    gaps,
    logs,
    month,
    reports,
    roster,
    search,
    sending,
    sentences,
    turns,
    webhooks,
)


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.system()}, {platform.machine()}")
    search.main()
    gaps.main()
    sentences.main()
    driver.main()
    turns.main()
    reports.main()
    roster.main()
    figures.main()
    logs.main()
    due.main()
    webhooks.main()
    month.main()
    sending.main()
    broadcast.main()


if __name__ == "__main__":
    main()
