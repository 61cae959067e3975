"""Texts that were written, or look as if, to keep a program busy: one unit again and again, without end."""

UNITS = (
    # dates, numbers and what looks like them
    *("12/7/2023 ", "ngày 12 tháng 7 năm 2023 ", "12-13/7/2023 ", "(12/7) ", "ngày 12/7\n", "từ ngày 12 đến ngày 13 "),
    *("1-", "1/", "1.", "1%", "1,5 ", "0", "2023 ", "8h30 ", "0912 345 678 ", "1.000.000 đồng ", "quý IV ", "tháng 7 "),
    # figures
    *(
        "GRDP tăng 5,1%, ",
        "GRDP tăng 5,1%. ",
        "thu ngân sách đạt 512 tỷ đồng; ",
        "lần lượt 5%, 6% ",
        "xã (5%) ",
    ),
    # numbers of documents, terms, meetings
    *("35-CT/TW ", "số 35/", "Quyết định 35/QĐ-UBND ngày 12/7/2023 ", "Nghị quyết số ", "T.", "Ư.", "I-"),
    *("khóa XVIII ", "nhiệm kỳ 2020 - 2025, ", "kỳ họp thứ ", "lần thứ ", "hội nghị ", "1. Nội dung\n"),
    # what somebody says, directives and what was done of them
    *("“Phải làm ngay”, ông Nguyễn Văn A nhấn mạnh. ", "Đồng chí Nguyễn Văn A yêu cầu: ", "nhấn mạnh: “", "ông nói "),
    *("Thực hiện Chỉ thị số 35-CT/TW, Tỉnh ủy đã ban hành kế hoạch. ", "theo 35-CT/TW và 35-CT/TW "),
    # people and places
    *("Nguyễn Văn A ", "đồng chí Nguyễn Văn A, Bí thư Tỉnh ủy, ", "Bí thư ", "ông ", "tỉnh Bắc Giang ", "huyện "),
    *("Bà Rịa - Vũng Tàu - ", "Ủy ban nhân dân ", "Hồ Chí Minh "),
    # addresses, signs, letters
    *("a@", "a.b@c.", "1@", "a-b.", "_.", "http://a.vn/", "&amp;", "<a ", '"', "“", "(", "[", "…", "Họp. ", "\n", " "),
    *("A", "a", "a1", "ế", "e\u0301", "\u0301", "\u200b", "\u00a0", "😀", "漢", "я", "_", "-", "+"),
)


def text_of(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]
