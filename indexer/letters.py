"""Which letters are capitals, which signs mean the same as another, and how the tone of oa, oe, uy is placed now."""

CAPITALS = "A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"  # as a set in patterns
USUAL = {
    **dict.fromkeys("\u00a0\u2007\u202f\u3000", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("’‘", "'"),
    "Ð": "Đ",  # U+00D0, as some papers type it
    "ð": "đ",
}

_OLD = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
_NEW = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
PLACED = dict(zip(_OLD.split(), _NEW.split(), strict=True))
PLACED |= {old.upper(): new.upper() for old, new in PLACED.items()}
PLACED |= {old.capitalize(): new.capitalize() for old, new in zip(_OLD.split(), _NEW.split(), strict=True)}
