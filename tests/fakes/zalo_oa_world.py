"""Everything the fake remembers: people, groups, files, what was sent and what it cost."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatch
from itertools import count

from .zalo_faults import Json
from .zalo_oa_options import Options
from .zalo_oa_wire import OaError

VIETNAM = timezone(timedelta(hours=7))
FREE = timedelta(hours=48)
WINDOW = timedelta(days=7)
NIGHT_ENDS, NIGHT_BEGINS = 6, 22


@dataclass(frozen=True)
class Shown:
    """Something from the OA in a chat; `to` is a person, a group or a phone number."""

    to: str
    kind: str
    message_id: str
    at: datetime
    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    """What they say, and what comes back."""
    file: bytes | None = None
    filename: str = ""
    url: str = ""
    template: str = ""
    data: Json = field(default_factory=dict)
    """Of a template."""
    tracking: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Spent:
    """Money: `paid` for a message beyond the package, or for a `template`."""

    kind: str
    user: str
    dong: int
    at: datetime


@dataclass
class Person:
    id: str
    interacted: datetime | None = None
    follows: bool = False
    tags: list[str] = field(default_factory=list)
    info: Json = field(default_factory=dict)
    """What they left on the form: name, phone, address, city, district."""


@dataclass
class Group:
    id: str
    name: str
    member: bool = True
    """Whether the OA is in it."""
    expired: bool = False


@dataclass(frozen=True)
class Attachment:
    kind: str
    filename: str
    data: bytes
    until: datetime


class World:
    def __init__(self, oa_id: str, options: Options, now: Callable[[], datetime]) -> None:
        self.oa_id = oa_id
        self.options = options
        self.now = now
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.attachments: dict[str, Attachment] = {}
        self.shown: list[Shown] = []
        self.ledger: list[Spent] = []
        self.counted_at: list[datetime] = []
        self.templates_at: list[datetime] = []
        self._ids = count(0x7A1F0B2C3D4E5F607182)

    def local(self) -> datetime:
        return self.now().astimezone(VIETNAM)

    def stamp(self, at: datetime | None = None) -> str:
        """Milliseconds, as text."""
        return str(int((at or self.now()).timestamp() * 1000))

    def id(self) -> str:
        return f"{next(self._ids):020x}"

    # --- people ---

    def person(self, user: str) -> Person:
        """Somebody who does something now: from then on the OA knows them."""
        return self.people.setdefault(user, Person(user))

    def known(self, user: object) -> Person:
        person = self.people.get(user) if isinstance(user, str) else None
        if person is None:
            raise OaError(-201, "user_id is invalid")
        return person

    def did(self, event: str, user: str, in_group: bool) -> None:
        """Somebody caused an event: it may open the window anew."""
        person, listed = self.person(user), self.options.interactions
        if event in listed or (not in_group and any(fnmatch(event, name) for name in listed)):
            person.interacted = self.now()

    def phone_of(self, user: str) -> str:
        person = self.people.get(user)
        return str(person.info.get("phone", "")) if person else ""

    def group(self, group: str) -> Group:
        return self.groups.setdefault(group, Group(group, f"Nhóm {len(self.groups) + 1}"))

    # --- files ---

    def keep(self, kind: str, filename: str, data: bytes) -> str:
        until = self.now() + timedelta(seconds=self.options.attachment_life)
        name = f"{kind}-{len(self.attachments) + 1:04}-invented"
        self.attachments[name] = Attachment(kind, filename, data, until)
        return name

    def attachment(self, name: object, *kinds: str) -> Attachment:
        """OaError -100 when it is past its life, or never was."""
        kept = self.attachments.get(name) if isinstance(name, str) else None
        if kept is None or kept.kind not in kinds or self.now() >= kept.until:
            raise OaError(-100)
        return kept

    # --- what it costs ---

    @property
    def counted(self) -> int:
        """Messages of this month's package that are used."""
        month = self.local().strftime("%Y-%m")
        return sum(at.astimezone(VIETNAM).strftime("%Y-%m") == month for at in self.counted_at)

    def charge(self, person: Person) -> str:
        """Free, counted or paid: how this message to somebody goes. OaError: not at all."""
        silent = self.now() - person.interacted if person.interacted else None
        if silent is None or silent > WINDOW:
            raise OaError(self.options.closed_code)
        if silent <= FREE:
            return "reply"
        if self.counted < self.options.consultations:
            self.counted_at.append(self.now())
            return "sub_quota"
        self.ledger.append(Spent("paid", person.id, self.options.price, self.now()))
        return "purchase_quota"

    def charge_template(self, to: str, price: int) -> int:
        """Takes one of the day's templates; how many are left."""
        if self.options.night and not NIGHT_ENDS <= self.local().hour < NIGHT_BEGINS:
            raise OaError(-234)
        today = self.local().date()
        used = sum(at.astimezone(VIETNAM).date() == today for at in self.templates_at)
        if used >= self.options.template_daily:
            raise OaError(-211)
        self.templates_at.append(self.now())
        self.ledger.append(Spent("template", to, price, self.now()))
        return self.options.template_daily - used - 1


class Rate:
    """So many requests in any one minute (facts/zalo.md, 2.10)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._calls: deque[datetime] = deque()

    def spend(self, limit: int) -> dict[str, str]:
        """The two headers; OaError -32, with them too, when none is left."""
        while self._calls and self._calls[0] <= self._now() - timedelta(minutes=1):
            self._calls.popleft()
        over = len(self._calls) >= limit
        if not over:
            self._calls.append(self._now())
        left = limit - len(self._calls)
        headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remain": str(left)}
        if over:
            raise Throttled(headers)
        return headers


class Throttled(OaError):
    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(-32)
        self.headers = headers
