"""Event loops in which time is a number: it jumps to the next scheduled call when nothing else is to do.

VirtualLoop is for pure scenarios only: futures, tasks, timers. Nothing in it may wait for a thread, a
file or a socket. ServedLoop is for whole programs that talk over loopback.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

SILENCE = 0.001
"""Seconds of real time in which nothing arrives on any socket: nothing is under way there."""
PATIENCE = 10.0
"""The same, when no timer is left that could end the waiting."""


class Stuck(RuntimeError):
    """Everybody waits, and no timer is left that could wake them."""


class Jump(selectors.DefaultSelector):
    """Asked to wait, it moves the time instead."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stuck
        self.passed += max(0.0, timeout)
        return super().select(0)


class Listen(Jump):
    """Moves the time only when no socket has anything."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        real = PATIENCE if timeout is None else min(timeout, SILENCE)
        return selectors.DefaultSelector.select(self, real) or super().select(timeout)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self, jump: Jump | None = None) -> None:
        self._jump = jump or Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._jump.passed


class ServedLoop(VirtualLoop):
    """Sockets have the real time they need; timers go by the virtual one.

    What is given to a thread is done in place, so that it takes no virtual time however slow the machine
    is: nothing in it may wait for anything else of the loop. A timer that is far away, as the limit of an
    HTTP request, could still fire while the kernel is slow: whoever waits for sockets has to keep a nearer
    timer running meanwhile.
    """

    def __init__(self) -> None:
        super().__init__(Listen())

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


class LoopClock:
    """The time of day of the loop in which it is made, which began at `start`."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._loop = asyncio.get_running_loop()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=self._loop.time())


def run_virtually(
    coroutine: Coroutine[Any, Any, T], loop: Callable[[], VirtualLoop] = VirtualLoop
) -> T:
    """Run a scenario to its end; hours of its time take no time at all."""
    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(coroutine)
