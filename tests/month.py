"""A month of a ward's Official Account on virtual time: the real program over real sockets, Zalo's fake.

In the month Zalo's API is down for two hours of an evening, and once the answer of a refresh of the
tokens is lost, so that an administrator has to authorise the program again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.event import listen

from bot.app import App
from bot.settings import Settings, Template
from content.library import Library
from content.limits import Limits, load_limits
from store.kinds import REMINDER
from tests.fakes.serving import serve
from tests.fakes.zalo_oa import user
from tests.month_account import Month, Zalo
from tests.month_director import Director
from tests.month_people import ZONE, fill, last_wrote, written
from tests.people import Door, Draw, settings
from tests.virtual import LoopClock, ServedLoop, run_virtually
from tests.zalo import APP_ID, APP_SECRET, OA_ID, OA_SECRET, authorised, oa_settings

START = datetime(2026, 11, 1, 18, tzinfo=ZONE)
END = datetime(2026, 11, 30, 23, tzinfo=ZONE)
TEMPLATE_ID, TEMPLATE_PRICE = "441201", 200
BUDGET_EACH, COUNTED_EACH = 12, 1.5
"""Đồng, and messages of the package, for each resident: little, so that both run out."""
SEED = 20261101


def simulate(url: str, library: Library, residents: int, **limits: Any) -> Month:
    """The whole month; `limits` replace those of the channel in the program, and not at Zalo."""
    return run_virtually(_simulate(url, library, residents, limits), ServedLoop)


async def _simulate(url: str, library: Library, residents: int, limits: dict[str, Any]) -> Month:
    clock = LoopClock(START)
    rules = _limits(residents, limits)
    month = Month(residents, _zalo(residents, clock), rules, residents * BUDGET_EACH)
    door = Door()
    async with serve(month.fake.app) as api, serve(door) as base:
        month.fake.webhook = f"{base}/zalo/oa"
        given = _settings(url, api, base, residents)
        app = App(given, library, clock, Draw(), load_limits() | {"zalo_oa": rules})
        async with _begun(app, month):
            door.app = app.asgi()
            director = Director(app, month, END)
            director.script(written(residents, START, END, SEED))
            await director.direct()
            await director.account()
    return month


@asynccontextmanager
async def _begun(app: App, month: Month) -> AsyncIterator[None]:
    """As App.start does it, but for the scheduler, which goes by the real clock."""
    listen(app.store.engine.sync_engine, "connect", _unsafe)
    await app.prepare()
    await app.store.write(partial(fill, residents=month.residents, start=START))
    for number in range(1, month.residents + 2):
        month.fake.wrote(user(number), last_wrote(number, START))
    await authorised(app, month.fake)
    try:
        yield
    finally:
        await app.stop()


def _unsafe(connection: Any, _: Any) -> None:
    """Nobody pulls the plug: the disk need not be waited for."""
    connection.cursor().execute("PRAGMA synchronous=OFF")


def _limits(residents: int, given: dict[str, Any]) -> Limits:
    counted = int(residents * COUNTED_EACH)
    return load_limits()["zalo_oa"].model_copy(update={"counted": counted, **given})


def _zalo(residents: int, clock: LoopClock) -> Zalo:
    templates = {TEMPLATE_ID: {"price": TEMPLATE_PRICE, "params": ["text"]}}
    counted = int(residents * COUNTED_EACH)
    return Zalo(
        APP_ID, APP_SECRET, OA_SECRET, OA_ID, clock, templates=templates, consultations=counted
    )


def _settings(url: str, api: str, base: str, residents: int) -> Settings:
    template = Template(id=TEMPLATE_ID, price=TEMPLATE_PRICE, data={"text": "{text}"})
    own = {"zalo_oa_budget": residents * BUDGET_EACH, "zalo_oa_templates": {REMINDER: template}}
    return settings(url, **oa_settings(api, public_url=base, **own))
