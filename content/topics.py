"""Topic codes: what a support session or a guide is about (facts/indicators.md, section 1)."""

from collections.abc import Iterable

from content.i18n import N_

TOPIC_NAMES = {
    "vneid_tao": N_("Setting up VNeID"),
    "vneid_kichhoat": N_("Activating VNeID, passwords"),
    "vneid_tichhop": N_("Adding papers to VNeID"),
    "vneid_cutru": N_("Residence"),
    "vneid_phananh": N_("Reporting on VNeID"),
    "dvc_taikhoan": N_("Public service account"),
    "dvc_nop": N_("Filing online"),
    "dvc_tracuu": N_("Tracking a dossier"),
    "dvc_thanhtoan": N_("Paying fees online"),
    "dvc_phidiagioi": N_("Filing in any ward"),
    "dvc_danhgia": N_("Rating a service"),
    "kyso": N_("Digital signature"),
    "ssk": N_("Electronic health book"),
    "bhxh_bhyt": N_("Social and health insurance"),
    "ttkdtm_qr": N_("Payment by QR code"),
    "ttkdtm_vi": N_("Electronic wallet"),
    "ttkdtm_nganhang": N_("Banking app"),
    "hoadon_dien_nuoc": N_("Electricity and water bills"),
    "tmdt_mua": N_("Buying online"),
    "tmdt_ban": N_("Selling online"),
    "qr_nguongoc": N_("QR code of origin"),
    "hoadon_dt": N_("Electronic invoices"),
    "thue_dt": N_("Electronic tax"),
    "phanmem_banhang": N_("Sales software"),
    "hocba_so": N_("Digital school record"),
    "tuyensinh": N_("School enrolment"),
    "antoan_luadao": N_("Avoiding scams"),
    "antoan_matkhau": N_("Passwords and security"),
    "baove_treem": N_("Children's safety online"),
    "smartphone_coban": N_("Using a smartphone"),
    "internet_coban": N_("Using the internet"),
    "ai_coban": N_("Using AI"),
    "bdhvs_taikhoan": N_("Digital literacy account"),
    "bdhvs_hoc": N_("Digital literacy lessons"),
    "giaothong_so": N_("Driving licence and vehicles"),
    "khac": N_("Something else"),
}
"""Code → short English name, a msgid of the catalogs."""

TOPIC_ORDER = tuple(TOPIC_NAMES)
"""Append only: the place of a code is its bit in the number that is stored for a set of topics."""

TOPICS = frozenset(TOPIC_ORDER)


def bits(codes: Iterable[str], order: tuple[str, ...] = TOPIC_ORDER) -> int:
    """A set of codes as a number, one bit for each."""
    return sum(1 << order.index(code) for code in set(codes))


def codes_of(number: int, order: tuple[str, ...] = TOPIC_ORDER) -> tuple[str, ...]:
    """The codes whose bits are set."""
    return tuple(code for place, code in enumerate(order) if number >> place & 1)
