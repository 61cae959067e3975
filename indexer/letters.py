"""Which letters are capitals, and which signs mean the same as another."""

CAPITALS = "A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"  # as a set in patterns
USUAL = {
    **dict.fromkeys("\u00a0\u2007\u202f\u3000", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("’‘", "'"),
    "Ð": "Đ",  # U+00D0, as some papers type it
    "ð": "đ",
}
