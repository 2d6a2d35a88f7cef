"""`make bench`: everything that is measured, in one run."""

import platform

from bench import driver, due, figures, logs, reports, search, sending, sentences, turns


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.system()}, {platform.machine()}")
    search.main()
    sentences.main()
    driver.main()
    turns.main()
    reports.main()
    figures.main()
    logs.main()
    due.main()
    sending.main()


if __name__ == "__main__":
    main()
