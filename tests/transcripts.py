"""Conversations in plain text: played, compared, and rewritten by `make update`.

# a remark
> what is typed              * the label of a pressed option
@ 25 hours                   ! the program is stopped and started again
| the answer, line by line   [the label of an option]
"""

from dataclasses import dataclass
from pathlib import Path

from tests.people import Heard, World

FOLDER = Path(__file__).parent / "transcripts"


@dataclass(frozen=True)
class Transcript:
    path: Path

    @property
    def script(self) -> list[str]:
        """What the person does, and remarks; without the answers."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line[:1] in tuple(">*@!#")]

    def __str__(self) -> str:
        return self.path.stem


def all_transcripts() -> list[Transcript]:
    return [Transcript(path) for path in sorted(FOLDER.glob("*.txt"))]


async def play(transcript: Transcript, world: World, restarts: bool = False) -> str:
    """The transcript as it goes now. With `restarts` the program starts anew before every message."""
    written: list[str] = []
    for line in transcript.script:
        mark, rest = line[0], line[1:].strip()
        written += ["", line] if mark in ">*" and written else [line]
        if restarts and mark in ">*":
            await world.restart()
        if mark == ">":
            written += shown(await world.person.say(rest))
        elif mark == "*":
            written += shown(await world.person.press(rest))
        elif mark == "@":
            number, unit = rest.split()
            world.clock.forward(**{unit: float(number)})
        elif mark == "!":
            await world.restart()
    return "\n".join(written) + "\n"


def shown(heard: Heard) -> list[str]:
    text = [f"| {line}".rstrip() for line in heard.text.splitlines()]
    return [*text, *(f"[{label}]" for label in heard.labels)]
