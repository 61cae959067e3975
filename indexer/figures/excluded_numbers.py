"""Numbers that stand by an indicator and state nothing of it: supposed, a part, of another period, of what follows."""

import re
from decimal import Decimal

from indexer.figures import gaps
from indexer.figures.indicators import Indicator
from indexer.figures.numbers import Number

_NO_VALUES = frozenset(("năm", "tháng", "ngày", "giờ", "bậc"))
_IN_RESPECT_OF = re.compile(r"\s*(?:về|cả về) (?:số|vốn|lượng|giá trị|lượt)(?!\w)")
_RANK_OF_ANOTHER = re.compile(r"\s*(?:(?:cả nước|toàn quốc|trong vùng) )?về (?:diện tích|quy mô|số|mật độ|lượng)(?!\w)")
_GARBLED = re.compile(r"\s?=|\s\d(?![\d/.-]*\s?(?:năm|tháng|xã|huyện))")  # "6 1/7 5 phiếu"
_SUPPOSED = re.compile(
    r"(?<!\w)(?:nếu(?! như)|muốn|giả sử|giả định|lẽ ra|có thể|có khả năng|khả năng (?:là|cả năm|đến|năm)|"
    r"tôi nghĩ|theo tôi|trong tương lai|theo (?:quy định|(?:bộ )?tiêu chí|yêu cầu)|với điều kiện|chỉ khi|trường hợp|"
    r"chỉ được[^,.;]{0,40} khi|bảo đảm điều kiện|quy hoạch (?:cũ|trước|đến|của)|so với quy hoạch)(?!\w)"
)
_WHICHEVER = re.compile(r"(?<!\w)(?!thế|có)[^\W\d_]+ nào(?!\w)[^;]*$")  # "dự án nào giải ngân dưới 50 % thì …"
_OF_ALL = re.compile(r"(?:trong|trên) tổng số\W*$")
_PART_OF_THEM = re.compile(r"(?:^|[,;.(“\"]\s*)trong(?: số| tổng số)?(?: \d[^,;.]{0,20} có)?\s*$")
_PART_OF_A_NUMBER = re.compile(r"(?:^|[;.]\s*)\W*trong (?:tổng )?số \d[^,;.]*,[^,;.\d]{0,20}$")
_SPENT_ON = re.compile(r"\s*(?:để|làm|trả|đưa|mua|xây|sửa|cho việc|cho nhà|cho (?!các|những|vay))(?!\w)")
_OF_EARLIER = re.compile(
    r"(?<!so với )(?<!so )(?<!với )(?<!hơn )(?<!kỳ )(?<!kỳ của )(?:cùng kỳ|năm trước|năm ngoái|"
    r"kỳ trước)(?: năm \d{4})?[^,;:()\d]{0,25}(?<!\w)(?:tăng|giảm|đạt|là|chỉ|ước)(?!\w)[^,;:()\d]{0,12}$"
)
_OF_WHAT_IT_IS_ABOVE = re.compile(
    r"(?:cao|thấp|nhiều|ít) hơn (?:so với )?(?:mức )?(?:cùng kỳ(?: năm)?|năm) (?:trước|ngoái)\s?\([^()\d]*$"
)
_OF_WHAT_FOLLOWS = re.compile(
    r"\s*(?:số |tổng số )?(?:các|những|trẻ|học sinh|hộ|cán bộ|người|khu|tổ|thôn|bản|xã|đường|trường|gia đình)(?!\w)"
)
_NOT_REACHED = re.compile(r"(?<!\w)(?:chưa|không) đạt(?: được)?(?: tới| đến)?\s*$")
_OPENS_CLAUSE = re.compile(r";|\. |(?<!\w)(?:trong đó|riêng|còn)(?!\w)")
_THRESHOLD = Decimal(50)  # per cent of votes: what the law asks for, when said with "trên" or "dưới"


def is_no_value(number: Number) -> bool:
    """Whether it only says how long or by how many places: "5 năm", "tăng 3 bậc"."""
    return number.core in _NO_VALUES and number.of is None


def states_nothing(low: str, begin: int, stop: int, number: Number) -> bool:
    """Whether the number of a sentence low[begin:stop] states nothing, of whatever indicator."""
    before = low[begin : number.begin]
    return bool(
        _IN_RESPECT_OF.match(low, number.end, stop)  # "tăng 8 % về số doanh nghiệp và 4 % về vốn"
        or (not number.core and _RANK_OF_ANOTHER.match(low, number.end, stop))  # "đứng thứ 6 về diện tích"
        or _GARBLED.match(low, number.end, stop)
        or _SUPPOSED.search(before)
        or (" nào" in before and _WHICHEVER.search(before))
        or _PART_OF_THEM.search(before)  # "trong 240.000 lượt khách, 95 % đồng ý"
        or _PART_OF_A_NUMBER.search(before)  # "trong số 102 kiến nghị, 12 kiến nghị …"
        or _OF_ALL.search(before)  # "trên tổng số 64 đại biểu"
        or (number.dimension == "money" and _SPENT_ON.match(low, number.end, stop))  # "chi 30 tỷ đồng làm kè"
    )


def is_of_something_else(low: str, begin: int, stop: int, number: Number, indicator: Indicator, before: str) -> bool:
    """Whether a number that follows an indicator is none of it. before: the words between them."""
    return bool(
        indicator.not_before.match(low, number.end, stop)
        or indicator.of_part.search(low, opening_of_clause(low, begin, number.begin), number.begin)
        or _NOT_REACHED.search(before)
        or _OF_EARLIER.search(before)  # "(cùng kỳ năm trước tăng 5,1 %)"
        or _OF_WHAT_IT_IS_ABOVE.search(before)
        or gaps.concludes(before)
        or (number.dimension == "money" and gaps.demands(before))
        # "không còn hộ nghèo, 100 % các cháu được đi học"
        or (number.core == "%" and before.endswith(", ") and _OF_WHAT_FOLLOWS.match(low, number.end, stop))
    )


def is_what_the_law_asks(number: Number, indicator: Indicator) -> bool:
    """Whether it is the half of votes that something needs: "trên 50 % số phiếu"."""
    of_votes = indicator.nature == "event" and number.core == "%"
    return of_votes and bool(number.approx) and number.value == _THRESHOLD


def opening_of_clause(low: str, begin: int, at: int) -> int:
    """Return where the clause begins that `at` is in: at ";", a full stop or "trong đó"."""
    return max((match.start() for match in _OPENS_CLAUSE.finditer(low, begin, at)), default=begin)
