"""Base figures: the denominators a ward types in (facts/indicators.md, section 1, entity BASE)."""

BASES = {
    "population": "dân số",
    "adults": "người trưởng thành (từ 18 tuổi)",
    "households": "hộ gia đình",
    "households_with_children": "hộ có trẻ em",
    "business_households": "hộ kinh doanh",
    "smes": "doanh nghiệp nhỏ và vừa",
    "ocop_products": "sản phẩm OCOP",
    "officials": "cán bộ, công chức, viên chức",
    "union_core": "cán bộ, hội viên nòng cốt đoàn thể",
    "procedures": "thủ tục đủ điều kiện",
}
"""Denominators a ward types in, each per year and with its source."""
