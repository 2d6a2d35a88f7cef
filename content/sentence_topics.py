"""What the support was about; the system it was done on is no topic of its own."""

from content.sentence_clauses import Clause, spans_of
from content.sentence_sessions import UNFINISHED
from content.sentence_spans import Span

STRONG, OBJECT, SYSTEM = 3, 2, 1
LEVELS = {"topic": STRONG, "object": OBJECT, "system": SYSTEM}
"""A weaker one gives way to a stronger one beside it."""
SWALLOWED = {
    "vneid_tichhop": ("bhxh_bhyt", "giaothong_so", "vneid_tao", "dvc_nop"),
    "dvc_tracuu": ("dvc_nop",),
    "dvc_thanhtoan": ("dvc_nop", "ttkdtm_nganhang"),
    "dvc_phidiagioi": ("dvc_nop",),
    "dvc_danhgia": ("dvc_nop",),
    "ttkdtm_qr": ("ttkdtm_nganhang",),
    "ttkdtm_vi": ("ttkdtm_nganhang",),
    "hoadon_dien_nuoc": ("ttkdtm_nganhang", "ttkdtm_vi"),
    "tuyensinh": ("dvc_nop",),
    "bhxh_bhyt": ("dvc_nop",),
}
"""A topic → the objects that only say more of it, wherever they stand in its session."""

Said = tuple[str, int]
"""A topic code and its level."""


def topics(session: list[Clause]) -> list[str]:
    """The topics of a session in order of mention."""
    said: list[Said] = []
    for clause in session:
        said += [
            one for one in _of(clause) if one[1] == STRONG or not (said and _is_excuse(clause))
        ]
    swallowed = {code for one, level in said if level > SYSTEM for code in SWALLOWED.get(one, ())}
    codes = [code for code, level in said if level == STRONG or code not in swallowed]
    via = [code for span in spans_of(session) for code in span.codes("via")]
    return list(dict.fromkeys(codes or via))


def _is_excuse(clause: Clause) -> bool:
    """ "ngân hàng báo lỗi": why it was not finished is no topic."""
    return any(span.code("outcome") in UNFINISHED for span in clause.spans)


def _of(clause: Clause) -> list[Said]:
    """The topics of a clause, each unless it only says more of the one beside it."""
    if clause.part:
        return []
    pairs = zip([None, *clause.spans], clause.spans, strict=False)
    found = [
        _said(span)
        for before, span in pairs
        if span.is_a(*LEVELS) and not _is_lacking(before, span)
    ]
    beside = zip([None, *found], found, [*found[1:], None], strict=False)
    return [one for before, one, after in beside if not _only_says_more(one, before, after)]


def _is_lacking(before: Span | None, span: Span) -> bool:
    """ "chưa có tài khoản ngân hàng"."""
    return before is not None and before.is_a("lack") and not span.is_a("lack")


def _said(span: Span) -> Said:
    kind = next(kind for kind in LEVELS if span.is_a(kind))
    return span.code(kind) or "", LEVELS[kind]


def _only_says_more(one: Said, before: Said | None, after: Said | None) -> bool:
    """ "khai sinh dvc" and "vneid quên mk" are one topic; "vneid ssk" are two."""
    code, level = one
    if before and before[1] > level:
        return True
    same_system = after is not None and after[0].split("_")[0] == code.split("_")[0]
    return after is not None and after[1] > level and (level == OBJECT or same_system)
