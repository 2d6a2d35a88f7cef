"""Personal numbers and secrets are masked; ordinary sentences are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.questions import STYLES, load
from content.library import Library
from content.mask import Secret, mask

FOUND = [
    ("cccd của tôi 031203004567 quên mk", "cccd của tôi *** quên mk", Secret.CITIZEN_NUMBER),
    ("so can cuoc 031 203 004 567", "so can cuoc ***", Secret.CITIZEN_NUMBER),
    ("cmnd 031234567", "cmnd ***", Secret.CITIZEN_NUMBER),
    ("mã otp là 482913", "mã otp là ***", Secret.OTP),
    ("OTP: 4 8 2 9 1 3", "OTP: ***", Secret.OTP),
    ("mã xác nhận 482913 nhé", "mã xác nhận *** nhé", Secret.OTP),
    ("mk vneid là Abc@1234 không vào được", "mk vneid là *** không vào được", Secret.PASSWORD),
    ("mật khẩu: hoa2024", "mật khẩu: ***", Secret.PASSWORD),
    ("thẻ 4111 1111 1111 1111", "thẻ ***", Secret.CARD),
    ("stk 1903456789 vcb", "stk *** vcb", Secret.ACCOUNT),
    ("gọi 0912345678 nhé", "gọi *** nhé", Secret.PHONE),
    ("gọi +84 912 345 678", "gọi ***", Secret.PHONE),
]

LEFT = [
    "quên mật khẩu vneid",
    "mật khẩu là gì",
    "đặt mk sao cho đúng",
    "nhận mã otp không được",
    "phí 20000 đồng",
    "ngày 20/11/2026 nộp",
    "gọi 113 hay 1900 0368",
    "otp 4 số",
    "tổ 12 phường mẫu",
    "quen mk vneid lam sao",
    "otp lau qua khong ve",
    "mật khẩu là bao nhiêu ký tự",
    "mk la cai gi",
]


@pytest.mark.parametrize(("text", "masked", "kind"), FOUND)
def test_secrets_are_masked(text: str, masked: str, kind: Secret) -> None:
    found = mask(text)
    assert (found.text, found.found) == (masked, {kind})
    assert found.alarming == (kind is not Secret.PHONE)


@pytest.mark.parametrize("text", LEFT)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert mask(text).text == text


def test_questions_people_ask_are_not_taken_for_secrets(library: Library) -> None:
    asked = [alias for guide in library.guides.values() for alias in guide.aliases]
    asked += [getattr(question, style) for question in load("tuning") for style in STYLES]
    assert [text for text in asked if mask(text).alarming] == []


@given(st.text(), st.integers(10**11, 10**12 - 1), st.text())
def test_no_citizen_number_survives(before: str, number: int, after: str) -> None:
    assert str(number) not in mask(f"{before} {number} {after}").text


@given(st.text())
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once
