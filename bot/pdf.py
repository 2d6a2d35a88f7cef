"""A PDF page with letters that hold Vietnamese."""

from importlib.resources import files
from typing import Literal

from fpdf import FPDF

FONT = "DejaVu"
FACES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}


def page(orientation: Literal["portrait", "landscape"] = "portrait") -> FPDF:
    """An A4 document in millimetres with one empty page, margins of 20 and the letters set."""
    made = FPDF(orientation=orientation, unit="mm", format="A4")
    fonts = files("matplotlib") / "mpl-data" / "fonts" / "ttf"  # free letters we install anyway
    for style, name in FACES.items():
        made.add_font(FONT, style, str(fonts / name))
    made.set_margins(20, 20, 20)
    made.set_auto_page_break(True, 20)
    made.add_page()
    made.set_font(FONT, size=12)
    return made
