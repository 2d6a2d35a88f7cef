"""A bot of the Zalo Bot Platform: text in, text and pictures out (facts/zalo.md, section 1)."""

import asyncio
import hmac
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channel import Again, Desk, SendError
from bot.channels.text import numbered, split, utf16
from bot.channels.webhooks import Background, posted
from bot.channels.zalo_bot_api import POLL_SECONDS, Api, webhook_secret
from bot.channels.zalo_bot_events import Json, inside, read, understood
from bot.files import Files, Gone
from bot.log import log
from content.i18n import DEFAULT, translate
from handlers.turn import Can, Reply
from store.outbox import Parcel

PATH = "/zalo/bot"
SECRET_HEADER = "X-Bot-Api-Secret-Token"
REFUSALS = frozenset({"400", "403", "404"})
TRIES = 3
"""So many refusals in a row, and a chat gets nothing more until the person writes again (1.8)."""
RETRY_SECONDS = 1
POLL_LONGEST = 30
SETUP_LONGEST = 600
"""The longest wait between tries, in seconds; setWebhook has a daily cap that nobody has published."""

T = TypeVar("T")


class ZaloBot:
    name = "zalo_bot"
    can = Can(buttons=False, files=False, push=True, text_limit=2000)

    def __init__(
        self,
        token: str,
        api_url: str,
        desk: Desk,
        files: Files,
        link: Callable[[str], str],
        *,
        polling: bool,
        bot_name: str,
        formatting: bool,
        share_link: str = "",
    ) -> None:
        """`link` makes the public address of a file; `bot_name` is what follows the @ in groups."""
        self._share_link = share_link
        self._api = Api(token, api_url, partial(desk.alarm, self.name))
        self._secret = webhook_secret(token)
        self._desk = desk
        self._files = files
        self._link = link
        self._polling = polling
        self._bot_name = bot_name
        self._formatting = formatting
        self._refusals: Counter[str] = Counter()
        """In a row, by chat."""
        self._background = Background()
        self.routes = [Route(PATH, self._webhook, methods=["POST"])]

    def address(self, code: str) -> str:
        return self._share_link

    def start(self, public_url: str | None) -> None:
        """Begin to receive: by polling where that is wished, or else by the webhook of `public_url`.

        Goes on trying when Zalo cannot be reached; nothing else waits for it.
        """
        if self._polling:
            log.warning("zalo_bot polls: what people write while no request is open is lost")
            self._background.do(self._fetching())
        elif public_url:
            url = public_url.rstrip("/") + PATH
            self._background.do(self._insist(partial(self._register, url), SETUP_LONGEST))
        else:
            log.warning("zalo_bot receives nothing: neither PUBLIC_URL nor ZALO_BOT_POLLING is set")

    async def upkeep(self) -> None:
        """Nothing: the token lasts."""

    async def stop_receiving(self) -> None:
        await self._background.stop()

    async def close(self) -> None:
        await self._api.close()

    async def handle(self, body: str) -> None:
        """Answer an event that the desk kept."""
        incoming = understood(read(body.encode()) or {}, self._bot_name)
        if incoming is None:
            return
        can = replace(self.can, group=bool(incoming.own_address))
        if not can.group:
            self._background.do(self._typing(incoming.address))
        await self._desk.receive(can, incoming)

    async def send(self, parcel: Parcel, reply: Reply, again: Again) -> int:
        chat_id = parcel.address.partition("/")[0]
        requests = await self._requests(reply)
        for arrived, (method, params) in enumerate(requests):
            if arrived:
                await again()
            try:
                await self._api.ask(method, {"chat_id": chat_id, **params})
            except SendError as error:
                error.ambiguous |= arrived > 0
                self._count(parcel, error)
                raise
        self._refusals.pop(parcel.address, None)
        return len(requests)

    def _count(self, parcel: Parcel, error: SendError) -> None:
        """What a blocked or deleted chat answers is unknown: who refuses again and again is left alone."""
        if error.code not in REFUSALS:
            return
        self._refusals[parcel.address] += 1
        if parcel.attempts >= TRIES:
            error.permanent = True
        error.blocked = error.permanent and self._refusals[parcel.address] >= TRIES

    async def _requests(self, reply: Reply) -> list[tuple[str, Json]]:
        """The methods that send a reply, a picture first; SendError when its file is gone."""
        asked: list[tuple[str, Json]] = []
        if file := reply.attachment:
            try:
                await self._files.make(file.name)
            except Gone:
                raise SendError("the file is gone", permanent=True) from None
            link = self._link(file.name)
            if file.kind == "image":
                asked.append(("sendPhoto", {"photo": link}))
            else:
                line = translate(
                    DEFAULT, "It can be fetched here for 15 minutes: {link}", link=link
                )
                reply = replace(reply, text=f"{reply.text}\n{line}")
        first, *others = split(numbered(reply), self.can.text_limit, utf16)
        styles = _first_line_bold(first) if self._formatting else {}
        asked.append(("sendMessage", {"text": first, **styles}))
        return [*asked, *(("sendMessage", {"text": part}) for part in others)]

    async def _typing(self, chat_id: str) -> None:
        try:
            await self._api.ask("sendChatAction", {"chat_id": chat_id, "action": "typing"})
        except SendError as error:  # only leaves out a sign that we are at work
            log.debug("typing not shown", channel=self.name, code=error.code)

    async def _webhook(self, request: Request) -> Response:
        secret = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            return PlainTextResponse("wrong secret token", 403)
        body = await posted(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not body:  # a probe of the address (1.5)
            return Response()
        event = read(body)
        if event is None:
            return PlainTextResponse("not an event", 400)
        return Response(status_code=200 if await self._safe(event, body.decode()) else 503)

    async def _safe(self, event: Json, body: str) -> bool:
        try:
            return await self._kept(event, body)
        except Exception as error:  # its words might hold what was to be kept
            log.error("event not kept", channel=self.name, error=type(error).__name__)
            return False

    async def _kept(self, event: Json, body: str) -> bool:
        """Whether nothing more is to be done about an event here: the desk has it, or nobody needs it."""
        incoming = understood(event, self._bot_name)
        if incoming is None:
            log.info("event ignored", channel=self.name)
            return True
        key = f"{incoming.address}:{incoming.message_id}"  # ids may be a chat's own
        return await self._desk.accept(self.name, key, incoming.address, body)

    async def _register(self, url: str) -> None:
        answer = await self._api.ask("setWebhook", {"url": url, "secret_token": self._secret})
        checked = inside(inside(answer, "result"), "verification")
        if checked.get("ok") is False:  # the address is stored all the same (1.3)
            outcome, hint = checked.get("outcome"), checked.get("hint")
            log.warning("zalo_bot could not reach the webhook", outcome=outcome, hint=hint)

    async def _fetching(self) -> None:
        """Poll for ever. A fetched event is gone at Zalo: it is held until the desk has it (1.4)."""
        await self._insist(self._unregister, SETUP_LONGEST)
        while True:
            event = await self._insist(self._fetch, POLL_LONGEST)
            if event:
                await self._insist(partial(self._keep, event), POLL_LONGEST)

    async def _keep(self, event: Json) -> None:
        if not await self._kept(event, json.dumps(event)):
            raise TimeoutError("the desk is full")

    async def _unregister(self) -> None:
        try:
            await self._api.ask("deleteWebhook", {})
        except SendError as error:
            if error.code != "400":  # there was none
                raise

    async def _fetch(self) -> Json:
        """The next event; empty when nobody wrote."""
        try:
            answer = await self._api.ask("getUpdates", {"timeout": str(POLL_SECONDS)})
        except SendError as error:
            if error.code == "408":
                return {}
            raise
        return inside(answer, "result")

    async def _insist(self, work: Callable[[], Awaitable[T]], longest: int) -> T:
        """Do it again until it goes well: nothing that goes wrong may end the receiving for good."""
        waiting = waits(longest)
        while True:
            try:
                return await work()
            except Exception as error:
                problem = error.code if isinstance(error, SendError) else type(error).__name__
                log.warning("zalo_bot failed", error=problem)
                await asyncio.sleep(next(waiting))


def waits(longest: int) -> Iterator[float]:
    """Seconds to wait after each failure in a row (1.10)."""
    wait = RETRY_SECONDS
    while True:
        yield wait
        wait = min(wait * 2, longest)


def _first_line_bold(text: str) -> Json:
    """Places are counted in UTF-16 units (1.3). No parse mode: what people typed is never markup."""
    length = utf16(text.partition("\n")[0])
    return {"text_styles": [{"start": 0, "len": length, "st": ["b"]}]} if length else {}
