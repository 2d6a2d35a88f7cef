"""Whatever people do, in whatever order: always an answer with a way on, never an exception."""

import asyncio
import tempfile
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule

from content import library as content_library
from handlers.packing import unpack
from handlers.router import CHOICES, COMMANDS
from handlers.turn import Incoming
from tests.conftest import sqlite_in
from tests.people import Clock, app_with, settings

LIBRARY = content_library.load()
WORDS = [
    "cài vneid",
    "quên mật khẩu",
    "tiếp",
    "quay lại",
    "xong",
    "gặp người",
    "1",
    "2",
    "9",
    "tổ 2",
    "mẫu",
    "gửi",
]
APOLOGY = "Xin lỗi, máy bên tôi vừa gặp lỗi"

commands = st.sampled_from([f"/{name}" for name in COMMANDS])
texts = st.one_of(st.sampled_from(WORDS), commands, st.text(max_size=200))
parts = st.one_of(
    st.sampled_from([*LIBRARY.guides, "feedback", "home", "kind"]),
    st.text(max_size=8),
    st.integers(-3, 12).map(str),
)
forged = st.builds(
    lambda name, rest: ":".join([name, *rest]),
    st.sampled_from([*CHOICES, "x"]),
    st.lists(parts, max_size=3),
)


class Conversations(RuleBasedStateMachine):
    buttons: Bundle[str] = Bundle("buttons")

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.url = sqlite_in(self.folder.name)
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.number = 0
        self.last: Incoming | None = None
        self.open()

    def open(self) -> None:
        self.app = app_with(settings(self.url), LIBRARY, self.clock)
        self.loop.run_until_complete(self.app.prepare())

    def teardown(self) -> None:
        self.loop.run_until_complete(self.app.stop())
        self.loop.close()
        self.folder.cleanup()

    def send(self, incoming: Incoming) -> list[str]:
        answered = self.loop.run_until_complete(
            self.app.conversation.converse(incoming, self.app.web.can, handed_over=True)
        )
        if answered is None:
            assert incoming.kind == "sticker", "only what cannot be read is left without an answer"
            return []
        reply = unpack(answered.parcel.payload)
        assert reply.text.strip()
        assert not reply.text.startswith(APOLOGY)
        assert reply.options
        assert len({option.label for option in reply.options}) == len(reply.options)
        for option in reply.options:
            assert option.label.strip()
            assert 0 < len(option.value.encode()) <= 64
        return [option.value for option in reply.options]

    def new(self, **content: Any) -> list[str]:
        self.number += 1
        self.last = Incoming("web", "somebody", f"m{self.number}", **content)
        return self.send(self.last)

    @rule(target=buttons, text=texts)
    def types(self, text: str) -> Any:
        return multiple(*self.new(text=text))

    @rule(target=buttons, value=buttons)
    def presses_any_button_ever_seen(self, value: str) -> Any:
        return multiple(*self.new(chosen=value))

    @rule(target=buttons, value=forged)
    def forges_a_choice(self, value: str) -> Any:
        return multiple(*self.new(chosen=value))

    @rule(kind=st.sampled_from(["photo", "voice", "sticker", "location", "contact", "odd"]))
    def sends_something_else(self, kind: str) -> None:
        self.new(kind=kind)

    @rule()
    def sends_the_last_message_again(self) -> None:
        if self.last:
            self.send(self.last)

    @rule()
    def restarts(self) -> None:
        self.loop.run_until_complete(self.app.stop())
        self.open()

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    @rule()
    def is_forgotten_by_pruning(self) -> None:
        from bot.schedule import prune

        self.loop.run_until_complete(self.app.store.write(lambda db: prune(db, self.clock())))
        self.last = None


TestConversations = Conversations.TestCase
TestConversations.settings = hypothesis_settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
