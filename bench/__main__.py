"""`make bench`: everything that is measured, in one run."""

import platform

from bench import driver, search, turns


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.system()}, {platform.machine()}")
    search.main()
    driver.main()
    turns.main()


if __name__ == "__main__":
    main()
