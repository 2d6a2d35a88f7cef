"""What a QR code or deep link opens: `ward_<id>`, `area_<ward>_<code>`, `guide_<id>`, `hoc_<course>`."""

from dataclasses import replace

from handlers import guides, lessons, menu, settings
from handlers.turn import Reply, Turn


async def opened(turn: Turn) -> Reply:
    """Open what the payload names; an unknown payload gets the ordinary greeting."""
    kind, _, name = turn.argument.partition("_")
    if kind == "guide":
        return await guides.chosen(replace(turn, argument=name))
    if kind == "hoc":
        return await lessons.learn(replace(turn, argument=name))
    if kind in ("ward", "area") and not turn.talk.role:  # a code on a wall takes nobody's role
        ward_id, _, area = name.partition("_")
        await settings.move(turn, ward_id, area)
    return menu.greeting(turn)
