"""What a support session can say, as codes: facts/indicators.md, section 1, entity S.

Each list gives a code its English name, a msgid of the catalogs. WORDS gives the word the ward's
reports use; it is data and stays Vietnamese whatever language the chat is in.
"""

from content.i18n import N_

AUDIENCES = {
    "citizen": N_("Residents"),
    "business": N_("Business households"),
    "sme": N_("Small and medium enterprises"),
    "coop": N_("Cooperatives"),
    "pupil": N_("Pupils and parents"),
    "official": N_("Officials"),
    "union": N_("Members of unions"),
    "team": N_("Members of the digital teams"),
}
PLACES = {
    "home": N_("At home"),
    "culture_house": N_("House of culture"),
    "service_centre": N_("Public service centre"),
    "market": N_("Market"),
    "school": N_("School"),
    "shop": N_("Shop or stall"),
    "remote": N_("From afar"),
    "other": N_("Another place"),
}
ORGS = {
    "team": N_("Community digital team"),
    "youth": N_("Youth Union"),
    "service_centre": N_("Public service centre"),
    "police": N_("Police"),
    "women": N_("Women's Union"),
    "farmers": N_("Farmers' Union"),
    "veterans": N_("Veterans' Association"),
    "career": N_("Public career service centre"),
    "school": N_("School"),
    "clinic": N_("Health station"),
    "post": N_("Post office"),
    "other": N_("Another organisation"),
}
OUTCOMES = {
    "self": N_("Did it alone"),
    "helped": N_("Did it with help"),
    "again": N_("To be continued"),
    "elsewhere": N_("Sent elsewhere"),
    "failed": N_("Not done yet"),
}
PRIORITIES = {
    "elderly": N_("Elderly"),
    "disabled": N_("With a disability"),
    "poor": N_("In difficulty"),
}
AGE_BANDS = {
    "child": N_("Under 16"),
    "young": N_("16 to 34"),
    "middle": N_("35 to 59"),
    "old": N_("60 and over"),
}

WORDS = {
    "audience": {
        "citizen": "người dân",
        "business": "hộ KD",
        "sme": "DN nhỏ và vừa",
        "coop": "HTX",
        "pupil": "HS/PH",
        "official": "CBCC",
        "union": "đoàn viên/hội viên",
        "team": "thành viên Tổ CNSCĐ",
    },
    "place": {
        "home": "nhà dân",
        "culture_house": "nhà văn hóa",
        "service_centre": "PVHCC",
        "market": "chợ",
        "school": "trường",
        "shop": "cơ sở KD",
        "remote": "từ xa",
        "other": "khác",
    },
    "org": {
        "team": "CNSCĐ",
        "youth": "ĐTN",
        "service_centre": "PVHCC",
        "police": "CA",
        "women": "HPN",
        "farmers": "HND",
        "veterans": "HCCB",
        "career": "SNC",
        "school": "trường",
        "clinic": "trạm y tế",
        "post": "bưu điện",
        "other": "khác",
    },
    "outcome": {
        "self": "tự làm được",
        "helped": "làm được có hỗ trợ",
        "again": "hẹn lại",
        "elsewhere": "chuyển nơi khác",
        "failed": "chưa được",
    },
    "priority": {
        "elderly": "người cao tuổi",
        "disabled": "khuyết tật",
        "poor": "khó khăn",
    },
    "age_band": {
        "child": "dưới 16",
        "young": "16-34",
        "middle": "35-59",
        "old": "từ 60",
    },
}
"""Field → code → the Vietnamese word of reports and exports."""
