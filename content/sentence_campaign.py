"""The campaign or model a support belongs to."""

from itertools import takewhile

from content.sentence_spans import Span
from content.sentence_words import Token

MODELS = {
    "family": "Gia đình số",
    "market": "Chợ số",
    "citizen": "Công dân số",
    "envoy": "Đại sứ số",
    "countryside": "Nông thôn số",
    "summer": "Mùa hè xanh",
    "saturday": "Ngày thứ Bảy tình nguyện",
}
LONGEST = 8
"""Words of a name after "chiến dịch"."""
TITLE = 2
"""The words "chiến dịch" themselves."""
ENDING = (
    "stop",
    "give",
    "count",
    "place",
    "area",
    "day",
    "weekday",
    "self",
    "just",
    "minutes",
    "topic",
)
"""What is no part of a campaign's name."""


def campaign(spans: list[Span], tokens: list[Token]) -> str | None:
    """Its name: a known model's, or the words after "chiến dịch"."""
    said = [span for span in spans if span.is_a("campaign")]
    known = next((code for span in said if (code := span.code("campaign")) in MODELS), None)
    if known:
        return MODELS[known]
    return _named(said[0], spans, tokens) if said else None


def _named(span: Span, spans: list[Span], tokens: list[Token]) -> str | None:
    after = [one.start for one in spans if one.start >= span.end and one.is_a(*ENDING)]
    end = min([*after, span.end + LONGEST, len(tokens)])
    words = takewhile(lambda token: token.raw.isalnum(), tokens[span.start + TITLE : end])
    name = " ".join(token.raw for token in words)
    return f"chiến dịch {name}" if name else None
