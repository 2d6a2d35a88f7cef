"""An event loop in which time is a number: it jumps to the next scheduled call when nothing else is to do.

For pure loops only: futures, tasks, timers. Nothing in it may wait for a thread, a file or a socket.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


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


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jump = Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._jump.passed


def run_virtually(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a scenario to its end; hours of its time take no time at all."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)
