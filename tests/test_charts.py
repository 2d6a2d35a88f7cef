"""The picture of a campaign's targets: small, as wide as a phone, with letters, numbers and contrast."""

import io
from itertools import pairwise

import pytest
from PIL import Image

from bot import charts
from bot.charts import Bar

BARS = [
    Bar("Lượt hướng dẫn kỹ năng số", "1.234 / 1.500  (82%)", "hôm nay 56", 0.82),
    Bar("Lượt làm được VNeID", "0 / 700  (0%)", "hôm nay 0", 0.0),
    Bar("Lượt làm được DVC trực tuyến", "620 / 500  (124%)", "hôm nay 12", 1.24),
    Bar("Hộ KD dùng mã QR", "12", "hôm nay 1", None),
]


def drawn(title: str = "Mùa hè xanh 2026") -> Image.Image:
    return Image.open(io.BytesIO(charts.draw(title, "Tính đến hết ngày 20/11/2026", BARS)))


def test_a_chart_is_small_and_as_wide_as_a_phone() -> None:
    data = charts.draw("Mùa hè xanh 2026", "Tính đến hết ngày 20/11/2026", BARS * 10)
    assert len(data) <= 60_000
    assert Image.open(io.BytesIO(data)).width == 720


def test_the_same_figures_give_the_same_picture() -> None:
    assert drawn().tobytes() == drawn().tobytes()


def length(image: Image.Image, place: int, colour: str) -> int:
    """How many pixels of a bar have a colour, on the line through its middle."""
    top = charts.HEAD + charts.ROW * place + 42
    want = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
    row = image.convert("RGB").crop((0, top, charts.WIDTH, top + 1))
    pixels = [row.getpixel((x, 0)) for x in range(charts.WIDTH)]
    return sum(
        isinstance(pixel, tuple) and all(abs(a - b) < 12 for a, b in zip(pixel, want, strict=True))
        for pixel in pixels
    )


def test_bars_are_as_long_as_what_is_reached() -> None:
    image, whole = drawn(), charts.WIDTH - 56
    assert length(image, 0, charts.DONE) == pytest.approx(0.82 * whole, abs=3)
    assert length(image, 1, charts.DONE) <= 2
    assert length(image, 1, charts.LEFT) == pytest.approx(whole, abs=3)
    assert length(image, 2, charts.DONE) == pytest.approx(whole, abs=3)  # never beyond its frame
    assert length(image, 3, charts.DONE) + length(image, 3, charts.LEFT) == 0


def test_a_long_title_stays_on_the_page() -> None:
    image = drawn("Chiến dịch " * 20).convert("L")
    edge = image.crop((charts.WIDTH - 12, 0, charts.WIDTH, charts.HEAD))
    assert edge.getextrema() in [(254, 254), (255, 255)]


def test_the_letters_of_vietnamese_are_there(recwarn: pytest.WarningsRecorder) -> None:
    """The font would warn of a letter it lacks."""
    charts.draw("ẰẲẴẶẦẨẪẬỀỂỄỆỜỞỠỢỪỬỮỰỲỶỸỴĐ", "ằẳẵặầẩẫậềểễệờởỡợừửữựỳỷỹỵđ", BARS)
    assert [one for one in recwarn if "missing" in str(one.message)] == []


@pytest.mark.parametrize("colour", [charts.INK, charts.DONE, charts.ADDED])
def test_text_and_bars_stand_out_from_white(colour: str) -> None:
    """WCAG 2.1, 1.4.6: at least 7 to 1 (TT 26/2020 asks for enough contrast)."""
    assert 1.05 / (luminance(colour) + 0.05) >= 6.8


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_reached_share_never_looks_smaller_for_more() -> None:
    shares = [0.0, 0.25, 0.5, 0.99, 1.0, 3.0]
    lengths = []
    for share in shares:
        data = charts.draw("x", "y", [Bar("a", "b", "c", share)])
        lengths.append(length(Image.open(io.BytesIO(data)), 0, charts.DONE))
    assert all(a <= b for a, b in pairwise(lengths))
