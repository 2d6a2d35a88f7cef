"""What an officer may show to everybody: telephone numbers of the ward, but nobody's own numbers."""

import pytest

from content.mask import Secret, mask_for_all
from content.secret_wish import asks_for_secret

TOLD = [
    "0220 3852 123",
    "(0220) 3852 123",
    "0220.3852.123 - 0912 345 678",
    "0912345678, 0220 3852123",
    "+84 220 3852 123",
    "gọi 0912.345.678 (Zalo) hoặc 02203852123/124",
    "1900 9999 hoặc 1022",
    "Thứ Hai đến thứ Sáu, 7h30 - 11h30 và 13h30 - 17h",
    "Số 12/345 đường Nguyễn Lương Bằng",
]


@pytest.mark.parametrize("text", TOLD)
def test_telephone_numbers_and_hours_stay(text: str) -> None:
    assert mask_for_all(text) == type(mask_for_all(""))(text, frozenset())


REFUSED = [
    ("030185012345", Secret.CITIZEN_NUMBER),
    ("số 079 099 001 234", Secret.CITIZEN_NUMBER),
    ("0220 8501 2345", Secret.CITIZEN_NUMBER),
    ("038085012345", Secret.CITIZEN_NUMBER),
    ("0912345678 cccd 030185012345", Secret.CITIZEN_NUMBER),
    ("4111 1111 1111 1111", Secret.CARD),
    ("stk 0220385212", Secret.ACCOUNT),
    ("mật khẩu: hoa2024", Secret.PASSWORD),
    ("mã OTP 482913", Secret.OTP),
]


@pytest.mark.parametrize(("text", "kind"), REFUSED)
def test_nobodys_own_number_stays(text: str, kind: Secret) -> None:
    masked = mask_for_all(text)
    assert kind in masked.found
    assert "***" in masked.text


ASKS = [
    "Bác gửi mã OTP cho cán bộ",
    "Đọc mật khẩu VNeID cho anh Hùng",
    "Không cần đi xa, bác đọc OTP cho cán bộ",
    "gui so the ngan hang qua zalo",
    "Có OTP thì báo cán bộ",
    "send your password to the office",
]
INNOCENT = [
    "Không đưa mã OTP cho ai",
    "Quên mật khẩu VNeID, mang theo căn cước đến quầy 2",
    "Đừng đọc OTP, kể cả cho cán bộ",
    "Ứng dụng gửi mã OTP về điện thoại của bác",
    "Nhập mật khẩu rồi bấm Tiếp",
    "Nộp hồ sơ ở quầy 2",
]


@pytest.mark.parametrize("text", ASKS)
def test_who_asks_for_a_secret_is_heard(text: str) -> None:
    assert asks_for_secret(text)


@pytest.mark.parametrize("text", INNOCENT)
def test_who_warns_of_it_is_not(text: str) -> None:
    assert not asks_for_secret(text)
