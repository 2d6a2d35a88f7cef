"""Thanks and "I am stuck" are heard as what they are, and nothing else is."""

import pytest

from content.fold import words
from content.library import Library
from handlers.small_talk import LOST, THANKS
from tests.conftest import run
from tests.people import Clock
from tests.zalo import CHANNELS


@pytest.mark.parametrize(
    "said",
    ["cảm ơn", "cam on", "Dạ cảm ơn cháu nhé", "vâng cảm ơn nhiều lắm ạ", "ok thank you so much"],
)
def test_thanks(said: str) -> None:
    assert THANKS.fullmatch(words(said))


@pytest.mark.parametrize(
    "said",
    ["mắc rồi", "kẹt", "tôi bị kẹt không biết làm sao", "ko làm dc", "k hiểu", "khó quá", "hu hu"],
)
def test_stuck(said: str) -> None:
    assert LOST.fullmatch(words(said))


@pytest.mark.parametrize(
    "said", ["cảm ơn cô Lan đã giúp cài VNeID", "kẹt xe", "tôi không được nhận lương hưu", "hiểu"]
)
def test_a_word_more_is_a_question(said: str) -> None:
    assert not THANKS.fullmatch(words(said))
    assert not LOST.fullmatch(words(said))


@pytest.mark.parametrize("said", ["vẫn chưa ", "không biết làm ", "dạ cảm ơn ", "chưa ", "lắm "])
def test_a_long_message_takes_no_time(said: str) -> None:
    text = words(said * (2000 // len(said)) + "x")
    assert not THANKS.fullmatch(text)
    assert not LOST.fullmatch(text)


@pytest.mark.parametrize("channel", CHANNELS)
def test_stuck_stays_at_the_step_and_thanks_keep_the_choices(
    channel: str, library: Library, sqlite_url: str
) -> None:
    async def scenario() -> None:
        async with CHANNELS[channel](sqlite_url, Clock(), library) as world:
            await world.person.say("cài vneid")
            step = await world.person.say("tiếp")
            assert "1/" in step.text
            lost = await world.person.say("mắc rồi")
            assert lost.labels[0] == "Quay lại bước 1"
            thanks = await world.person.say("cảm ơn cháu")
            assert thanks.labels == lost.labels
            again = await world.person.say("99") if channel != "web" else lost
            assert again.labels == lost.labels
            assert (await world.person.press(lost.labels[0])).text == step.text

    run(scenario())
