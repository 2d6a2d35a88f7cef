"""A campaign's targets as a picture for a phone: drawn with values written out, small enough for chat."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

DPI, WIDTH = 100, 720
ROW, HEAD = 86, 92
"""Pixels: the width for a phone's screen, the height of a goal and of the title."""
INK, DONE, LEFT, ADDED = "#1A1A1A", "#14508C", "#D5DEE8", "#5A5A5A"
"""Text and bars on white: a contrast of more than 7 to 1; the rest of a bar only frames it."""
COLOURS, MOST = 48, 16
LONGEST = 46
"""Letters of a title that stand on one line."""


@dataclass(frozen=True)
class Bar:
    """A goal: `share` of its target from 0 on, None where it has none, and the words beside it."""

    name: str
    said: str
    beside: str
    share: float | None


def draw(title: str, under: str, bars: Sequence[Bar]) -> bytes:
    """A PNG, 720 pixels wide. Beyond MOST bars the rest is left out: nobody reads them on a phone."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure  # no pyplot: it keeps every figure for ever

    shown = bars[:MOST]
    height = HEAD + ROW * len(shown) + 20
    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    axes.text(28, 38, _cut(title), fontsize=17, fontweight="bold", color=INK, va="center")
    axes.text(28, 70, under, fontsize=13, color=ADDED, va="center")
    for place, bar in enumerate(shown):
        _bar(axes, HEAD + ROW * place, bar)
    saved = io.BytesIO()
    canvas.print_png(saved)  # type: ignore[no-untyped-call]
    return _packed(saved)


def _packed(png: io.BytesIO) -> bytes:
    """A fifth of the bytes: few colours are drawn, and some more suffice for the edges of letters."""
    from PIL import Image

    few = (
        Image.open(png)
        .convert("RGB")
        .quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
    saved = io.BytesIO()
    few.save(saved, "PNG", optimize=True)
    return saved.getvalue()


def _bar(axes: object, top: int, bar: Bar) -> None:
    from matplotlib.axes import Axes
    from matplotlib.patches import Rectangle

    assert isinstance(axes, Axes)
    wide = WIDTH - 56
    axes.text(28, top + 18, bar.name, fontsize=14, color=INK, va="center")
    axes.text(WIDTH - 28, top + 18, bar.said, fontsize=14, color=INK, va="center", ha="right",
              fontweight="bold")  # fmt: skip
    if bar.share is not None:
        axes.add_patch(Rectangle((28, top + 34), wide, 16, color=LEFT, linewidth=0))
        reached = wide * min(1.0, bar.share)
        axes.add_patch(Rectangle((28, top + 34), reached, 16, color=DONE, linewidth=0))
    below = 64 if bar.share is not None else 46
    axes.text(28, top + below, bar.beside, fontsize=11.5, color=ADDED, va="center")


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…"
