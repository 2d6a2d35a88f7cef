"""What each channel's platform allows, as data: content/limits.yaml."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

LIMITS = Path(__file__).parent / "limits.yaml"

FREE, COUNTED, PAID, TEMPLATE = "free", "counted", "paid", "template"
"""Fares of a send: an answer within the free hours; within the open hours, of the package's month or
beyond it; and a paid template outside them (facts/zalo.md, 2.7 and 2.10)."""

WARN, STOP = 80, 95
"""Percent of a month's quota at which the administrators are told, and only urgent kinds still leave."""

Hour = Annotated[int, Field(ge=0, le=23)]
Rate = Annotated[tuple[int, float], Field(min_length=2, max_length=2)]
"""So many in any stretch of so many seconds."""


class Limits(BaseModel):
    """Of one channel. What is not given is not limited."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rate: Rate | None = None
    """Of all chats together, and of all processes that send for one account."""
    per_chat: Rate | None = None
    per_group: Rate | None = None
    group_prefix: str | None = None
    """How the address of a group begins."""
    quiet: tuple[Hour, Hour] | None = None
    """From this hour to that one of the ward's day nothing leaves that nobody waits for."""
    monthly: int | None = None
    """Messages a month."""
    counts_inbound: bool = False
    """Whether what people write counts towards them too."""
    users: int | None = None
    """People the plan allows; and groups."""
    groups: int | None = None
    free_hours: int | None = None
    """So long after a person's last message an answer costs nothing."""
    open_hours: int | None = None
    """So long after it they may be written to at all."""
    counted: int | None = None
    """Messages a month after the free hours that the package pays for; None: all of them."""
    price: int | None = None
    """Đồng for one beyond that."""
    budget: int = 0
    """Đồng a month that may be spent; what would cost more waits."""
    templates: dict[str, int] = {}
    """Kinds that leave as a template when the open hours are over, and đồng for one."""
    checked_on: date
    source: str

    def is_quiet(self, local: datetime) -> bool:
        """Whether the quiet hours are on, at a time of the ward."""
        if self.quiet is None:
            return False
        begin, end = self.quiet
        return local.hour >= begin or local.hour < end

    def closed(self, last_in: datetime, now: datetime) -> bool:
        """Whether somebody who wrote then may no longer be written to."""
        return self.open_hours is not None and now - last_in > timedelta(hours=self.open_hours)

    def fare(
        self, kind: str, last_in: datetime, now: datetime, counted: int
    ) -> tuple[str, int] | None:
        """How a message to somebody who wrote then is paid for, and đồng; None: it may not leave.

        `counted`: how many the package paid for this month.
        """
        if self.closed(last_in, now):
            return (TEMPLATE, self.templates[kind]) if kind in self.templates else None
        if self.free_hours is None:
            return "", 0
        if now - last_in <= timedelta(hours=self.free_hours):
            return FREE, 0
        in_package = self.counted is None or counted < self.counted
        return (COUNTED, 0) if in_package else (PAID, self.price or 0)

    def used(self, sent: int) -> float:
        """Percent of the month's quota; 0 where there is none."""
        return 100 * sent / self.monthly if self.monthly else 0.0

    def per(self, address: str) -> Rate | None:
        """The rate of one chat, be it a person's or a group's."""
        group = self.group_prefix is not None and address.startswith(self.group_prefix)
        return self.per_group if group else self.per_chat


def load_limits(path: Path = LIMITS) -> dict[str, Limits]:
    """By the channel's name. ValidationError when the file is wrong."""
    return TypeAdapter(dict[str, Limits]).validate_python(yaml.safe_load(path.read_text("utf-8")))
