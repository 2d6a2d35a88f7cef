"""What is not known about Zalo, or differs between accounts: one field for each way it may be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DAY = 86_400
RATES = {"growth": 100, "comprehensive": 2_000}
"""Requests a minute by package (facts/zalo.md, 2.10). The others have no OpenAPI at all."""
INTERACTIONS = ("user_send_*", "user_submit_info", "user_click_chatnow", "follow")


@dataclass
class Options:
    """A test may change them while the fake runs. Numbers of days and lives are in seconds."""

    repeat: int = 1
    """How often each event is posted."""
    shuffled: bool = False
    """Events of a batch (`together`) come in the reverse order."""
    echo: bool = True
    """Everything sent to a person comes back as an oa_send_* event."""
    interactions: tuple[str, ...] = INTERACTIONS
    """Events that open the 7 days anew, `*` for anything. Those of a group only by their full name."""
    prefix: str = ""
    """Before the signature: nothing, or `mac=`."""
    upper: bool = False
    """Signatures in upper-case hex."""
    coordinates: str = "str"
    """Of a location: `str` or `number`."""
    report: str = "message"
    """Where the fields of a template's delivery report stand: in `message`, or at the `top`."""

    expired_code: int = -220
    http_401: bool = False
    """Whether a refused token is an HTTP 401 as well."""
    old_token_dies: bool = True
    """Whether a new access token ends the one before."""
    callback: str | None = None
    """The only address the consent page returns to; None: any."""
    consents_as: str = ""
    """The OA whose administrator consents, when it is not this one."""

    package: str = "growth"
    """`growth`, `comprehensive`; every other has no OpenAPI."""
    consultations: int = 500
    """Messages between 48 hours and 7 days in a month's package."""
    price: int = 55
    """Đồng for each of them after that."""
    closed_code: int = -230
    """The refusal after 7 days: -230 or -232."""
    quota_object: bool = False
    """Whether an answer tells the quota."""
    numbers: str = "str"
    """In quotas: `str` or `int`."""
    text_units: str = "utf16"
    """What the 2,000 characters of a text are: `utf16` or `code_points`."""
    buttons: str = "refuse"
    """What happens to lists with buttons: `refuse` (-233) or `accept`."""
    attachment_life: float = 7 * DAY
    night: bool = True
    """Whether templates are refused between 22:00 and 06:00."""
    templates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Approved ones: {id: {"price": 200, "params": ["name", …]}}."""
    template_daily: int = 500
    oa_type: int = 4
    """2 business, 4 government."""
    followers_only: bool = False
    """Whether user/detail refuses those who do not follow (-213)."""
    admin_token: str = ""
    """For /_admin; empty: made up."""

    def number(self, value: int) -> str | int:
        return str(value) if self.numbers == "str" else value

    def length(self, text: str) -> int:
        if self.text_units == "utf16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        return len(text)
