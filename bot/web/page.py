"""The residents' web page: one template, filled with words in the language of the reader."""

from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

TEMPLATE = Path(__file__).parent / "index.html"

Translate = Callable[[str], str]


def render(tr: Translate, lang: str, ward: str) -> str:
    words = {
        "lang": lang,
        "ward": ward,
        "title": f"Tổ Số – {ward}" if ward else "Tổ Số",
        "is_vi": str(lang == "vi").lower(),
        "is_en": str(lang == "en").lower(),
        **_around(tr),
        **_writing(tr),
        **_states(tr),
        **_clearing(tr),
    }
    return _template().substitute({name: escape(word) for name, word in words.items()})


@cache
def _template() -> Template:
    return Template(TEMPLATE.read_text(encoding="utf-8"))


def _around(tr: Translate) -> dict[str, str]:
    return {
        "description": tr("The ward's digital assistant: step-by-step help with online services."),
        "skip": tr("Go to the message box"),
        "language": tr("Language"),
        "large": tr("Large type"),
        "intro": tr("An automatic assistant. If you press the wrong thing, just ask again."),
        "warning": tr("Do not send ID card numbers, passwords or OTP codes here."),
        "noscript": tr(
            "This page needs JavaScript. Please turn it on in your browser, "
            "or come to the ward office: someone there will help you in person."
        ),
    }


def _writing(tr: Translate) -> dict[str, str]:
    return {
        "talk": tr("Conversation"),
        "you": tr("You:"),
        "assistant": tr("Assistant:"),
        "options": tr("Choices"),
        "new_tab": tr("(opens a new page)"),
        "download": tr("Download:"),
        "form": tr("Write to the assistant"),
        "label": tr("Your question"),
        "placeholder": tr("Type your question"),
        "send": tr("Send"),
    }


def _states(tr: Translate) -> dict[str, str]:
    return {
        "answering": tr("Answering…"),
        "resending": tr("Sending again…"),
        "failed": tr("Your message has not been sent yet. It is kept; you can send it again."),
        "refused": tr("Sorry, that did not work. Please try again a little later."),
        "offline": tr("No network. Your message will be sent when the network is back."),
        "again": tr("Send again"),
        "fresh": tr("New message: show it"),
    }


def _clearing(tr: Translate) -> dict[str, str]:
    return {
        "clear": tr("Delete the conversation on this device"),
        "sure": tr("Delete the conversation on this device?"),
        "sure_text": tr("The messages on this device will be gone. You can ask again at any time."),
        "keep": tr("Keep it"),
        "erase": tr("Delete"),
    }
