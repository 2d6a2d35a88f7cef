"""The part of the fake Official Account by which a test plays the people who write to it."""

from collections.abc import Awaitable, Callable
from typing import Any

from . import zalo_oa_says as says
from .zalo_faults import Json
from .zalo_oa_hook import Courier
from .zalo_oa_methods import by_app
from .zalo_oa_world import Shown, World

PHOTO = "https://photo.example.zdn.vn/1.jpg"
FILE = "https://file.example.zdn.vn/1.aac"


class People:
    """Each method delivers its event before it returns; those with a message return its id."""

    app_id: str
    _world: World
    _courier: Courier

    async def text(self, user: str, text: str) -> str:
        return await self._says("user_send_text", user, {"text": text})

    async def image(self, user: str, text: str = "", url: str = PHOTO) -> str:
        return await self._says("user_send_image", user, says.image(text, url))

    async def link(self, user: str, url: str, text: str = "") -> str:
        return await self._says("user_send_link", user, says.link(url, text))

    async def location(self, user: str, latitude: float = 16.4637, longitude: float = 107.5) -> str:
        as_text = self._world.options.coordinates == "str"
        content = says.location(latitude, longitude, as_text)
        return await self._says("user_send_location", user, content)

    async def sticker(self, user: str) -> str:
        return await self._says("user_send_sticker", user, says.sticker())

    async def voice(self, user: str, url: str = FILE) -> str:
        return await self._says("user_send_audio", user, says.voice(url))

    async def file(self, user: str, name: str = "don.pdf", size: int = 120_345) -> str:
        return await self._says("user_send_file", user, says.file(name, size))

    async def press(self, user: str, title: str) -> str:
        """Presses the newest button so titled: what it carries comes back as a text."""
        shown = [b for message in self.seen(user) for b in message.buttons]
        fitting = [payload for label, payload in shown if label == title and payload]
        assert fitting, f"no button {title!r}; visible: {[label for label, _ in shown]}"
        return await self.text(user, fitting[-1])

    async def group_text(self, group: str, user: str, text: str) -> str:
        """In a group the OA made; it is made now when it is not known."""
        self._world.group(group)
        content = {"text": text, "msg_id": self._world.id()}
        who = {"oa_id": self._world.oa_id, "sender": {"id": user}, "recipient": {"id": group}}
        await self.event("user_send_group_text", user_id_by_app=None, **who, message=content)
        return str(content["msg_id"])

    async def staff(self, user: str, text: str) -> str:
        """Somebody of the OA answers by hand."""
        message = {"text": text, "msg_id": self._world.id()}
        await self.event("oa_send_text", **self._to(user), message=message)
        return str(message["msg_id"])

    async def follow(self, user: str) -> None:
        self._world.person(user).follows = True
        await self._relates("follow", user)

    async def unfollow(self, user: str) -> None:
        self._world.person(user).follows = False
        await self._relates("unfollow", user)

    async def click_chatnow(self, user: str) -> None:
        await self.event("user_click_chatnow", oa_id=self._world.oa_id, user_id=user)

    async def submit_info(
        self, user: str, name: str, phone: str, address: str = "", city: str = ""
    ) -> None:
        """The form of request_user_info, filled in."""
        info = {"name": name, "phone": phone, "address": address, "city": city, "district": ""}
        self._world.person(user).info = info
        await self.event("user_submit_info", user_id_by_app=None, **self._from(user), info=info)

    async def event(self, name: str, /, **body: Any) -> None:
        """Any event, of these fields beside the common ones; a field that is None is left out."""
        user = self._doer(body)
        if user:
            self._world.did(name, user, in_group=name.startswith("user_send_group_"))
        await self._courier.tell(self._complete(name, user, body))

    async def together(self, *acts: Callable[[], Awaitable[object]]) -> None:
        """Does all, then delivers their events: in order, or `shuffled`."""
        self._courier.held = []
        for act in acts:
            await act()
        await self._courier.release()

    # --- what people see ---

    def seen(self, user: str) -> list[Shown]:
        """What the OA sent to somebody by id, or by the number they gave; oldest first."""
        addresses = {user, self._world.phone_of(user)}
        return [shown for shown in self._world.shown if shown.to in addresses]

    def seen_group(self, group: str) -> list[Shown]:
        return self.seen(group)

    # --- inside ---

    async def _says(self, name: str, user: str, content: Json) -> str:
        message = content | {"msg_id": self._world.id()}
        await self.event(name, **self._from(user), message=message)
        return str(message["msg_id"])

    async def _relates(self, name: str, user: str) -> None:
        oa_id = self._world.oa_id
        await self.event(name, oa_id=oa_id, follower={"id": user}, source="oa_profile")

    def _from(self, user: str) -> Json:
        return {"sender": {"id": user}, "recipient": {"id": self._world.oa_id}}

    def _to(self, user: str) -> Json:
        return {"sender": {"id": self._world.oa_id}, "recipient": {"id": user}}

    def _complete(self, name: str, user: str | None, body: Json) -> Json:
        common: Json = {"event_name": name, "app_id": self.app_id}
        common |= {"user_id_by_app": by_app(user)} if user else {}
        whole = common | {"timestamp": self._world.stamp()} | body
        return {key: value for key, value in whole.items() if value is not None}

    def _echo(self, shown: Shown) -> Json:
        message: Json = {"msg_id": shown.message_id} | ({"text": shown.text} if shown.text else {})
        body = self._to(shown.to) | {"message": message}
        return self._complete(says.ECHOES[shown.kind], None, body)

    def _report(self, shown: Shown) -> Json:
        """That a template arrived."""
        inner = {"msg_id": shown.message_id, "tracking_id": shown.tracking}
        inner["delivery_time"] = self._world.stamp()
        nested: Json = {"message": inner} if self._world.options.report == "message" else inner
        return self._complete("user_received_message", None, self._to(shown.to) | nested)

    def _doer(self, body: Json) -> str | None:
        """The person an event comes from, if it is not the OA itself."""
        given = [body.get(name) for name in ("sender", "follower")]
        found = [person["id"] for person in given if isinstance(person, dict)]
        user = str(found[0]) if found else body.get("user_id")
        return None if user == self._world.oa_id else user
