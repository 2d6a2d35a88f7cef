"""The page that shows a shift's code large, on a phone or tablet at the place; it renews itself."""

from datetime import datetime, timedelta
from functools import partial
from html import escape

from bot.vault import CODE_LASTS, Vault
from content.i18n import translate
from handlers import shift_words
from handlers.hours_words import clock
from handlers.turn import WARD_ZONE
from store.check_ins import LATE
from store.shifts import ShiftRow


def page(vault: Vault, name: str, shift: ShiftRow, lang: str, now: datetime) -> str:
    """The page of a link named `name`, with the code of now; after the shift only that it is over."""
    tr = partial(translate, lang)
    where = escape(shift_words.in_a_line(tr, shift))
    if now >= shift.ends_at + LATE or shift.cancelled:
        over = escape(tr("This shift is over. Thank you!"))
        return _html(lang, "", f"<h1>{escape(shift.campaign)}</h1><p>{where}</p><p>{over}</p>")
    code, _ = vault.codes(f"shift/{shift.id}")
    changes = _changes(now)
    type_it = escape(tr("Type this to the assistant when you come:"))
    leaving = escape(tr("When you leave: ra ca {code}", code=code))
    until = escape(tr("The code changes at {time}.", time=clock(changes)))
    body = (
        f"<h1>{escape(shift.campaign)}</h1><p>{where}</p><p>{type_it}</p>"
        f'<p class="code" lang="vi">ca {code}</p><p>{leaving}</p><p>{until}</p>'
    )
    seconds = int((changes - now).total_seconds()) + 1
    again = f"/l/{vault.seal(name)}?lang={lang}"
    return _html(lang, f'<meta http-equiv="refresh" content="{seconds}; url={again}">', body)


def _changes(now: datetime) -> datetime:
    """When the next code begins, in the ward's time."""
    lasts = int(CODE_LASTS.total_seconds())
    past = timedelta(seconds=int(now.timestamp()) % lasts)
    return (now - past).replace(microsecond=0).astimezone(WARD_ZONE) + CODE_LASTS


def _html(lang: str, head: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}'
        '<title>Tổ Số</title><link rel="stylesheet" href="/static/office.css">'
        '<link rel="stylesheet" href="/static/shift.css"></head>'
        f'<body><main class="shift">{body}</main></body></html>'
    )
