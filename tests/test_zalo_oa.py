"""The Official Account: what its events mean, what is sent exactly, and what its refusals lead to."""

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.channel import SendError
from bot.channels.webhooks import MAX_BODY
from bot.channels.zalo_events import Event, understood
from bot.channels.zalo_oa import SIGNATURE_HEADER, ZaloOA
from bot.channels.zalo_sending import MAX_FILE, MAX_IMAGE
from bot.files import Files, Made
from bot.log import configure
from bot.vault import Vault
from bot.zalo_tokens import Tokens
from content.library import Library
from content.limits import TEMPLATE
from handlers.turn import Attachment, Can, Incoming, Option, Reply
from store import zalo_tokens
from store.db import Store
from store.outbox import Parcel
from store.zalo_tokens import Pair
from tests.conftest import run
from tests.fakes.serving import serve
from tests.fakes.zalo_oa import FakeZaloOA, group, user
from tests.people import NOON, Clock, settings

WIRE = Path(__file__).parent / "wire" / "zalo_oa"
APP, OA = "4012345678901234567", "1646843870823900002"
APP_SECRET, OA_SECRET = "AppSecretInvented01", "OASecretInvented01"
LAN, GROUP = user(1), group(1)
CS, UPLOAD = "/v3.0/oa/message/cs", "/v2.0/oa/upload/image"
AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Notes:
    """A desk that writes down what it is told."""

    now: Clock
    told: list[tuple[Any, ...]] = field(default_factory=list)
    kept: list[tuple[str, str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    phones: dict[str, str] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    full: bool = False

    async def accept(self, channel: str, key: str, address: str, body: str) -> bool:
        self.kept.append((channel, key, address))
        self.bodies.append(body)
        return not self.full

    async def receive(self, can: Can, incoming: Incoming) -> None:
        self.told.append(("received", can, incoming))

    async def interacted(self, channel: str, address: str, at: datetime) -> None:
        self.told.append(("interacted", channel, address, at))

    async def left(self, channel: str, address: str, at: datetime) -> None:
        self.told.append(("left", channel, address))

    async def staff_wrote(self, channel: str, address: str, text: str, at: datetime) -> None:
        self.told.append(("staff", channel, address, text, at))

    async def gave_phone(self, channel: str, address: str, phone: str) -> None:
        self.told.append(("phone", channel, address, phone))

    async def phone(self, channel: str, address: str) -> str | None:
        return self.phones.get(address)

    async def alarm(self, channel: str, code: str) -> None:
        self.alarms.append(code)


@dataclass
class Line:
    """The channel between a desk and the fake."""

    oa: ZaloOA
    fake: FakeZaloOA
    desk: Notes
    clock: Clock
    hook: str
    tokens: Tokens
    store: Store
    paces: int = 0

    async def send(self, reply: Reply, address: str = LAN, **given: Any) -> None:
        parcel = Parcel(
            7,
            1,
            "zalo_oa",
            address,
            given.pop("kind", "notice"),
            None,
            {},
            NOON,
            NOON,
            1,
            1,
            **given,
        )
        await self.oa.send(parcel, reply, self.again)

    async def again(self) -> None:
        self.paces += 1

    async def known(self, *people: str) -> None:
        """They wrote just now."""
        for person in people:
            await self.fake.text(person, "chào")
        self.desk.kept.clear()

    async def post(self, body: bytes, signature: str | None = None) -> int:
        headers = {} if signature is None else {SIGNATURE_HEADER: signature.encode()}
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.post(self.hook, content=body, headers=headers)).status_code


@asynccontextmanager
async def online(
    url: str, library: Library, options: dict[str, Any] | None = None, **given: Any
) -> AsyncIterator[Line]:
    clock = Clock()
    fake = FakeZaloOA(APP, APP_SECRET, OA_SECRET, OA, clock, echo=False, **(options or {}))
    async with serve(fake.app) as api:
        hosts = ("zalo_oa_api_url", "zalo_oa_business_url", "zalo_oauth_url")
        own = dict.fromkeys(hosts, api) | {
            "zalo_oa_id": OA, "zalo_oa_app_id": APP, "zalo_oa_app_secret": APP_SECRET,
            "zalo_oa_secret": OA_SECRET,
        }  # fmt: skip
        line = await _line(settings(url, **(own | given)), fake, clock, library, api)
        async with serve(Starlette(routes=line.oa.routes)) as base:
            fake.webhook = line.hook = f"{base}/zalo/oa"
            await line.known(LAN)
            yield line
            await line.oa.stop_receiving()
            await line.oa.close()
        await line.store.close()


async def _line(given: Any, fake: FakeZaloOA, clock: Clock, library: Library, api: str) -> Line:
    store, desk, vault = Store(given.database_url), Notes(clock), Vault("k", clock)
    access, refresh = map(vault.seal, fake.grant())
    pair = Pair(access, refresh, clock() + timedelta(hours=25), clock())
    await store.write(lambda db: zalo_tokens.put(db, APP, pair))
    client = httpx.AsyncClient(trust_env=False)
    tokens = Tokens(store, vault, clock, client, APP, APP_SECRET, api, desk.alarm, _at_once)
    files = Files(store, library, clock)
    files.makers = {"made": _made}
    oa = ZaloOA(given, desk, files, lambda name: f"https://a.vn/l/{name}", tokens, "Phường Mẫu")
    return Line(oa, fake, desk, clock, "", tokens, store)


async def _at_once(_seconds: float) -> None:
    """No wait at all."""


async def _made(parts: list[str]) -> Made:
    """A file as large as its name says: `made/20/x.png`."""
    size, filename = parts
    return Made(filename, PNG.ljust(int(size), b"."))


# --- events --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(WIRE.glob("*.json")), ids=lambda path: path.stem)
def test_events_are_understood(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    assert understood(case["event"]) == _expected(case["event"], case["understood"])


def _expected(event: dict[str, Any], given: dict[str, Any] | None) -> Event | None:
    if given is None:
        return None
    at = datetime.fromisoformat(given["at"]) if given["at"] else None
    message = given.get("message")
    if message:
        message = Incoming("zalo_oa", sent_at=at, **message)
    return Event(event["event_name"], **{**given, "at": at, "message": message})


def test_there_are_wire_samples() -> None:
    assert len(list(WIRE.glob("*.json"))) >= 50


def test_nothing_in_an_event_can_break_the_reading() -> None:
    for path in WIRE.glob("*.json"):
        event = json.loads(path.read_text(encoding="utf-8"))["event"]
        for name in event:
            for odd in (None, 7, True, "x", [], {}, [{}], {"id": []}, {"text": {}, "msg_id": 7}):
                understood({**event, name: odd})


# --- the webhook ---------------------------------------------------------------------------------

VECTOR = (
    '{"event_name":"user_send_text","app_id":"4012345678901234567",'
    '"sender":{"id":"5510185758261900001"},"recipient":{"id":"1646843870823900002"},'
    '"message":{"text":"chào phường","msg_id":"e2a641af66617130001a"},"timestamp":"1795132839659"}'
).encode()
HEX = "269c28a58681017a0027aa11634f459953bfc8d6fffeb2a7a7b7ae735f65a93d"


def signed(body: bytes, stamp: str = "1795132839659", app: str = APP, key: str = OA_SECRET) -> str:
    return hashlib.sha256(app.encode() + body + stamp.encode() + key.encode()).hexdigest()


@pytest.mark.parametrize("given", [HEX, f"mac={HEX}", HEX.upper(), f"mac={HEX.upper()}"])
def test_the_worked_signature_is_right(given: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, zalo_oa_verify="enforce") as line:
            assert await line.post(VECTOR, given) == 200
            key = "user_send_text:e2a641af66617130001a"
            assert line.desk.kept == [("zalo_oa", key, "5510185758261900001")]
            assert line.desk.bodies[-1] == VECTOR.decode()

    run(scenario())


OTHER_APP = VECTOR.replace(APP.encode(), b"4012345678901234568")
NUMBERS = VECTOR.replace(b'"1795132839659"', b"1795132839659").replace(
    f'"{APP}"'.encode(), APP.encode()
)
WRONG: dict[str, tuple[bytes, str | None]] = {
    "one changed byte": (VECTOR.replace(b"ph", b"Ph"), HEX),
    "none": (VECTOR, None),
    "empty": (VECTOR, ""),
    "only the prefix": (VECTOR, "mac="),
    "not hex": (VECTOR, "đ" * 32),
    "with the app's secret": (VECTOR, signed(VECTOR, key=APP_SECRET)),
    "of another app": (OTHER_APP, signed(OTHER_APP, app="4012345678901234568")),
    "without a time": (b'{"app_id":"%s"}' % APP.encode(), HEX),
}


@pytest.mark.parametrize(("verify", "status"), [("log", 200), ("enforce", 403)])
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_signature_is_never_acted_on(
    case: str,
    verify: str,
    status: int,
    sqlite_url: str,
    library: Library,
    capsys: pytest.CaptureFixture[str],
) -> None:
    body, given = WRONG[case]
    configure("INFO")

    async def scenario() -> None:
        async with online(sqlite_url, library, zalo_oa_verify=verify) as line:
            assert await line.post(body, given) == status
            assert line.desk.kept == []

    run(scenario())
    (said,) = [row for row in capsys.readouterr().err.splitlines() if "event=signature" in row]
    assert "5510185758261900001" not in said
    assert "chào" not in said


def test_without_a_secret_every_signature_is_wrong(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        given = {"zalo_oa_verify": "enforce", "zalo_oa_secret": None}
        async with online(sqlite_url, library, **given) as line:
            assert await line.post(VECTOR, signed(VECTOR, key="")) == 403
            assert line.desk.kept == []

    run(scenario())


def test_numbers_are_signed_as_they_are_written(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, zalo_oa_verify="enforce") as line:
            assert await line.post(NUMBERS, signed(NUMBERS)) == 200
            assert len(line.desk.kept) == 1

    run(scenario())


@pytest.mark.parametrize("prefix", ["", "mac="])
@pytest.mark.parametrize("upper", [False, True])
def test_what_zalo_signs_is_accepted(
    prefix: str, upper: bool, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        options = {"prefix": prefix, "upper": upper, "repeat": 2}
        async with online(sqlite_url, library, options, zalo_oa_verify="enforce") as line:
            message = await line.fake.text(LAN, 'có dấu "và" \\ cách')
            assert line.desk.kept == [("zalo_oa", f"user_send_text:{message}", LAN)] * 2
            assert {one.status for one in line.fake.deliveries} == {200}

    run(scenario())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"", 400),
        (b"\xff", 400),
        (b"[]", 400),
        (b"[" * 100_000, 400),
        (VECTOR.decode().encode("utf-16"), 400),
        (b" " * (MAX_BODY + 1), 413),
        (b" " * MAX_BODY, 400),
    ],
)
def test_what_is_no_event_is_refused(
    body: bytes, status: int, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            assert await line.post(body, HEX) == status
            assert line.desk.kept == []

    run(scenario())


def test_a_full_desk_lets_zalo_deliver_again(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            line.desk.full = True
            await line.fake.text(LAN, "chào")
            assert line.fake.deliveries[-1].status == 503
            line.desk.full = False
            line.clock.forward(seconds=31)
            await line.fake.tick()
            assert line.fake.deliveries[-1].status == 200
            assert line.desk.kept[0] == line.desk.kept[1]

    run(scenario())


OTHER_OA = "1646843870823900003"


@pytest.mark.parametrize(
    ("event", "body", "kept"),
    [
        ("user_send_text", {"sender": {"id": LAN}, "recipient": {"id": OTHER_OA}}, False),
        ("follow", {"oa_id": OTHER_OA, "follower": {"id": LAN}}, False),
        ("oa_send_text", {"sender": {"id": OTHER_OA}, "recipient": {"id": LAN}}, False),
        ("user_send_text", {"sender": {"id": LAN}, "recipient": {"id": OA}}, True),
        ("follow", {"oa_id": OA, "follower": {"id": LAN}}, True),
        ("follow", {"follower": {"id": LAN}}, True),
        ("user_send_group_text", {"sender": {"id": LAN}, "recipient": {"id": GROUP}}, True),
        ("oa_send_text", {"sender": {"id": OA}, "recipient": {"id": LAN}}, True),
    ],
)
def test_events_of_other_accounts_are_ignored(
    event: str, body: dict[str, Any], kept: bool, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, zalo_oa_interactions="follow") as line:
            await line.fake.event(event, **body, message={"text": "/start", "msg_id": "m1"})
            assert line.fake.deliveries[-1].status == 200
            assert bool(line.desk.kept) == kept

    run(scenario())


@pytest.mark.parametrize(
    ("interactions", "event", "kept"),
    [
        ("user_send_*", "follow", False),
        ("user_send_*, follow", "follow", True),
        ("*", "user_click_chatnow", True),
        ("", "user_send_text", True),
        ("user_send_*", "user_seen_message", False),
        ("user_send_*", "user_send_hologram", True),
        ("*", "anonymous_send_text", False),
        ("*", "user_send_group_image", False),
    ],
)
def test_only_what_means_something_is_kept(
    interactions: str, event: str, kept: bool, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, zalo_oa_interactions=interactions) as line:
            sides = {"sender": {"id": LAN}, "recipient": {"id": OA}}
            await line.fake.event(event, **sides, user_id=LAN, message={"msg_id": "m1"})
            assert line.fake.deliveries[-1].status == 200
            assert bool(line.desk.kept) == kept

    run(scenario())


# --- what an event leads to ----------------------------------------------------------------------


def happens(
    act: Callable[[FakeZaloOA], Awaitable[Any]], url: str, library: Library, **given: Any
) -> list[tuple[Any, ...]]:
    """What the desk is told of when somebody does this."""
    told: list[tuple[Any, ...]] = []

    async def scenario() -> None:
        async with online(url, library, **given) as line:
            line.desk.bodies.clear()
            await act(line.fake)
            for body in line.desk.bodies:
                await line.oa.handle(body)
            told.extend(line.desk.told)

    run(scenario())
    return told


def test_a_message_is_answered(sqlite_url: str, library: Library) -> None:
    ((_, can, incoming),) = happens(lambda fake: fake.text(LAN, "cài vneid"), sqlite_url, library)
    assert can == Can(buttons=False, files=True, push=True, text_limit=2000)
    assert (incoming.channel, incoming.address, incoming.text) == ("zalo_oa", LAN, "cài vneid")
    assert incoming.sent_at == NOON


def test_a_group_message_is_answered_where_all_read(sqlite_url: str, library: Library) -> None:
    ask = happens(
        lambda fake: fake.group_text(GROUP, LAN, "@Phường mấy giờ học?"),
        sqlite_url,
        library,
        zalo_oa_buttons=True,
    )
    ((_, can, incoming),) = ask
    assert can == Can(buttons=False, files=False, push=True, text_limit=2000, group=True)
    assert (incoming.address, incoming.own_address) == (f"group:{GROUP}/{LAN}", LAN)
    assert incoming.text == "mấy giờ học?"


def test_group_talk_among_people_is_left_alone(sqlite_url: str, library: Library) -> None:
    assert happens(lambda fake: fake.group_text(GROUP, LAN, "vui quá"), sqlite_url, library) == []


TOLD: dict[str, tuple[Callable[[FakeZaloOA], Awaitable[Any]], list[tuple[Any, ...]]]] = {
    "unfollow": (lambda fake: fake.unfollow(LAN), [("left", "zalo_oa", LAN)]),
    "follow": (lambda fake: fake.follow(LAN), [("interacted", "zalo_oa", LAN, NOON)]),
    "staff": (
        lambda fake: fake.staff(LAN, "Chị gọi bác nhé"),
        [("staff", "zalo_oa", LAN, "Chị gọi bác nhé", NOON)],
    ),
    "phone": (
        lambda fake: fake.submit_info(LAN, "Nguyễn Văn Tư", "84912345678"),
        [("phone", "zalo_oa", LAN, "84912345678"), ("interacted", "zalo_oa", LAN, NOON)],
    ),
    "chat now": (lambda fake: fake.click_chatnow(LAN), [("interacted", "zalo_oa", LAN, NOON)]),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_else_the_desk_is_told(case: str, sqlite_url: str, library: Library) -> None:
    act, expected = TOLD[case]
    given = {"zalo_oa_interactions": "follow,user_submit_info,user_click_*"}
    assert happens(act, sqlite_url, library, **given) == expected


def test_a_form_opens_no_window_unless_so_set(sqlite_url: str, library: Library) -> None:
    act = TOLD["phone"][0]
    assert happens(act, sqlite_url, library) == [("phone", "zalo_oa", LAN, "84912345678")]


# --- sending -------------------------------------------------------------------------------------


def to_lan(message: dict[str, Any]) -> dict[str, Any]:
    return {"recipient": {"user_id": LAN}, "message": message}


def test_a_reply_becomes_exactly_one_request(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            options = (Option("Cài VNeID", "guide:vneid-install"), Option("Khác", "menu"))
            await line.send(Reply("Bác cần gì?", options))
            text = "Bác cần gì?\n\n[1] Cài VNeID\n[2] Khác"
            assert line.fake.called(CS) == [to_lan({"text": text})]
            assert line.paces == 0
            assert len(line.fake.calls) == 1

    run(scenario())


def test_a_long_text_goes_in_parts(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            long = "😀" * 1500
            await line.send(Reply(long))
            texts = [one.text for one in line.fake.seen(LAN)]
            assert "".join(texts) == long
            assert len(texts) == 2
            assert line.paces == 1

    run(scenario())


def test_a_group_gets_text_alone(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, {"buttons": "accept"}, zalo_oa_buttons=True) as line:
            line.fake.group(GROUP)
            file = Attachment("image", "made/20/x.png")
            reply = Reply("Lớp 19:30", (Option("Xem", "x"),), file)
            await line.send(reply, f"group:{GROUP}/{LAN}")
            link = "Tải ở đây trong 15 phút: https://a.vn/l/made/20/x.png"
            body = {"recipient": {"group_id": GROUP}, "message": {"text": ""}}
            body["message"]["text"] = f"Lớp 19:30\n\n[1] Xem\n{link}"
            assert line.fake.calls == [("/v3.0/oa/group/message", body)]

    run(scenario())


def test_an_image_goes_before_the_text(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            name = f"made/{MAX_IMAGE}/qr.png"
            await line.send(Reply("Mã đây", attachment=Attachment("image", name)))
            picture, text = line.fake.called(CS)
            element = {"media_type": "image", "attachment_id": "image-0001-invented"}
            payload = {"template_type": "media", "elements": [element]}
            assert picture == to_lan({"attachment": {"type": "template", "payload": payload}})
            assert text == to_lan({"text": "Mã đây"})
            shown = line.fake.seen(LAN)
            assert (shown[0].filename, len(shown[0].file or b"")) == ("qr.png", MAX_IMAGE)
            assert line.paces == 2

    run(scenario())


def test_a_paper_goes_as_a_file(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            name = f"made/{MAX_FILE}/bao-cao.docx"
            await line.send(Reply("Báo cáo", attachment=Attachment("file", name)))
            paper, _ = line.fake.called(CS)
            payload = {"token": "file-0001-invented"}
            assert paper == to_lan({"attachment": {"type": "file", "payload": payload}})
            assert line.fake.seen(LAN)[0].filename == "bao-cao.docx"

    run(scenario())


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("image", f"made/{MAX_IMAGE + 1}/x.png"),
        ("image", "made/20/x.gif"),
        ("file", f"made/{MAX_FILE + 1}/x.pdf"),
        ("file", "made/20/x.xlsx"),
    ],
)
def test_what_zalo_does_not_take_becomes_a_link(
    kind: str, name: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            await line.send(Reply("Đây", (Option("Về", "menu"),), Attachment(kind, name)))
            (one,) = line.fake.seen(LAN)
            link = f"Tải ở đây trong 15 phút: https://a.vn/l/{name}"
            assert one.text == f"Đây\n\n[1] Về\n{link}"
            assert len(line.fake.calls) == 1

    run(scenario())


def test_a_forgotten_upload_is_made_again_once(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            reply = Reply("Mã", attachment=Attachment("image", "made/20/x.png"))
            line.fake.fail(CS, code=-100)
            await line.send(reply)
            assert [one.kind for one in line.fake.seen(LAN)] == ["image", "text"]
            assert len(line.fake.called(UPLOAD)) == 2
            line.fake.fail(CS, code=-100, times=2)
            with pytest.raises(SendError) as caught:
                await line.send(reply)
            assert (caught.value.code, caught.value.permanent) == ("-100", False)
            assert len(line.fake.called(UPLOAD)) == 4

    run(scenario())


def test_a_file_that_is_gone_is_refused_and_said(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Đây", attachment=Attachment("file", "nothing/x.docx")))
            assert (caught.value.code, caught.value.permanent) == ("the file is gone", True)
            assert line.fake.calls == []

    run(scenario())


OPTIONS = tuple(Option(f"Mục {n}", f"menu:{n}") for n in range(1, 8))


@pytest.mark.parametrize("buttons", ["accept", "refuse"])
def test_buttons_come_after_the_numbered_text(
    buttons: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, {"buttons": buttons}, zalo_oa_buttons=True) as line:
            assert line.oa.can.buttons
            await line.send(Reply("Chọn", OPTIONS))
            text, listed = line.fake.called(CS)
            assert text["message"]["text"].endswith("[7] Mục 7")
            payload = listed["message"]["attachment"]["payload"]
            assert payload["template_type"] == "list"
            assert payload["buttons"] == [
                {"title": f"Mục {n}", "type": "oa.query.hide", "payload": f"#menu:{n}"}
                for n in range(1, 6)
            ]
            assert line.paces == 1
            assert [one.kind for one in line.fake.seen(LAN)] == (
                ["text", "list"] if buttons == "accept" else ["text"]
            )

    run(scenario())


def test_a_pressed_button_is_a_choice(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, {"buttons": "accept"}, zalo_oa_buttons=True) as line:
            await line.send(Reply("Chọn", OPTIONS))
            await line.fake.press(LAN, "Mục 3")
            await line.oa.handle(line.desk.bodies[-1])
            assert line.desk.told[-1][2].chosen == "menu:3"

    run(scenario())


def test_without_options_no_buttons_are_tried(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, zalo_oa_buttons=True) as line:
            await line.send(Reply("Chào"))
            assert len(line.fake.called(CS)) == 1

    run(scenario())


TEMPLATES = {"301234": {"price": 200, "params": ["noi_dung", "luc", "noi"]}}
DATA = {"noi_dung": "Nhắc: {text}", "luc": "{time}", "noi": "{ward} {khac}"}
FILLED = {
    "noi_dung": "Nhắc: Lớp {ward} tối nay",
    "luc": "12:00 20/11/2026",
    "noi": "Phường Mẫu {khac}",
}


@pytest.mark.parametrize(
    ("to", "phone", "path", "whom"),
    [
        ("user", "0912 345 678", "/v3.0/oa/message/template", {"user_id": LAN}),
        ("phone", "0912 345 678", "/message/template", {"phone": "84912345678"}),
        ("phone", "+84 912 345 678", "/message/template", {"phone": "84912345678"}),
        ("phone", "", "/v3.0/oa/message/template", {"user_id": LAN}),
    ],
)
def test_a_template_opens_a_closed_window(
    to: str, phone: str, path: str, whom: dict[str, str], sqlite_url: str, library: Library
) -> None:
    template = {"id": "301234", "price": 200, "to": to, "data": DATA}

    async def scenario() -> None:
        given = {"zalo_oa_templates": {"reminder": template}}
        async with online(sqlite_url, library, {"templates": TEMPLATES}, **given) as line:
            line.desk.phones = {LAN: phone}
            await line.send(Reply("Lớp {ward}\n\ntối nay"), kind="reminder", fare=TEMPLATE)
            rest = {"template_id": "301234", "template_data": FILLED, "tracking_id": "toso-7"}
            assert line.fake.calls == [(path, whom | rest)]
            assert [spent.dong for spent in line.fake.ledger] == [200]

    run(scenario())


def test_a_template_holds_no_more_than_it_may(sqlite_url: str, library: Library) -> None:
    template = {"id": "301234", "price": 200, "data": {"t": "{text}"}}
    options = {"templates": {"301234": {"price": 200, "params": ["t"]}}}

    async def scenario() -> None:
        given = {"zalo_oa_templates": {"reminder": template}}
        async with online(sqlite_url, library, options, **given) as line:
            await line.send(Reply("chữ " * 200), kind="reminder", fare=TEMPLATE)
            assert len(line.fake.seen(LAN)[0].data["t"]) == 400
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Tin"), kind="news", fare=TEMPLATE)
            assert caught.value.away

    run(scenario())


# --- refusals ------------------------------------------------------------------------------------

HOUR = 3600
NO, STOP, AWAY, LATER = (True, None, False, False), (True, None, True, False), (False, None, False, True), (
    False, None, False, False,
)  # fmt: skip
MEND = (False, HOUR, False, False)
REFUSALS: dict[int, tuple[tuple[bool, float | None, bool, bool], bool]] = {
    # code → (permanent, retry_after, blocked, away), and whether administrators are told
    -32: ((False, 60, False, False), False),
    -100: (LATER, False),
    -200: (LATER, False),
    -214: ((False, HOUR, False, False), False),
    -218: ((False, 24 * HOUR, False, False), False),
    -234: ((False, HOUR, False, False), False),
    -99999: (LATER, False),
    **dict.fromkeys((-201, -202, -210, -233, -235), (NO, False)),
    **dict.fromkeys((-213, -217, -227, -237, -244, -403), (STOP, False)),
    **dict.fromkeys((-230, -232, -305), (AWAY, False)),
    **dict.fromkeys((-224, -240, -248), (NO, True)),
    **dict.fromkeys((-204, -205, -207, -208, -209, -211, -212, -215, -219, -221), (MEND, True)),
    **dict.fromkeys((-223, -238, -241, -242, -311, -320, -321), (MEND, True)),
}


@pytest.mark.parametrize("code", sorted(REFUSALS, reverse=True))
def test_each_refusal_has_its_meaning(code: int, sqlite_url: str, library: Library) -> None:
    expected, told = REFUSALS[code]

    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            line.fake.fail(CS, code=code)
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Nhắc"))
            error = caught.value
            assert (error.permanent, error.retry_after, error.blocked, error.away) == expected
            assert (error.code, error.ambiguous) == (str(code), False)
            assert line.desk.alarms == ([str(code)] if told else [])
            assert len(line.fake.called(CS)) == 1

    run(scenario())


def test_codes_may_be_texts_and_silence_is_no_success(sqlite_url: str, library: Library) -> None:
    from bot.channels.zalo_errors import code_of

    def code(said: Any, status: int = 200) -> int | str:
        return code_of(httpx.Response(status, json=said))

    assert [code({"error": value}) for value in (0, "0", -230, "-230")] == [0, 0, -230, -230]
    assert [code(said) for said in ({}, [], {"error": None}, {"error": True})] == ["not JSON"] * 4
    assert [code({"error": 0}, status) for status in (401, 429, 404, 500)] == [
        -216, -32, "http 404", "5xx",
    ]  # fmt: skip
    assert [code({"error": value}, 401) for value in (-201, -124)] == [-216, -124]


@pytest.mark.parametrize("http_401", [False, True])
@pytest.mark.parametrize("expired_code", [-216, -220])
def test_a_refused_token_is_renewed_once_and_asked_again_once(
    expired_code: int, http_401: bool, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        options = {"expired_code": expired_code, "http_401": http_401}
        async with online(sqlite_url, library, options) as line:
            line.fake.grant()
            await line.send(Reply("Chào"))
            assert [one.text for one in line.fake.seen(LAN)] == ["Chào"]
            paths = [path for path, _ in line.fake.calls]
            assert paths == [CS, "/v4/oa/access_token", CS]
            assert line.paces == 1

    run(scenario())


def test_the_business_host_has_its_own_code(sqlite_url: str, library: Library) -> None:
    template = {"id": "301234", "price": 200, "to": "phone", "data": DATA}

    async def scenario() -> None:
        given = {"zalo_oa_templates": {"reminder": template}}
        async with online(sqlite_url, library, {"templates": TEMPLATES}, **given) as line:
            line.desk.phones = {LAN: "84912345678"}
            line.fake.grant()
            await line.send(Reply("Nhắc"), kind="reminder", fare=TEMPLATE)
            assert len(line.fake.called("/message/template")) == 2
            assert len(line.fake.ledger) == 1

    run(scenario())


def test_a_new_token_that_is_refused_too_is_said(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            line.fake.fail(CS, code=-216, times=2)
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Chào"))
            assert (caught.value.permanent, caught.value.retry_after) == (False, HOUR)
            assert line.desk.alarms == ["-216"]
            assert len(line.fake.called(CS)) == 2

    run(scenario())


def test_a_dead_refresh_token_loses_no_message(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            line.fake.grant()
            line.fake.fail("/v4/oa/access_token", code=-14020)
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Chào"))
            error = caught.value
            assert (error.code, error.permanent, error.ambiguous) == ("-14020", False, False)
            assert error.retry_after == 60
            assert line.desk.alarms == ["-14020"]

    run(scenario())


Fault = Callable[[FakeZaloOA], None]
SILENCES: dict[str, tuple[Fault, tuple[str, bool], int]] = {
    # what happens → (code, ambiguous), and what the person has got
    "cut before": (lambda fake: fake.cut(CS), ("no answer", True), 0),
    "cut after": (
        lambda fake: fake.cut(CS, after_accepting=True),
        ("no answer", True),
        1,
    ),
    "html": (lambda fake: fake.garble(CS), ("not JSON", True), 1),
    "5xx": (lambda fake: fake.fail(CS, status=502), ("5xx", False), 0),
}


@pytest.mark.parametrize("case", SILENCES)
def test_no_answer_may_hide_a_message(case: str, sqlite_url: str, library: Library) -> None:
    fault, expected, arrived = SILENCES[case]

    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            fault(line.fake)
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Chào"))
            error = caught.value
            assert (error.code, error.ambiguous) == expected
            assert (error.permanent, error.retry_after) == (False, None)
            assert len(line.fake.seen(LAN)) == arrived

    run(scenario())


def test_a_late_answer_quotes_what_it_answers(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            asked = {"kind": "reply", "key": "reply:1:e2a641af"}
            await line.send(Reply("Ngay"), **asked)
            line.clock.forward(minutes=2)
            await line.send(Reply("Muộn " * 500), **asked)
            await line.send(Reply("Tin báo"), key="notice:1:2")
            quotes = [shown.quote for shown in line.fake.seen(LAN)]
            assert quotes == ["", "e2a641af", "", ""]  # only its first part

    run(scenario())


def test_where_nobody_listens_nothing_arrived(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, zalo_oa_api_url="http://127.0.0.1:9") as line:
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Chào"))
            assert (caught.value.code, caught.value.ambiguous) == ("no connection", False)

    run(scenario())


def test_a_part_that_arrived_makes_the_rest_ambiguous(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            line.fake.cut(UPLOAD, after_accepting=True)
            picture = Attachment("image", "made/20/x.png")
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Mã", attachment=picture))
            assert not caught.value.ambiguous
            reply = Reply("Mã " * 1000, attachment=picture)
            slow = [0, 1]

            async def fails_later() -> None:
                slow.pop()
                if not slow:
                    line.fake.fail(CS, code=-32)

            parcel = Parcel(7, 1, "zalo_oa", LAN, "notice", None, {}, NOON, NOON, 1, 1)
            with pytest.raises(SendError) as caught:
                await line.oa.send(parcel, reply, fails_later)
            assert (caught.value.code, caught.value.ambiguous) == ("-32", True)
            assert [one.kind for one in line.fake.seen(LAN)] == ["image"]

    run(scenario())


def test_a_broken_database_leaves_nothing_in_doubt(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            async with line.store.engine.begin() as connection:
                await connection.exec_driver_sql("DROP TABLE zalo_token")
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Chào"))
            assert (caught.value.code, caught.value.ambiguous) == ("no token", False)
            line.oa.start("https://a.vn")
            await line.oa.upkeep()
            assert line.fake.calls == []

    run(scenario())


def test_upkeep_refreshes_in_time(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as line:
            line.clock.forward(hours=24, minutes=30)
            line.oa.start(None)
            await line.fake.until(lambda: line.fake.refreshed)
            await line.oa.upkeep()
            assert line.fake.refreshed == 1

    run(scenario())


def test_no_secret_and_no_content_is_logged(
    sqlite_url: str, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("DEBUG")

    async def scenario() -> None:
        async with online(sqlite_url, library, zalo_oa_buttons=True) as line:
            await line.fake.submit_info(LAN, "Nguyễn Văn Tư", "84912345678")
            for body in line.desk.bodies:
                await line.oa.handle(body)
            await line.post(VECTOR, "wrong")
            await line.send(Reply("Riêng tư", OPTIONS))
            line.fake.grant()
            line.fake.fail("/v4/oa/access_token", code=-14004)
            with pytest.raises(SendError) as caught:
                await line.send(Reply("Riêng tư"))
            assert "AT-" not in repr(caught.value)

    run(scenario())
    captured = capsys.readouterr()
    said = captured.err + captured.out
    assert "event=signature" in said
    assert 'event="buttons refused"' in said
    for secret in ("AT-0", "RT-0", APP_SECRET, OA_SECRET, "84912345678", "Riêng tư", LAN):
        assert secret not in said
