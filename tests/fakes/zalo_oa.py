"""A Zalo Official Account which runs in the test: its OpenAPI, and the people who write to it.

The program talks to `app` over HTTP as it would to openapi.zalo.me, business.openapi.zalo.me and
oauth.zaloapp.com, all three at one address; the test plays the people. Everything follows
facts/zalo.md, sections 2 and 4.2; what is unknown there is an option (zalo_oa_options.py).
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp

from .zalo_faults import Faults, Json, Reply, answering
from .zalo_oa_admin import administered
from .zalo_oa_hook import Courier, Delivery
from .zalo_oa_methods import BUSINESS, METHODS
from .zalo_oa_options import RATES, Options
from .zalo_oa_people import People
from .zalo_oa_says import ECHOES, group, user
from .zalo_oa_tokens import Tokens, token_error
from .zalo_oa_wire import (
    Call,
    OaError,
    Params,
    Upload,
    addressed,
    failure,
    hidden,
    read,
    refused,
    reply,
    succeeded,
)
from .zalo_oa_world import Group, Rate, Shown, Spent, Throttled, World

__all__ = ["Delivery", "FakeZaloOA", "Options", "Shown", "Spent", "Upload", "group", "user"]

REPORT_AFTER = 3
"""Seconds from a template to the event that it arrived."""
FORM = "application/x-www-form-urlencoded"


class FakeZaloOA(People, Faults):
    """`given` are the fields of Options; `options` can be changed at any time."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        oa_secret: str,
        oa_id: str,
        clock: Callable[[], datetime],
        **given: Any,
    ) -> None:
        super().__init__(failure)
        self.app_id = app_id
        self.oa_id = oa_id
        self.oa_secret = oa_secret
        self.options = Options(**given)
        self.admin_token = self.options.admin_token or token_hex(16)
        self.app: ASGIApp = answering(self._serve)
        self._clock = clock
        self._ahead = timedelta()
        self._tokens = Tokens(app_id, app_secret, self.options, self.now)
        self._called = asyncio.Event()
        self._echoing: set[asyncio.Task[None]] = set()
        self._begin()

    def _begin(self) -> None:
        self._ordered = []
        self.calls: list[tuple[str, Params]] = []
        self.log: list[Json] = []
        """Every call as JSON, without tokens, codes and numbers."""
        self._world = World(self.oa_id, self.options, self.now)
        self._courier = Courier(self.app_id, self.oa_secret, self.options, self.now)
        self._rate = Rate(self.now)

    # --- time ---

    def now(self) -> datetime:
        return self._clock() + self._ahead

    def forward(self, seconds: float) -> None:
        """The fake's own time runs ahead of the clock."""
        self._ahead += timedelta(seconds=seconds)

    async def tick(self) -> None:
        """Delivers the retries and reports that are due by the clock."""
        await self._courier.tick()

    # --- the account ---

    def grant(self) -> tuple[str, str]:
        """An access and a refresh token, as if an administrator had just consented."""
        return self._tokens.grant()

    @property
    def refreshed(self) -> int:
        """How many refreshes succeeded, their answers lost or not."""
        return self._tokens.refreshed

    def group(self, group_id: str) -> Group:
        """A group of the OA, made when it is not known; `member` and `expired` can be set."""
        return self._world.group(group_id)

    @property
    def webhook(self) -> str | None:
        """Where events are posted to; None: nowhere, and they are lost."""
        return self._courier.url

    @webhook.setter
    def webhook(self, url: str | None) -> None:
        self._courier.url = url

    @property
    def webhook_off(self) -> bool:
        """Whether Zalo has given up to deliver."""
        return self._courier.off

    def switch_on(self) -> None:
        self._courier.off = False

    def reset(self) -> None:
        """Forgets everything but the tokens and the webhook's address."""
        url = self.webhook
        self._begin()
        self.webhook = url

    # --- what a test can see ---

    @property
    def deliveries(self) -> list[Delivery]:
        """Every POST made to the webhook."""
        return self._courier.posts

    @property
    def planned(self) -> list[datetime]:
        """When retries and reports are due."""
        return sorted(due for due, _ in self._courier.planned)

    @property
    def lost(self) -> int:
        """Events nobody will be told of any more."""
        return self._courier.lost

    @property
    def ledger(self) -> list[Spent]:
        return self._world.ledger

    @property
    def counted(self) -> int:
        """Messages of this month's package that are used."""
        return self._world.counted

    @property
    def shown(self) -> list[Shown]:
        """Everything sent to anybody, oldest first."""
        return self._world.shown

    def called(self, path: str) -> list[Params]:
        """The parameters of every call of a path, or of all that end so."""
        return [params for known, params in self.calls if known.endswith(path)]

    async def until(self, happened: Callable[[], object]) -> None:
        """Waits for a call after which `happened()` is true, if it is not already."""
        while not happened():
            self._called.clear()
            await self._called.wait()

    async def settled(self) -> None:
        """Waits until every echo has been delivered."""
        while self._echoing:
            await asyncio.gather(*self._echoing)

    # --- inside ---

    async def _serve(self, request: Request) -> Reply:
        call = await read(request)
        if call.path.startswith("/_admin/"):
            return await administered(self, call)
        self.calls.append((call.path, call.params))
        self.log.append({"verb": call.verb, "path": call.path, "params": hidden(call.params)})
        fault = self._fault(call.path, addressed(call.params))
        answer = fault.instead or self._performed(call)
        # those who wait look only once this call has been performed or has begun to wait itself
        self._called.set()
        return await fault.spoil(answer)

    def _performed(self, call: Call) -> Reply:
        if call.path == "/v4/oa/permission" and call.verb == "GET":
            return self._consent(call.params)
        if call.path == "/v4/oa/access_token" and call.verb == "POST":
            return self._exchange(call)
        if (call.verb, call.path) not in METHODS:
            return refused(OaError(-201, "Invalid path or method", status=404))
        headers: dict[str, str] = {}
        try:
            headers = self._admitted(call)
            return succeeded(self._done(call), headers)
        except Throttled as error:
            return refused(error, error.headers)
        except OaError as error:
            return refused(error, headers)

    def _admitted(self, call: Call) -> dict[str, str]:
        """The headers of the rate limit; OaError when a call is not let in."""
        business = call.path in BUSINESS
        self._tokens.check(call.headers.get("access_token"), business)
        if business:
            return {}
        if self.options.package not in RATES:
            raise OaError(-224)
        return self._rate.spend(RATES[self.options.package])

    def _done(self, call: Call) -> Any:
        before = len(self._world.shown)
        data = METHODS[call.verb, call.path](self._world, call.params)
        for shown in self._world.shown[before:]:
            self._tell_of(shown)
        return data

    def _tell_of(self, shown: Shown) -> None:
        if shown.kind == "template":
            self._courier.later(self._report(shown), REPORT_AFTER)
        if self.options.echo and shown.kind in ECHOES and shown.to in self._world.people:
            echo = asyncio.create_task(self._courier.tell(self._echo(shown)))
            self._echoing.add(echo)
            echo.add_done_callback(self._echoing.discard)

    def _consent(self, params: Params) -> Reply:
        try:
            return Reply(
                302, b"", headers=(("location", self._tokens.consent(params, self.oa_id)),)
            )
        except OaError as error:
            return reply(token_error(error))

    def _exchange(self, call: Call) -> Reply:
        # this one takes a form, and no JSON
        form = call.params if FORM in call.headers.get("content-type", "") else {}
        try:
            return reply(self._tokens.exchange(form, call.headers.get("secret_key")))
        except OaError as error:
            return reply(token_error(error))
