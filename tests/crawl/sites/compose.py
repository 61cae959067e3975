"""Compose sample articles from our own sentences: `compose.py` writes them, `compose.py --check` compares them.

plan.tsv says which articles there are (site, day, kind, topics …), frames.toml how a meeting of a kind is reported,
sentences.toml what is said on a topic, cast.toml who is who, places.toml where. Which sentences and figures an article
gets is drawn from a generator seeded with its site and id, so the same plan gives the same bytes. The truth fields are
written down while the text is put together, never read back from it.
"""

import argparse
import csv
import random
import re
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from sample_toml import MERGER, complete, dump, write

HERE = Path(__file__).parent
ARTICLES = HERE / "articles"
BYLINES = {
    "mau-cong-thai-nguyen": ["Hà Vy", "Minh Thư", "Trung Nghĩa"],
    "mau-cong-binh-phuoc": ["Tác giả bài viết: Gia Hân", "Tác giả bài viết: Quốc Thắng"],
    "mau-hdnd-nam-dinh": ["Ban biên tập"],
    "mau-bao-song-thuong": ["Tin, ảnh: Quế Lâm", "Tin, ảnh: Hải Yến", "Thế Quân"],
    "mau-bao-song-lo": ["Thu Trà", "Lan Chi", "Tin, ảnh: Việt Bắc"],
    "mau-tinh-uy-bien-dong": ["PV", "BBT", "CTV"],
}
# How a site writes a day, after "Sáng", "Chiều" or "Ngày".
DAY_FORMS = {
    "mau-cong-thai-nguyen": "ngày {d}/{m}",
    "mau-cong-binh-phuoc": "{d}-{m}",
    "mau-hdnd-nam-dinh": "ngày {d:02}/{m:02}/{y}",
    "mau-bao-song-thuong": "{d}/{m}",
    "mau-bao-song-lo": "{d}-{m}",
    "mau-tinh-uy-bien-dong": "{d}.{m}",
}
OTHER_TONE = {"Ủy": "Uỷ", "ủy": "uỷ"}
ONES = ["", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


class Draw:
    """Random choices that rest on random() alone, whose sequence Python keeps between versions."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, items: list[Any]) -> Any:
        return items[self.number(0, len(items) - 1)]

    def some(self, items: list[Any], count: int) -> list[Any]:
        """Return count different items in their own order."""
        left = list(range(len(items)))
        chosen = [left.pop(self.number(0, len(left) - 1)) for _ in range(min(count, len(left)))]
        return [items[i] for i in sorted(chosen)]


def in_words(number: int) -> str:
    """Return a number from 1 to 29 as an ordinal in words: "Mười một"."""
    tens, ones = divmod(number, 10)
    last = {(0, 1): "nhất", (0, 4): "tư", (1, 5): "lăm", (2, 1): "mốt", (2, 4): "tư", (2, 5): "lăm"}
    return f"{['', 'mười', 'hai mươi'][tens]} {last.get((tens, ones), ONES[ones])}".strip().capitalize()


class Story:
    """One article in the making: fills slots and notes every person and document it prints."""

    def __init__(self, row: dict[str, str], data: dict[str, Any]) -> None:
        self.row, self.data, self.draw = row, data, Draw(f"{row['site']}/{row['id']}")
        self.unit = data["places"][row["province"]]
        self.day = row["held"]
        era = "cu" if self.day < MERGER else "moi"
        self.cast = data["cast"][row["province"]][era]
        self.places = self.draw.some(self.unit[era], 4)
        self.documents: list[str] = []
        year, month, day = (int(part) for part in self.day.split("-"))
        city = self.day >= self.unit.get("city_since", "9999")
        nth = in_words(int(row["ordinal"])) if row["site"] == "mau-hdnd-nam-dinh" and row["ordinal"] else row["ordinal"]
        self.words = {
            "name": self.unit["name"],
            "tinh": "thành phố" if city else "tỉnh",
            "tinh_c": "Thành phố" if city else "Tỉnh",
            "organ": "Thành ủy" if city else "Tỉnh ủy",
            "tuyengiao": "Tuyên giáo" if self.day < "2025-02-01" else "Tuyên giáo và Dân vận",
            "nongnghiep": f"Nông nghiệp và {'Phát triển nông thôn' if self.day < '2025-03-01' else 'Môi trường'}",
            "place": self.places[0],
            "place2": self.places[1],
            "year": str(year),
            "next": str(year + 1),
            "prev": str(year - 1),
            "month": str(month),
            "quarter": row["period"],
            "period": row["period"] or f"năm {year}",
            "term": row["term"],
            "nth": nth,
        }
        part = self.draw.pick(["Sáng", "Chiều", "Ngày"])
        form = DAY_FORMS[row["site"]] if row["section"] != "Kho bài Hà Giang" else "{d}.{m}"
        when = f"{part} {form.format(d=day, m=month, y=year)}".replace("Ngày ngày", "Ngày")
        self.words["when"] = when

    def role(self, key: str) -> str:
        """Return "Họ tên, chức vụ" of a role key; hu1 and hu2 lead the first two places."""
        name = self.cast[key]
        if key in ("hu1", "hu2"):
            kind, _, place = self.places[0 if key == "hu1" else 1].partition(" ")
            if kind in ("thành", "thị"):
                kind, place = f"{kind} {place.partition(' ')[0]}", place.partition(" ")[2]
            if kind == "đặc":
                kind, place = "đặc khu", place.partition(" ")[2]
            committee = {"huyện": "Huyện ủy", "quận": "Quận ủy", "thị xã": "Thị ủy", "thành phố": "Thành ủy"}.get(kind)
            return f"{name}, Bí thư {committee} {place}" if committee else f"{name}, Bí thư Đảng ủy {kind} {place}"
        return f"{name}, {self.fill(self.data['frames']['roles'][key])}"

    def fits(self, sentence: str) -> bool:
        """Return whether every document that the sentence cites exists on the day of the meeting."""
        known = self.data["documents"]
        return all(
            known[key]["date"] <= self.day <= known[key].get("until", "9999")
            for key in re.findall(r"\{doc:([^}]+)\}", sentence)
        )

    def fill(self, sentence: str, **words: str) -> str:
        def one(match: re.Match[str]) -> str:
            name, *bounds = match[1].split(":")
            if name == "n":
                return f"{self.draw.number(int(bounds[0]), int(bounds[1])):,}".replace(",", ".")
            if name == "p":
                return f"{self.draw.number(int(bounds[0]), int(bounds[1]) - 1)},{self.draw.number(1, 9)}"
            if name == "doc":
                self.documents.append(bounds[0].partition("@")[0])
                return str(self.draw.pick(self.data["documents"][bounds[0]]["forms"]))
            return words.get(name) or self.words[name]

        return re.sub(r"\{([^}]+)\}", one, sentence)

    def choose(self, sentences: list[str], count: int) -> list[str]:
        return [self.fill(s) for s in self.draw.some([s for s in sentences if self.fits(s)], count)]


def paragraphs(story: Story, frame: dict[str, Any], topic: dict[str, Any], side: dict[str, Any]) -> list[str]:
    """Return the paragraphs of the report in order."""
    meeting, chair = frame["meeting"], story.role(frame["chair"])
    purpose = story.fill(topic["purpose"])
    guests = "; ".join(story.role(key) for key in frame["guests"])
    reported = story.choose(topic["report"], 3)
    says = story.choose(topic["says"], 2)
    others = [key for key in ("hu1", "hu2", "tctc", "nn", "kt") if key not in (frame["reporter"], *frame["guests"])]
    first, second = story.draw.some(others, 2)
    tasks = story.choose(topic["tasks"], 3) + story.choose(side["tasks"], 1)
    name = story.cast[frame["chair"]]
    coming = (
        [story.fill(story.data["frames"]["common"]["coming_year"])]
        if "december_next_year" in story.row["oddities"]
        else []
    )
    return [
        story.fill(frame["opening"], chair=chair, purpose=purpose),
        f"Dự {meeting} có các đồng chí: {guests}; đại diện lãnh đạo các ban, sở, ngành và cơ sở.",
        f"Báo cáo tại {meeting}, đồng chí {story.role(frame['reporter'])} cho biết: " + " ".join(reported),
        "Về các lĩnh vực liên quan, báo cáo nêu rõ: " + " ".join(story.choose(side["report"], 2)),
        f"Bên cạnh kết quả, {meeting} thẳng thắn chỉ ra hạn chế. "
        + " ".join(story.choose(topic["limits"], 2) + story.choose(side["limits"], 1)),
        f"Thảo luận, đồng chí {story.role(first)} {says[0]}. Đồng chí {story.role(second)} {says[1]}.",
        *coming,
        story.choose(frame["business"], 1)[0],
        f"Kết luận {meeting}, đồng chí {name} biểu dương những nơi làm tốt, đồng thời nêu các việc phải làm ngay. "
        + " ".join(tasks),
        story.fill(story.draw.pick(story.data["frames"]["common"]["closing"]), name=name),
    ]


def compose(row: dict[str, str], data: dict[str, Any]) -> dict[str, Any]:
    """Return the article of one row of the plan, with its truth fields."""
    story = Story(row, data)
    frame = data["frames"][row["kind"]]
    topic, side = data["topics"][row["topic"]], data["topics"][row["side"]]
    headline = story.draw.pick(topic["headline"]).replace(": ", " - ")
    purpose = story.fill(topic["purpose"])
    title = story.fill(story.draw.pick(frame["title"]), headline=headline, purpose=purpose)
    title = title[0].upper() + title[1:]
    parts = paragraphs(story, frame, topic, side)
    oddities = row["oddities"].split()
    lede = ""
    if row["site"] == "mau-cong-binh-phuoc":
        lede = parts.pop(0)
    elif row["site"] == "mau-bao-song-thuong":
        parts[0] = f"{story.unit['name'].upper()} - {parts[0]}"
    elif row["site"] == "mau-bao-song-lo":
        parts[0] = f"{'BHGM - ' if row['section'] == 'Kho bài Hà Giang' else '(BSL) - '}{parts[0]}"
    captions = ["Quang cảnh " + frame["meeting"] + "."]
    if "uy_mixed" in oddities:
        title, parts = _other_tone_mark(title), [_other_tone_mark(part) for part in parts]
    body = "\n\n".join(parts)
    text = f"{title}\n{lede}\n{body}"
    people = sorted((name for name in story.cast.values() if name in text), key=text.index)
    article = {
        "sample": True,
        "site": row["site"],
        "id": row["id"],
        "title": title,
        "section": row["section"],
        "published": row["published"],
        "held": row["held"],
        "province_then": row["province"],
        "kind": row["kind"],
        "ordinal": int(row["ordinal"] or 0),
        "term": row["term"],
        "chair": story.cast[frame["chair"]],
        "document_numbers": list(dict.fromkeys(story.documents)),
        "people": people,
        "oddities": oddities,
        "captions": captions,
        "byline": story.draw.pick(BYLINES[row["site"]]),
        "composed": True,
        "lede": lede,
        "body": body,
    }
    complete(article, data["places"])
    return article


def _other_tone_mark(text: str) -> str:
    """Return text with every second ủy written uỷ, as pages do that several hands have edited."""
    count = iter(range(len(text)))
    return re.sub("[Ủủ]y", lambda m: m[0] if next(count) % 2 else OTHER_TONE[m[0]], text)


def reprint(row: dict[str, str], data: dict[str, Any], articles: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the article that another site took over: no dateline, a credit line, a day later."""
    original = articles[row["topic"]]
    body = re.sub(r"^(?:\([A-Z]+\)|[A-ZĐẮẠÀÁÊÔƠƯỊÌ ]+) - ", "", original["body"])
    article = {
        **original,
        "site": row["site"],
        "id": row["id"],
        "published": row["published"],
        "section": row["section"],
        "oddities": row["oddities"].split(),
        "byline": "Theo báo địa phương",
        "reprint_of": row["topic"],
        "composed": True,
        "body": body,
    }
    article.pop("edit", None)
    complete(article, data["places"])
    return article


def load() -> dict[str, Any]:
    """Return the data files by name; topics are the tables of sentences.toml."""
    read = {name: tomllib.loads((HERE / f"{name}.toml").read_text("utf-8")) for name in FILES}
    return {**read, "topics": read["sentences"]}


FILES = ("sentences", "frames", "documents", "cast", "places")


def compose_all(plan: Path = HERE / "plan.tsv") -> list[dict[str, Any]]:
    """Return every composed article of the plan; reprints last, since they repeat others (also those by hand)."""
    data = load()
    with plan.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    made = [compose(row, data) for row in rows if row["kind"] != "reprint"]
    known = {f"{a['site']}/{a['id']}": a for a in made}
    for path in ARTICLES.glob("*/*.toml"):
        article = tomllib.loads(path.read_text("utf-8"))
        if not article["composed"]:
            known[f"{article['site']}/{article['id']}"] = article
    return made + [reprint(row, data, known) for row in rows if row["kind"] == "reprint"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    check = parser.parse_args().check
    different = []
    with tempfile.TemporaryDirectory() as scratch:
        for article in compose_all():
            name = write(Path(scratch) if check else ARTICLES, article).name
            committed = ARTICLES / article["site"] / name
            if check and (not committed.exists() or committed.read_text("utf-8") != dump(article)):
                different.append(f"{article['site']}/{name}")
    for name in different:
        print(f"{name}: differs from what the plan gives, run tests/crawl/sites/compose.py", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
