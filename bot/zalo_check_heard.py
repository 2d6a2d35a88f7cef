"""What events show of themselves, without what people wrote (facts/zalo.md, 1.5 to 1.7)."""

import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.channels.zalo_bot import SECRET_HEADER
from bot.channels.zalo_bot_api import webhook_secret
from bot.channels.zalo_bot_events import inside
from bot.settings import Settings
from bot.zalo_check_ear import Post
from bot.zalo_check_words import Found, Item, NotTried, printable, shape

NOTHING_CAME = "nothing came"
POLLED = "polled"
"""A header of our own, of what was fetched instead of posted."""


@dataclass(frozen=True)
class Heard:
    """What came to one webhook until `until`; `code` is what the operator was asked to write."""

    settings: Settings
    posts: list[Post]
    code: str
    until: datetime

    @property
    def events(self) -> list[Post]:
        return self.some(post for post in self.posts if post.name)

    @property
    def posted(self) -> list[Post]:
        return self.some(post for post in self.events if POLLED not in post.headers)

    def of(self, *names: str) -> list[Post]:
        return self.some(post for post in self.events if post.name in names)

    def some(self, posts: Iterable[Post]) -> list[Post]:
        """Those; NotTried when there are none."""
        if found := list(posts):
            return found
        raise NotTried(NOTHING_CAME)


def counted(words: Iterable[str]) -> str:
    return ", ".join(f"{word} ({number})" for word, number in sorted(Counter(words).items()))


async def kinds(heard: Heard) -> Found:
    """Each event by its name, with the fields of the newest one."""
    newest = {post.name: post for post in heard.events}
    return Found("; ".join(f"{name} {shape(post.event)}" for name, post in newest.items()))


async def retries(heard: Heard) -> Found:
    """After the first event of each kind was answered 500."""
    told = [_retry(heard, post) for post in heard.posted if post.refused]
    return Found("; ".join(told) or "no event was refused")


def _retry(heard: Heard, first: Post) -> str:
    again = [post for post in heard.posts if post.key == first.key and post.at >= first.at][1:]
    if not again:
        left = (heard.until - first.at).total_seconds()
        return f"{first.name}: not again within {left:.0f} s"
    number = printable(again[0].headers.get("num_retry", ""))
    after = (again[0].at - first.at).total_seconds()
    return f"{first.name}: again after {after:.0f} s" + (
        f" with num_retry {number}" if number else ""
    )


async def probes(heard: Heard) -> Found:
    """Whatever came that is no event."""
    sizes = [f"{len(post.raw)} bytes" for post in heard.posts if not post.name]
    return Found(counted(sizes) or "none", "nothing to set: probes are answered 200")


async def caller(heard: Heard) -> Found:
    agents = counted(printable(post.headers.get("user-agent", "none")) for post in heard.posted)
    return Found(agents, "let this User-Agent through in front of the program")


async def wrapping(heard: Heard) -> Found:
    ways = counted("wrapped" if inside(p.said, "result") else "bare" for p in heard.posted)
    return Found(ways, "nothing to set: both are understood")


async def secret_header(heard: Heard) -> Found:
    token = heard.settings.zalo_bot_token
    secret = webhook_secret(token.get_secret_value() if token else "")
    posts = heard.some(post for post in heard.posts if POLLED not in post.headers)
    words = [_secret_word(post.headers.get(SECRET_HEADER), secret) for post in posts]
    right = set(words) == {"right"}
    return Found(counted(words), "nothing to set" if right else "see who else knows this address, "
                 "and that nothing in front of the program drops the header")  # fmt: skip


def _secret_word(given: str | None, secret: str) -> str:
    if given is None:
        return "missing"
    return "right" if hmac.compare_digest(given.encode(), secret.encode()) else "wrong"


async def picture(heard: Heard) -> Found:
    posts = heard.of("message.image.received")
    fields = counted(
        name for post in posts for name in ("photo", "photo_url") if name in post.message
    )
    return Found(fields or "neither photo nor photo_url", "nothing to set: both are understood")


async def mention(heard: Heard) -> Found:
    """How a group's message names the bot."""
    posts = heard.some(
        p for p in heard.events if inside(p.message, "chat").get("chat_type") == "GROUP"
    )
    name = heard.settings.zalo_bot_name
    texts = [str(post.message.get("text") or post.message.get("caption") or "") for post in posts]
    if not name:
        return Found(
            f"{len(posts)} came", "set ZALO_BOT_NAME to what stands after the @ in the group"
        )
    if all(f"@{name}".lower() in text.lower() for text in texts):
        return Found("each has @ZALO_BOT_NAME", "ZALO_BOT_NAME is right")
    return Found("not each has @ZALO_BOT_NAME: it may be a reply",
                 f"set ZALO_BOT_NAME to what stands after the @ there (now: {name})")  # fmt: skip


async def own_chat(heard: Heard) -> Found:
    """The only id that is shown in full: of the chat in which the code was written."""
    posts = heard.some(p for p in heard.events if heard.code in str(p.message.get("text") or ""))
    return Found(f"your chat id is {printable(inside(posts[0].message, 'chat').get('id'))}",
                 "give it to --to-bot")  # fmt: skip


BOT = (
    Item("Bot, heard: your chat", own_chat),
    Item("Bot, heard: events", kinds),
    Item("Bot, heard: wrapped or bare", wrapping),
    Item("Bot, heard: secret header", secret_header),
    Item("Bot, heard: field of a picture", picture),
    Item("Bot, heard: probes", probes),
    Item("Bot, heard: retries after a 500", retries),
    Item("Bot, heard: caller", caller),
    Item("Bot, heard: its name in groups", mention),
)
