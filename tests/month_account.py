"""What happened in a simulated month, and Zalo's side of it."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request

from content.limits import Limits
from store.kinds import REPLY
from store.outbox import SENT
from tests.fakes.zalo_faults import Fault, Reply
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_wire import failure

CS, TOKEN, BY_TEMPLATE = "/v3.0/oa/message/cs", "/v4/oa/access_token", "/v3.0/oa/message/template"
DOWN = Fault("*", 0, instead=failure(503, None, None))


@dataclass(frozen=True)
class Answer:
    """How a call was answered: by Zalo's own code, or "cut", or the HTTP status of a failure."""

    at: datetime
    path: str
    code: str


class Zalo(FakeZaloOA):
    """Notes how it answered, and refuses everything while it is `down`."""

    down = False

    def _begin(self) -> None:
        super()._begin()
        self.answers: list[Answer] = []

    def wrote(self, who: str, at: datetime) -> None:
        """Somebody wrote before the month began."""
        self._world.person(who).interacted = at

    def switch(self, down: bool) -> None:
        self.down = down

    def _fault(self, method: str, chat_id: object) -> Fault:
        return DOWN if self.down else super()._fault(method, chat_id)

    async def _serve(self, request: Request) -> Reply:
        reply = await super()._serve(request)
        self.answers.append(Answer(self.now(), request.url.path, _code(reply)))
        return reply


def _code(reply: Reply) -> str:
    if reply.cut:
        return "cut"
    if reply.status != 200:
        return str(reply.status)
    return str(json.loads(reply.body).get("error", 0))


@dataclass(frozen=True)
class Told:
    """A message of somebody, as Zalo told it."""

    user: str
    at: datetime
    message_id: str


@dataclass
class Month:
    """`rows` are those of the outbox, also those that were pruned; `counts` the figures kept of them."""

    residents: int
    fake: Zalo
    limits: Limits
    """Of the channel, as the program has them."""
    budget: int
    told: list[Told] = field(default_factory=list)
    rows: dict[str, Any] = field(default_factory=dict)
    counts: list[Any] = field(default_factory=list)
    unhandled: int = 0
    """Events that were taken and never done."""
    silenced: int = 0
    """Chats the program took for answered by hand, which nobody did."""
    lost_at: datetime | None = None
    """When the program knew that its tokens are gone, and when it got others."""
    authorised_at: datetime | None = None

    def of_oa(self, *kinds: str) -> list[Any]:
        """The rows of the Official Account of these kinds; of all, when none is named."""
        mine = [row for row in self.rows.values() if row.channel == "zalo_oa"]
        return [row for row in mine if not kinds or row.kind in kinds]

    def sent_at(self, fare: str) -> int:
        """How many sends the program counted at a fare."""
        return sum(one.number for one in self.counts if one.fare == fare)

    def spent(self) -> int:
        """Đồng, as the program counted them."""
        return sum(one.cost for one in self.counts)

    def waits(self) -> list[tuple[datetime, timedelta]]:
        """When each answer was made that was sent, and how long it waited; in order of time."""
        sent = [row for row in self.of_oa(REPLY) if row.state == SENT]
        return sorted((row.created_at, row.ended_at - row.created_at) for row in sent)
