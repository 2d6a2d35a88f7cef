"""Logging: events with ids. Texts, tokens and personal numbers are never passed to it."""

import asyncio
import logging
import sys

import structlog


def configure(level: str) -> None:
    """Write events to standard error, one line each; libraries only when something is wrong."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # "skipped: still running" is how a sweep that takes longer than a second is meant to be
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    logging.getLogger("apscheduler.executors.default").addFilter(_is_news)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )


def _is_news(record: logging.LogRecord) -> bool:
    """A stop cancels the jobs at work: that is no error."""
    return not (record.exc_info and record.exc_info[0] is asyncio.CancelledError)


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
