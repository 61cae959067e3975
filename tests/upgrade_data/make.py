"""Makes the data of a release, with the program of that release, for tests/test_upgrade_from_releases.py.

    python tests/upgrade_data/make.py 0.2.0 7bec100

The commit of each release is the last one that its part of CHANGELOG.md tells of. The program needs the packages of its
time besides ours: pip install 'scrapy>=2.19,<3' 'apscheduler<4' datasketch. Three pages of our own are served on a
loopback address and crawled twice, one of them changed in between; one more comes by import; the index is made; where
the release knows alerts, one is asked for and confirmed. The data directory becomes <release>.tar.gz beside this file,
with told.json: what the release itself says of it.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
HOST = "127.0.0.41"
ALERT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from web.alerts.subscriptions import Subscriptions
with Subscriptions(Path(sys.argv[1])) as subscriptions:
    now = datetime.now(UTC)
    wish = subscriptions.ask("mail", "ban.doc@thu.mau.vn", "q=giai+ngan", "daily", "vi", now)
    subscriptions.confirm(wish.id, now, 0, {})
"""


def page(number: int, share: str) -> str:
    return f"""<!doctype html><html lang="vi"><head><title>Tỉnh ủy Bắc Giang họp lần {number}</title></head><body>
<nav><a href="/">Trang chủ</a></nav><article><h1>Tỉnh ủy Bắc Giang họp lần {number} về giải ngân</h1>
<p class="date">{number + 4:02}/07/2023</p>
<p>Sáng {number + 4}/7/2023, Ban Chấp hành Đảng bộ tỉnh Bắc Giang tổ chức hội nghị lần thứ {number}, cho ý kiến về giải
ngân vốn đầu tư công và công tác cán bộ. Đồng chí Người Mẫu, Bí thư Tỉnh ủy, chủ trì hội nghị.</p>
<p>Đến cuối tháng 6, toàn tỉnh giải ngân được {share}% kế hoạch. Hội nghị yêu cầu các huyện, thị xã, thành phố rà soát
từng dự án, gỡ vướng mắc về mặt bằng và báo cáo trước ngày 20 hằng tháng. Đây là bài mẫu viết cho phần kiểm thử.</p>
</article></body></html>"""


class Site(BaseHTTPRequestHandler):
    """A list and three articles. The second one changes."""

    share = "45"

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            body = "User-agent: *\nAllow: /\n"
        elif self.path == "/":
            body = "<html><body>" + "".join(f'<p><a href="/tin/bai-{n}.html">Bài {n}</a></p>' for n in (1, 2, 3))
        elif self.path.startswith("/tin/bai-"):
            number = int(self.path[9])
            body = page(number, self.share if number == 2 else f"4{number}")
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/plain" if "robots" in self.path else "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments: object) -> None:
        pass


def make(release: str, commit: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place, data = Path(folder) / "program", Path(folder) / "data"
        place.mkdir()
        packed = subprocess.run(["git", "archive", commit], cwd=HERE.parents[1], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(place)], input=packed, check=True)
        server = ThreadingHTTPServer((HOST, 0), Site)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"{HOST}:{server.server_port}"
        registry = Path(folder) / "sources.toml"
        registry.write_text(
            f'[[source]]\nslug = "bao-mau"\nname = "Báo Mẫu"\nkind = "newspaper"\nprovince = "bac-giang"\n'
            f'hosts = ["{host}"]\nstart = ["http://{host}/"]\narticle = "/tin/bai-"\n'
            f'example = "http://{host}/tin/bai-1.html"\ndelay_seconds = 0\nsample = true\n',
            encoding="utf-8",
        )
        imported = Path(folder) / "bai.jsonl"
        line = {"id": "nhap-1", "title": "Bắc Ninh họp về giải ngân", "text": "Ngày 3/8/2023, Tỉnh ủy Bắc Ninh họp."}
        imported.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")

        def run(*arguments: str) -> str:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(place), os.environ.get("PYTHONPATH", "")))}
            done = subprocess.run(
                [sys.executable, *arguments], cwd=place, env=environment, capture_output=True, text=True, check=False
            )
            print(done.stdout[-500:], done.stderr[-1500:])
            return done.stdout

        crawl = ("hoinghi.py", "crawl", "--sources", str(registry), "--data", str(data), "--all")
        run(*crawl)
        with sqlite3.connect(data / "frontier.db") as frontier:  # due again at once
            columns = {row[1] for row in frontier.execute("PRAGMA table_info(pages)")}
            frontier.execute("UPDATE pages SET fetched_at = 0" if "fetched_at" in columns else "SELECT 1")
        frontier.close()
        Site.share = "45,5"
        run(*crawl)
        run("hoinghi.py", "import", str(imported), "--data", str(data))
        run("hoinghi.py", "index", "--data", str(data))
        if (place / "web" / "alerts").is_dir():
            run("-c", ALERT, str(data))
        told = {"found": json.loads(run("hoinghi.py", "search", "giải ngân", "--json", "--data", str(data)))["total"]}
        database = sqlite3.connect(data / "archive.db")
        told["schema"] = database.execute("PRAGMA user_version").fetchone()[0]
        told["versions"] = database.execute(
            "SELECT key, version, fetched_at, text_sha256 FROM versions ORDER BY 1, 2"
        ).fetchall()
        told["captures"] = database.execute("SELECT id, url, sha256 FROM captures ORDER BY id").fetchall()
        database.close()
        with tarfile.open(HERE / f"{release}.tar.gz", "w:gz", compresslevel=9) as tar:
            (Path(folder) / "told.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
            tar.add(data, "data")
            tar.add(Path(folder) / "told.json", "told.json")
        print(release, told, (HERE / f"{release}.tar.gz").stat().st_size)


if __name__ == "__main__":
    make(*sys.argv[1:])
