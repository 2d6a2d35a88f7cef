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
    ("cccd079099001234", "cccd***", Secret.CITIZEN_NUMBER),
    ("số 079  099  001 234 nhé", "số *** nhé", Secret.CITIZEN_NUMBER),
    ("079099–001234", "***", Secret.CITIZEN_NUMBER),
    ("079/099/001/234", "***", Secret.CITIZEN_NUMBER),
    ("hộ chiếu C1234567", "hộ chiếu ***", Secret.PAPER),
    ("thẻ bảo hiểm DN4797912345678", "thẻ bảo hiểm ***", Secret.PAPER),
    ("mã otp là 482913", "mã otp là ***", Secret.OTP),
    ("OTP: 4 8 2 9 1 3", "OTP: ***", Secret.OTP),
    ("mã xác nhận 482913 nhé", "mã xác nhận *** nhé", Secret.OTP),
    ("otp gửi về là 482913", "otp gửi về là ***", Secret.OTP),
    ("ma otp ho gui 482913 doc cho ai", "ma otp ho gui *** doc cho ai", Secret.OTP),
    ("mã đăng nhập 482913", "mã đăng nhập ***", Secret.OTP),
    ("ma pin the atm 1234", "ma pin the atm ***", Secret.OTP),
    ("pin thẻ là 1234", "pin thẻ là ***", Secret.OTP),
    ("cvv 123", "cvv ***", Secret.OTP),
    ("mk vneid là Abc@1234 không vào được", "mk vneid là *** không vào được", Secret.PASSWORD),
    ("mật khẩu: hoa2024", "mật khẩu: ***", Secret.PASSWORD),
    ("mật khẩu wifi nhà tôi là hung@1990", "mật khẩu wifi nhà tôi là ***", Secret.PASSWORD),
    ("facebook pass hung1990 bị khóa", "facebook pass *** bị khóa", Secret.PASSWORD),
    ("mk hung1990", "mk ***", Secret.PASSWORD),
    ("mật khẩu mới là hoamai", "mật khẩu mới là ***", Secret.PASSWORD),
    ("mk cua con la hoamai88", "mk cua con la ***", Secret.PASSWORD),
    ("password is hoamai88", "password is ***", Secret.PASSWORD),
    ("mật khẩu là sao123", "mật khẩu là ***", Secret.PASSWORD),
    ("thẻ 4111 1111 1111 1111", "thẻ ***", Secret.CARD),
    ("stk 1903456789 vcb", "stk *** vcb", Secret.ACCOUNT),
    ("stk vietcombank 1012345678", "stk vietcombank ***", Secret.ACCOUNT),
    ("chuyển vào 1012345678 vietcombank", "chuyển vào *** vietcombank", Secret.ACCOUNT),
    ("gọi 0912345678 nhé", "gọi *** nhé", Secret.PHONE),
    ("gọi +84 912 345 678", "gọi ***", Secret.PHONE),
]

LEFT = [
    "quên mật khẩu vneid",
    "mật khẩu là gì",
    "mật khẩu là bao nhiêu ký tự",
    "mật khẩu là như thế nào",
    "mật khẩu là mấy số",
    "mk la cai gi",
    "mk là ntn",
    "quen mk vneid lam sao",
    "quên mật khẩu: làm lại thế nào",
    "đặt mk sao cho đúng",
    "mật khẩu dài 8-20 ký tự",
    "nhận mã otp không được",
    "otp lau qua khong ve",
    "otp 4 số",
    "mã OTP từ 1900 0368 gọi",
    "mã xác nhận 2026",
    "pin 5000mah",
    "phí 20000 đồng",
    "tôi bị lừa mất 200.000.000 đồng",
    "vay 500 000 000 đồng",
    "phí 1.000.000.000 đồng",
    "lệ phí 10.000 20.000 30.000",
    "tài khoản 500000 đồng",
    "ngày 20/11/2026 nộp",
    "từ 01.01.2025 31.12.2025",
    "mở cửa 7.30-11.30 13.30-17.00",
    "sinh 1956 1958 1990",
    "hồ sơ H24.15-251120-0012",
    "mã G22.99.08-251120-0001",
    "000.00.00.H24-251120-0001",
    "gọi 113 hay 1900 0368",
    "tổ 12 phường mẫu",
    "mẫu CT07",
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
    alarming = [text for text in asked if mask(text).alarming]
    assert len(alarming) <= len(asked) / 10_000, alarming  # "mk cu" is a password to hasty readers


@given(st.text(), st.integers(10**11, 10**12 - 1), st.text())
def test_no_citizen_number_survives(before: str, number: int, after: str) -> None:
    assert str(number) not in mask(f"{before} {number} {after}").text


@given(st.text())
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once
