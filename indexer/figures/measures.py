"""What a number is: level, growth, share of a plan, gap to it, share of a whole, rank; result, estimate or target."""

import re
from dataclasses import dataclass

_STOP = (
    r"(?<!\w)(?:tăng|giảm|đạt|bằng|vượt|ước|chiếm|trong đó|và|gấp|xếp|đứng|cao hơn|thấp hơn|còn|riêng|mới|là|thu|"
    r"tỷ lệ|nhưng|do|vì|bởi|nhờ|song|mặc dù|dẫn đến|để|khi|nên|thì|theo|ông|bà|đã|cho|đồng chí|trong khi|nhằm)(?!\w)"
)
# What follows a number and says against what it is measured
_TAIL = re.compile(
    r"\s*+(?:\(?\s*+(?P<yearly>/năm|mỗi năm|một năm|hằng năm|hàng năm))?"
    r"\s*+(?P<words>(?:so với|so|với|của|trong|trên|tổng|số|kế hoạch|kh|dự toán|chỉ tiêu|mục tiêu|cùng kỳ|"
    r"nghị quyết|cả nước|gdp|grdp|nhiệm vụ|tháng trước|quý trước|năm trước|bình quân)(?!\w)"
    rf"(?:(?!{_STOP})(?:năm \d{{4}}|quý \w+|\d{{4}}|\d+ tháng|tháng \d+(?:/\d{{4}})?|[^,.;()\d]))*)"
)
PLAN = re.compile(r"(?<!\w)(?:kế hoạch|kh|dự toán|chỉ tiêu|mục tiêu|nghị quyết|nhiệm vụ|kịch bản)(?!\w)")
_EARLIER = re.compile(
    r"(?:cùng kỳ|tháng trước|quý trước|năm trước|năm ngoái|tháng \d+|quý (?:iv|iii|ii|i|\d)|năm \d{4}|(?:19|"
    r"20)\d\d|đầu năm|cuối năm|đầu nhiệm kỳ|nhiệm kỳ trước|đầu kỳ|kỳ trước|cùng thời|giai đoạn|thời điểm|"
    r"tháng cùng)"
)
_WHOLE = re.compile(
    r"(?:tổng số|số xã|số đại biểu|tổng|grdp|gdp|cơ cấu|cả nước|số phiếu|số hộ|dân số|toàn tỉnh|số (?:trường|"
    r"đơn vị|người))"
)
_AVERAGE = re.compile(r"(?:bình quân|trung bình|mức)(?: chung)?(?: của)?(?: cả| chung)?")
_MEAN_GROWTH = re.compile(r"\s*mức tăng(?: trưởng)? bình quân[^,.;()\d]*")
_CENTRAL = re.compile(r"(?:trung ương|t\.?ư|tw|thủ tướng|chính phủ|bộ tài chính|quốc hội|bộ kế hoạch)")
_PROVINCIAL = re.compile(r"(?:tỉnh|hđnd|hội đồng nhân dân|ubnd|thành phố|địa phương)")
_UP_OR_DOWN = re.compile(
    r"(?<!không )(?<!chưa )(?P<word>tăng trưởng|tăng|(?<!\w)(?:giảm|sụt giảm|giảm sút))"
    r"(?P<more>\W*(?:tương đối|khá|mạnh|nhẹ|cao|bình quân|trung bình|thêm|ước|đạt|là|ở mức|mức|hàng năm|"
    r"hằng năm|mỗi năm|khoảng|gần|trên|hơn|dưới|được|chậm|trưởng|thấp|tới|đến|chỉ|xấp xỉ|tương ứng|đến mức|"
    r"ước đạt|ước tính|lần lượt|trong kỳ|âm|dương|(?:so với |so )?cùng kỳ(?: năm (?:trước|ngoái|\d{4}))?|"
    r"so với (?:năm|tháng|quý) trước|so với (?:năm \d{4}|đầu năm|đầu nhiệm kỳ))?)*\W*$"
)
_THEN_LEVEL = re.compile(r",\s*(?:ước |chỉ |đã )*(?:đạt|ước|là|ở mức|khoảng)(?!\w)")
_TO = re.compile(
    r"(?<!\w)(?:(?:tăng|nâng|giảm|hạ|kéo giảm|đưa|rút)(?:\s\w+){0,5}\s)?(?:lên|xuống còn|xuống|còn|đạt mức|"
    r"thành)(?:\W*(?:tới|đến|khoảng|gần|trên|hơn|dưới|mức|còn|là|chỉ|trung bình))*\W*$"
)
_FROM = re.compile(r"(?<!\w)từ(?:\W*(?:mức|khoảng|gần|trên|hơn|dưới|chỉ))*\W*$")
_THEN_TO = re.compile(r"[^.;()\d]{0,20}(?:năm \d{4}|đầu nhiệm kỳ)?\)?[^.;()\d]{0,20}(?:lên|xuống|còn|đến|thành)(?!\w)")
_BEYOND = re.compile(
    r"(?<!\w)(?P<word>vượt|cao hơn|thấp hơn|hụt|thiếu|không đạt|thấp)(?P<than>\W*(?:so với )?(?:"
    r"(?:kế hoạch|dự toán|chỉ tiêu|mục tiêu|nghị quyết)(?: năm| cả năm| đề ra| được giao| giao| trung ương|"
    r" hđnd tỉnh)*|cùng kỳ(?: năm (?:trước|ngoái|\d{4}))?|năm trước|"
    r"(?:mức )?bình quân(?: chung)?(?: của)?(?: cả)?(?: nước)?))?"
    r"(?:\W*(?:mức|trên|gần|hơn|khoảng|là|tới|xa|tới mức))*\W*$"
)
_SHARE = re.compile(
    r"(?<!\w)(?:chiếm(?: tỷ trọng| tỷ lệ| khoảng)?|tỷ trọng|đóng góp|tỷ lệ)(?:\W*(?:là|đạt|khoảng|gần|trên|hơn|"
    r"tới|đến|dưới|cao|ước|trong))*\W*$"
)
_TIMES = re.compile(r"(?<!\w)(?:gấp|tăng|cao gấp|bằng)(?:\W*(?:khoảng|gần|trên|hơn|tới))*\W*$")
# "vị trí thứ 3", "vị trí 12"; not "theo vị trí" (of the price of land), nor "vị trí 2 đường Lê Lợi" (an address)
RANK = re.compile(
    r"(?<!\w)(?:đứng|xếp|vị trí(?= thứ| số)|(?<!theo )vị trí(?! \d+ (?:đường|phố|khu))|thứ hạng|hạng|vị thứ|"
    r"xếp hạng)(?:\W*(?:ở|vị trí|vị thứ|hạng|thứ hạng|thứ|là|"
    r"toàn quốc|cả nước|trong))*\W*$"
)
_EQUAL = re.compile(r"(?<!\w)(?:bằng|tương đương|đạt)(?:\W*(?:khoảng|gần|trên|hơn|tới|chỉ|mới))*\W*$")


@dataclass(frozen=True, slots=True)
class Tail:
    """What follows a number: words as read, where they end, and what they are about (plan, earlier, whole, average)."""

    words: str
    end: int
    about: str
    assigned_by: str
    yearly: bool


def tail_at(low: str, end: int, stop: int) -> Tail:
    if average := _MEAN_GROWTH.match(low, end, stop):
        return Tail(average[0].strip(), average.end(), "average", "", False)
    match = _TAIL.match(low, end, stop)
    if not match:
        yearly = re.match(r"\s*(?:/năm|mỗi năm|một năm|hằng năm|hàng năm)", low[end : end + 12])
        return Tail("", end, "", "", bool(yearly))
    words = match["words"].rstrip(" -")
    about = ""
    if PLAN.search(words) and not re.match(r"so với cùng kỳ", words):
        about = "plan"
    elif _AVERAGE.search(words) and not _EARLIER.search(words):
        about = "average"
    elif _EARLIER.search(words) and not words.startswith(("trong", "của năm", "trên", "với năm")):
        about = "earlier"
    elif words.startswith(("so với cả nước", "so với mức", "so với bình", "với mức")):
        about = "average"
    elif _WHOLE.search(words):
        about = "whole"
    if not about:
        return Tail("", end, "", "", bool(match["yearly"]))
    assigned = ""
    if about == "plan":
        assigned = "central" if _CENTRAL.search(words) else "province" if _PROVINCIAL.search(words) else ""
    return Tail(words, match.start("words") + len(words), about, assigned, bool(match["yearly"]))


@dataclass(frozen=True, slots=True)
class Measure:
    """name: as in figure.py, "" where it cannot be told. sign: -1 for a fall. clear: by its own words."""

    name: str
    sign: int = 1
    clear: bool = True


NONE = Measure("")


def _about(words: str) -> str:
    return "plan" if PLAN.search(words) else "average" if "bình quân" in words else "earlier"


def measure_of(before: str, dimension: str, tail: Tail, default: str, signed: bool = False) -> Measure:
    """Return what a number is.

    before: the words between it and what came before it, in the sentence; its own "trên", "gần" are not among them.
    default: what a bare percentage of the indicator means. signed: a + or - stands before it.
    """
    if RANK.search(before):
        return Measure("rank")
    to, from_ = _TO.search(before), _FROM.search(before)
    up = None if to or from_ else _UP_OR_DOWN.search(before)
    if up and dimension not in ("percent", "points", "times") and _THEN_LEVEL.search(up[0]):
        up = None  # "tăng mạnh, đạt 5.000 tỷ đồng"
    beyond = None if is_aim_right_before(before) else _BEYOND.search(before)
    if dimension == "times" and tail.about in ("average", "whole"):
        return Measure("comparison")
    if dimension == "times":
        if tail.about == "plan":
            return Measure("plan_share")
        return Measure("growth") if _TIMES.search(before) else NONE
    about = tail.about or (_about(beyond["than"]) if beyond and beyond["than"] else "")
    if beyond and beyond["than"] and about == "plan" and beyond["word"] != "vượt" and dimension == "percent":
        return NONE  # "thấp hơn mục tiêu 6 %": the gap, or the aim
    sign = -1 if up and up["word"] in ("giảm", "sụt giảm", "giảm sút") else 1
    if about == "plan" and (up or beyond) and dimension in ("percent", "points", "money", "count", "mass"):
        below = beyond is not None and beyond["word"] in ("thấp hơn", "hụt", "thiếu", "thấp", "không đạt")
        return Measure("plan_gap", -1 if below else sign)
    if beyond and beyond["word"] == "vượt" and dimension in ("percent", "money", "count", "mass"):
        return Measure("plan_gap", 1, False) if about in ("", "plan") else NONE
    if beyond and about in ("average", "earlier", "whole"):
        return Measure("comparison") if about != "earlier" else Measure("growth", -1 if "thấp" in beyond["word"] else 1)
    if beyond:
        return NONE
    if dimension in ("percent", "points"):
        if tail.about == "plan":
            return Measure("plan_share") if dimension == "percent" else NONE
        if up and tail.about == "average":
            return Measure("comparison")
        if up:
            return Measure("growth", sign)
        of_the_nation = tail.words.removeprefix("của ").startswith("cả nước")  # "đạt 23,9 % cả nước"
        if _SHARE.search(before) or (tail.about == "whole" and (default != "growth" or of_the_nation)):
            return Measure("share" if default != "level" or "chiếm" in before or "đóng góp" in before else "level")
        if tail.about == "earlier" and _EQUAL.search(before):
            return Measure("base_share")
        if tail.about == "earlier" and default == "growth" and signed:
            return Measure("growth")
        if default == "level":
            return Measure("level")
        if default:
            return Measure(default, 1, False)
        return NONE
    if up:
        return Measure("growth", sign)
    if re.search(r"(?<!\w)thêm\W*(?:được\W*)?$", before):
        return Measure("growth")
    return Measure("level")


def is_start_of_change(before: str, after: str) -> bool:
    """Whether a number is the first of "từ A (năm x) lên B (năm y)"."""
    return bool(_FROM.search(before) and _THEN_TO.match(after))


# "vượt chỉ tiêu", "so với kế hoạch": after these a plan is what was reached is measured against
_AFTER_THESE = (
    *(
        "so với ",
        "vượt ",
        "thấp hơn ",
        "cao hơn ",
        "chưa đạt ",
        "không đạt ",
        "đạt ",
        "% ",
        "các ",
        "hoàn thành ",
        "vượt các ",
        "bằng ",
        "của ",
        "một số ",
        "những ",
    ),
    *("theo ", "nhiều ", "với ", "số ", "chương trình ", "vượt mức ", "một trong ", r"\d ", r"\d\d "),
)
_NOT_AIM = "".join(f"(?<!{words})" for words in _AFTER_THESE)
_AIM = re.compile(
    rf"phấn đấu|đặt mục tiêu|mục tiêu là|{_NOT_AIM}mục tiêu(?! quốc gia| kép)|{_NOT_AIM}chỉ tiêu(?! kinh tế|"
    rf" cơ bản| quan trọng| đạt| không đạt| chưa đạt| giao quân| đã)|dự kiến|cam kết|quyết tâm|hướng tới|"
    rf"{_NOT_AIM}(?:kế hoạch|dự toán|chỉ tiêu|kịch bản)(?: thu| chi| vốn| ngân sách| nhà nước| của tỉnh|"
    rf" tăng trưởng| được giao| trung ương| hđnd tỉnh| năm| cả năm| \d{{4}}| tỉnh| trên địa bàn)* (?:là|giao|"
    rf"đề ra|đạt|phải|xây dựng)(?!\w)|"
    r"đề ra (?:chỉ tiêu|mục tiêu|kế hoạch|nhiệm vụ)|(?:được|đã) giao (?:dự toán |chỉ tiêu )?thu|"
    r"thủ tướng[^,;]{0,20} giao cho|quy hoạch đến năm|nâng (?:cao )?năng (?:suất|lực)|"
    r"(?<!đáp ứng )(?<!theo )(?<!các )(?<!những )yêu cầu|triển vọng|"
    r"thu[^,;.\d]{0,30} được giao (?:là|gần|trên|hơn|khoảng)|"
    r"(?<!được )(?<!% )(?<!\d )giao (?:dự toán|chỉ tiêu|kế hoạch)(?! đã)|đề ra\s*:|(?<!\w)năm tới(?!\w)|"
    r"(?:^\W*|[,;]\s*)theo (?:kế hoạch|dự toán|chỉ tiêu)(?! đề ra)[^,;]{0,30},|"
    r"(?:được|đã) giao (?:giải ngân|kết nạp|chi)(?!\w)|"
    r"(?<!\w)cần (?:phải |tiếp tục )?(?:giải ngân|thu|tăng|huy động|kết nạp)(?!\w)|"
    r"(?<!\w)(?:từ năm sau|sang năm)(?!\w)|(?<!so )(?<!\w)với mục tiêu(?!\w)|"
    r"^\W*(?:kịch bản|(?:nhiệm vụ|mục tiêu|chỉ tiêu|phương hướng|định hướng|kế hoạch|dự kiến|dự báo)[^:.;]{0,50}:)|"
    r"(?<!\w)(?:mong|mong muốn|hy vọng|tin tưởng|tin rằng)(?!\w)|(?<!vượt )nghị quyết (?:đại hội )?(?:đề ra|đặt ra)|"
    r"được (?:\w+ ){0,4}giao (?:xây dựng|thực hiện|hoàn thành|phát triển|giải quyết|trồng)(?!\w)|"
    r"(?<!\w)hứa (?:năm|đến|sẽ|trong|từ)(?!\w)|phải đạt|để (?:đạt|hoàn thành) (?:kế hoạch|mục tiêu|chỉ tiêu)|"
    r"(?<!\w)sẽ(?!\w)|đăng ký thực hiện|"
    r"xác định (?:mục tiêu|chỉ tiêu)|(?:nêu|đề ra|đặt ra|đưa ra|xác định)(?: ra)? (?:\d+|các|những|nhiều)(?: nhóm)? "
    r"(?:mục tiêu|chỉ tiêu)(?! đã| đạt)|quyết nghị|giao chỉ tiêu|"
    r"bảo đảm đến|đảm bảo đến|đề nghị|đề xuất|"
    r"theo hướng|công suất|thiết kế|cần đạt|nhằm đạt|chỉ tiêu chủ yếu|kỳ vọng|dự báo"
)
_REACHED = re.compile(
    r"(?<!\w)(?:đã đạt|đã thực hiện|thực hiện được|thực hiện đạt|kết quả|ước đạt|ước tính|ước thực hiện|ước|"
    r"đã(?! đề| đặt| xác| giao| cam| yêu| phấn)|thực tế|cơ bản hoàn thành|(?:mới|đã) hoàn thành|đến nay|"
    r"kết nạp được)(?!\w)"
)
_ESTIMATED = re.compile(r"(?<!\w)(?:ước|ước tính|dự ước|ước đạt|ước thực hiện)(?!\w)")
_AIM_RIGHT_BEFORE = re.compile(
    r"(?:\(|/|,|;|^|trong khi|còn|nghị quyết|\bso với)\s*(?:kế hoạch|kh|chỉ tiêu|mục tiêu|nghị quyết|ct|"
    r"dự toán)(?: năm)?(?: \d{4})?(?: đề ra| giao| là| năm|:)*\s*$|"
    r"(?:vượt|so với|hơn)(?: mức)? (?:kế hoạch|chỉ tiêu|mục tiêu|dự toán|nghị quyết)(?: năm| đề ra|"
    r" được giao| đại hội)*\s*\(\s*$"
)
_DISPUTED = re.compile(
    r"nhưng (?:thực tế|thực chất|thật ra|con số thật)|không chính xác|chưa chính xác|chứ không phải|"
    r"(?:là|chưa|không) (?:hoàn toàn )?(?:không |chưa )?đúng(?! (?:quy|đối|tiến|hạn|mục|thẩm|định|kế|thời|với quy|"
    r"theo|nguyên|chế|trình))(?= (?:sự thật|thực tế|số|bản chất|với)|[^\w ]|$)|(?:là|hoàn toàn) (?:sai|bịa đặt)"
    r"(?= sự thật|[^\w ]|$)|không có cơ sở|không phải là|bị bác|phản bác|nghi ngờ"
)
_DENIED = re.compile(r"(?<!\w)(?:bác bỏ (?:thông tin|số liệu|con số|tin)|không đúng khi|tin đồn|không có chuyện)(?!\w)")
# Said of what the sentence before states
_DENIED_AFTER = re.compile(
    r"\W*(?:đây|(?:con số|số liệu|thông tin|tin)(?: (?:này|đó|trên|ấy|nói trên|vừa nêu))?)[^.;]{0,40}?"
    r"(?:không chính xác|chưa chính xác|không đúng|chưa đúng|không có cơ sở|(?:là|hoàn toàn) (?:sai|bịa đặt))(?!\w)"
)
FURTHEST_DENIAL = 150  # characters after a sentence in which the next may deny it
_ORDERED = re.compile(
    r"\W*(?:làm tốt|thực hiện tốt|tiếp tục|tập trung|tăng cường|đẩy mạnh|quan tâm|chủ động|rà soát|khẩn trương)(?!\w)"
)
_TOLD = re.compile(r"(?<!\w)(?:đã|được|đạt|kết quả|có|ước|tăng|giảm|thu hút|còn)(?!\w)")


def is_ordered(clauses: str) -> bool:
    """Whether a sentence up to a number is an order and tells nothing that was done."""
    return bool(_ORDERED.match(clauses)) and not _TOLD.search(clauses)


# "đạt và vượt 15/18 chỉ tiêu chủ yếu", "hoàn thành các chỉ tiêu chủ yếu": aims that were kept, no new ones
_KEPT_AIMS = re.compile(
    r"(?<!\w)(?P<words>(?:(?:\d+\s?/\s?|(?<!để )(?:đạt|vượt|hoàn thành) )\d+|"
    r"(?:đạt và vượt|đã (?:đạt|hoàn thành))(?: các| tất cả các| toàn bộ các)?) (?:nhóm )?)chỉ tiêu chủ yếu"
)


def is_aim(clauses: str) -> bool:
    """Whether the words of a sentence up to a number speak of what is aimed at and not of what was reached."""
    if "chỉ tiêu chủ yếu" in clauses:
        clauses = _KEPT_AIMS.sub(r"\g<words>", clauses)
    aims = list(_AIM.finditer(clauses))
    return bool(aims) and not _REACHED.search(clauses, aims[-1].end())


_ANNOUNCES_AIMS = re.compile(
    r"(?<!\w)(?:nêu|đề ra|đặt ra|đưa ra|xác định|thông qua|quyết định)[^.;]{0,30}"
    r"(?<!\w)(?:chỉ tiêu|mục tiêu|kế hoạch|dự toán)(?!\w)"
)
_KEPT = re.compile(r"(?<!\w)(?:đạt|vượt|hoàn thành|kết quả|thực hiện)(?!\w)")


def announces_aims(sentence: str) -> bool:
    """Whether a sentence says that aims follow, and nothing of what was reached."""
    found = _ANNOUNCES_AIMS.search(sentence)
    return found is not None and not _KEPT.search(sentence, found.start())


def is_reached(words: str) -> bool:
    """Whether the words of a sentence up to a number say that it was reached."""
    return bool(_REACHED.search(words))


def is_aim_right_before(words: str) -> bool:
    """Whether a number is given as the plan of what stands before it: "(kế hoạch 85 %)"."""
    return bool(_AIM_RIGHT_BEFORE.search(words))


def is_estimated(words: str) -> bool:
    return bool(_ESTIMATED.search(words))


def last_estimate(words: str) -> int:
    """Return where words say last that something is estimated, -1 if nowhere."""
    return max((match.start() for match in _ESTIMATED.finditer(words)), default=-1)


def disputed_until(low: str, begin: int, stop: int) -> int:
    """Return up to where the numbers of a sentence are what it disputes; begin if none."""
    if _DENIED.search(low, begin, stop) or _DENIED_AFTER.match(low, stop, stop + FURTHEST_DENIAL):
        return stop
    match = _DISPUTED.search(low, begin, stop)
    return match.start() if match else begin


def names_aims(heading: str) -> bool:
    """Whether a line that announces others announces aims."""
    return bool(re.search(r"(?:chỉ tiêu|mục tiêu|phấn đấu|kế hoạch năm|nhiệm vụ)", heading)) and not re.search(
        r"(?:kết quả|thực hiện (?:các )?(?:chỉ tiêu|mục tiêu|kế hoạch)|đạt được|tình hình)", heading
    )
