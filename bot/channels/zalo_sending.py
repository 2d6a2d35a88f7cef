"""Replies as requests to the Official Account's API (facts/zalo.md, 2.3 to 2.8)."""

import mimetypes
import re
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from pathlib import PurePath

from bot.channel import Again, Desk, SendError
from bot.channels.text import numbered, split, utf16
from bot.channels.zalo_calls import Calls, Json, Pace
from bot.channels.zalo_errors import EXPIRED_FILE
from bot.channels.zalo_events import GROUP, PRESSED
from bot.files import Files, Gone, Made
from bot.log import log
from bot.settings import Settings
from bot.zalo_tokens import CHANNEL
from content.i18n import DEFAULT, translate
from content.limits import FREE, TEMPLATE
from handlers.turn import WARD_ZONE, Attachment, Reply
from store.outbox import Parcel

TEXT_LIMIT = 2000
QUOTED_AFTER = timedelta(minutes=1)
REMEMBERED = 2000
"""Sent messages whose echo is known by its number, also when nothing else of them is kept any more."""
MAX_BUTTONS, MAX_LABEL = 5, 100
MAX_BLOCK = 400
"""Characters of one text of a template (2.7)."""
MAX_IMAGE, MAX_FILE = 1024 * 1024, 5 * 1024 * 1024
IMAGES = {".jpg", ".jpeg", ".png"}
PAPERS = {".pdf", ".doc", ".docx"}

Link = Callable[[str], str]


class Sender:
    def __init__(
        self, calls: Calls, desk: Desk, files: Files, link: Link, settings: Settings, ward_name: str
    ) -> None:
        """`link` makes the public address of a file that cannot be sent as one."""
        self._calls = calls
        self._desk = desk
        self._files = files
        self._link = link
        self._api = str(settings.zalo_oa_api_url).rstrip("/")
        self._business = str(settings.zalo_oa_business_url).rstrip("/")
        self._templates = settings.zalo_oa_templates
        self._buttons = settings.zalo_oa_buttons
        self._ward_name = ward_name
        self._said: deque[str] = deque(maxlen=REMEMBERED)

    def is_ours(self, key: str) -> bool:
        """Whether an event is the platform's word of a text that this process sent a while ago."""
        return key.partition(":")[2] in self._said

    async def send(self, parcel: Parcel, reply: Reply, again: Again) -> int:
        pace = Pace(again)
        if parcel.fare == TEMPLATE:
            await self._by_template(parcel, reply, pace)
            return 1
        arrived = 0
        made, text = await self._made(parcel.address, reply)
        try:
            if made:
                await self._say_file(parcel.address, made, pace)
                arrived += 1
            quoted = self._quoted(parcel)
            for part in split(text, TEXT_LIMIT, utf16):
                await self._say_quoting(parcel.address, {"text": part}, quoted, pace)
                arrived, quoted = arrived + 1, {}
        except SendError as error:
            error.ambiguous |= arrived > 0
            raise
        inside = parcel.fare in ("", FREE) and not group_of(parcel.address)
        if self._buttons and reply.options and inside:  # elsewhere a second message may cost money
            await self._show_buttons(parcel.address, reply, pace)
        return arrived

    def _quoted(self, parcel: Parcel) -> Json:
        """A late answer shows what it answers: other things may have been said since."""
        late = self._desk.now() - parcel.due_at > QUOTED_AFTER
        if not late or not parcel.answers or group_of(parcel.address):
            return {}
        return {"quote_message_id": parcel.answers}

    async def _made(self, address: str, reply: Reply) -> tuple[Made | None, str]:
        """The file to be sent, or None and its address below the text. SendError: it is gone."""
        text = numbered(reply)
        if reply.attachment is None:
            return None, text
        try:
            made = await self._files.make(reply.attachment.name)
        except Gone:
            raise SendError("the file is gone", permanent=True) from None
        if not group_of(address) and _taken(reply.attachment, made):
            return made, text
        link = self._link(reply.attachment.name)
        line = translate(DEFAULT, "It can be fetched here for 15 minutes: {link}", link=link)
        return None, f"{text}\n{line}"

    async def _say(self, address: str, message: Json, pace: Pace) -> None:
        if group := group_of(address):
            path, recipient = "group/message", {"group_id": group}
        else:
            path, recipient = "message/cs", {"user_id": address}
        body = {"recipient": recipient, "message": message}
        told = await self._calls.post(f"{self._api}/v3.0/oa/{path}", body, pace)
        self._said.append(str(told.get("message_id", "")))

    async def _say_quoting(self, address: str, message: Json, quoted: Json, pace: Pace) -> None:
        """With what it answers; without that, when Zalo no longer takes it."""
        try:
            await self._say(address, {**message, **quoted}, pace)
        except SendError as error:
            if not quoted or not error.permanent or error.blocked:
                raise
            await self._say(address, message, pace)

    async def _say_file(self, address: str, made: Made, pace: Pace) -> None:
        """Upload and send; once more when Zalo forgot the upload meanwhile."""
        try:
            await self._say(address, await self._uploaded(made, pace), pace)
        except SendError as error:
            if error.code != str(EXPIRED_FILE):
                raise
            await self._say(address, await self._uploaded(made, pace), pace)

    async def _uploaded(self, made: Made, pace: Pace) -> Json:
        """The message that shows an uploaded file (2.3, 2.5)."""
        image = _ending(made) in IMAGES
        url = f"{self._api}/v2.0/oa/upload/{'image' if image else 'file'}"
        kind = mimetypes.guess_type(made.filename)[0] or "application/octet-stream"
        said = await self._calls.upload(url, made.filename, made.data, kind, pace)
        handle = said.get("attachment_id" if image else "token")
        if not handle:
            raise SendError("no attachment", permanent=False)
        if not image:
            return {"attachment": {"type": "file", "payload": {"token": handle}}}
        element = {"media_type": "image", "attachment_id": handle}
        payload = {"template_type": "media", "elements": [element]}
        return {"attachment": {"type": "template", "payload": payload}}

    async def _show_buttons(self, address: str, reply: Reply, pace: Pace) -> None:
        """The options once more, to press. The text has arrived: nothing is lost without them (2.4)."""
        buttons = [
            {
                "title": option.label[:MAX_LABEL],
                "type": "oa.query.hide",
                "payload": PRESSED + option.value,
            }
            for option in reply.options[:MAX_BUTTONS]
        ]
        elements = [{"title": translate(DEFAULT, "Choices")}]
        payload = {"template_type": "list", "elements": elements, "buttons": buttons}
        message = {"attachment": {"type": "template", "payload": payload}}
        try:
            await self._say(address, message, pace)
        except SendError as error:
            log.info("buttons refused", channel=CHANNEL, code=error.code)

    async def _by_template(self, parcel: Parcel, reply: Reply, pace: Pace) -> None:
        """A paid message outside the window: the approved template of its kind (2.7)."""
        template = self._templates.get(parcel.kind)
        if template is None:
            raise SendError("no template", permanent=False, away=True)
        values = {
            "text": " ".join(reply.text.split())[:MAX_BLOCK],
            "time": f"{self._desk.now().astimezone(WARD_ZONE):%H:%M %d/%m/%Y}",
            "ward": self._ward_name,
        }
        data = {name: filled(text, values) for name, text in template.data.items()}
        body: Json = {"template_id": template.id, "template_data": data}
        body["tracking_id"] = f"toso-{parcel.id}"
        phone = await self._desk.phone(CHANNEL, parcel.address) if template.to == "phone" else None
        if phone:
            url, to = f"{self._business}/message/template", {"phone": international(phone)}
        else:
            url, to = f"{self._api}/v3.0/oa/message/template", {"user_id": parcel.address}
        await self._calls.post(url, {**to, **body}, pace)


def group_of(address: str) -> str:
    """The group of an address `group:<group>/<user>`; empty for a private chat."""
    if not address.startswith(GROUP):
        return ""
    return address.removeprefix(GROUP).partition("/")[0]


def filled(text: str, values: dict[str, str]) -> str:
    """A parameter with what stands for {text}, {time} and {ward}; other braces are left alone."""
    return re.sub(r"\{(text|time|ward)\}", lambda found: values[found[1]], text)


def international(phone: str) -> str:
    """A number as Zalo wants it: 84912345678 for 0912 345 678 and +84 912 345 678."""
    digits = re.sub(r"\D", "", phone)
    return f"84{digits[1:]}" if digits.startswith("0") else digits


def _taken(attachment: Attachment, made: Made) -> bool:
    """Whether Zalo takes this file (2.5)."""
    if attachment.kind == "image":
        return _ending(made) in IMAGES and len(made.data) <= MAX_IMAGE
    return _ending(made) in PAPERS and len(made.data) <= MAX_FILE


def _ending(made: Made) -> str:
    return PurePath(made.filename).suffix.lower()
