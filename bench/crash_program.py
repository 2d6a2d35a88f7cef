"""The program that `make crash` kills: `toso run` itself, with three arguments of App given from here.

Everything else is the command as it is: settings, migration, jobs, web server. The arguments are

* the limits without quiet hours, or nothing would be sent when the benchmark runs at night;
* the content, when a warm process has loaded it: see `nurse`;
* a clock that can go ahead of the real one, as though the machine had been off meanwhile (only for
  tests/test_crash.py, which cannot wait until a dead sender is taken for dead).
"""

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import bot.app
from bot import cli
from bot.app import App, utc_now
from content import library as content_library
from content.library import Library
from content.limits import Limits, load_limits

READY = "ready"


def by_day() -> dict[str, Limits]:
    """The shipped limits, at an hour at which everything may leave."""
    shipped = load_limits().items()
    return {name: limits.model_copy(update={"quiet": None}) for name, limits in shipped}


def ahead_of(seconds: float) -> Callable[[], datetime]:
    return lambda: utc_now() + timedelta(seconds=seconds)


def serve(library: Library | None = None, ahead: float = 0) -> None:
    """`toso run`."""
    bot.app.App = partial(App, library=library, limits=by_day(), now=ahead_of(ahead))  # type: ignore
    cli.run()


def nurse() -> None:
    """Start and kill programs as told, one JSON order a line, each answered with one line.

    Imports and the search index take seconds of processor time. A program forked from a process that
    has done both, and has opened nothing yet, starts in a fraction of that, so that many more kills
    find it at work. `{"start": environment, "ahead": seconds}` is answered with its pid,
    `{"kill": pid}` with how it ended. The end of the input ends all of them.
    """
    import bot.channels.telegram  # noqa: F401

    library = content_library.load()
    library.warm()
    gc.freeze()
    children: set[int] = set()
    print(READY, flush=True)
    try:
        for line in iter(sys.stdin.readline, ""):
            order = json.loads(line)
            done = _killed(order, children) if "kill" in order else _born(order, library, children)
            print(done, flush=True)
    finally:
        for pid in children:
            _end(pid)


def _born(order: dict[str, Any], library: Library, children: set[int]) -> int:
    if pid := os.fork():
        children.add(pid)
        return pid
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the orders are not for the child,
        os.dup2(2, 1)  # and the answers to them are not its output
        os.environ.update(order["start"])
        serve(library, order["ahead"])
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _killed(order: dict[str, Any], children: set[int]) -> int:
    """The signal that ended a program: 9, or something else when it had ended by itself."""
    children.remove(order["kill"])
    return _end(order["kill"])


def _end(pid: int) -> int:
    """Until it is waited for, the number of a child that ended is nobody else's."""
    os.kill(pid, signal.SIGKILL)
    return -os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    nurse() if sys.argv[1:] == ["nurse"] else serve()
