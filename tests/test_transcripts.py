"""Every golden conversation, on every channel, word for word the same."""

import os
from typing import Any

import pytest

from content.library import Library
from tests.conftest import run
from tests.people import Clock
from tests.transcripts import Transcript, all_transcripts, play
from tests.zalo import CHANNELS


@pytest.mark.parametrize("transcript", all_transcripts(), ids=str)
@pytest.mark.parametrize("channel", CHANNELS)
def test_conversation_goes_as_written(
    transcript: Transcript, channel: str, library: Library, sqlite_url: str
) -> None:
    got = run(_play(channel, transcript, library, sqlite_url))
    if os.environ.get("UPDATE") and channel == "web":
        transcript.path.write_text(got, encoding="utf-8")
    assert got == transcript.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("transcript", all_transcripts(), ids=str)
def test_conversation_survives_a_restart_before_every_message(
    transcript: Transcript, library: Library, sqlite_url: str
) -> None:
    got = run(_play("terminal", transcript, library, sqlite_url, restarts=True))
    assert got == transcript.path.read_text(encoding="utf-8")


async def _play(
    channel: str, transcript: Transcript, library: Library, url: str, **how: Any
) -> str:
    async with CHANNELS[channel](url, Clock(), library) as world:
        return await play(transcript, world, **how)
