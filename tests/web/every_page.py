"""An address for every route of the site: those that answer with a page, and those that answer with anything else."""

from flask import Flask

from crawl.article import article_key

KEY = article_key("https://bao.mau.test/tin/1.html")
MEETING = "/hop/bac-giang.btv.2023-07-05"
# What a page is → its address. Figures, quotes and alerts with something to show are tested where their data is.
PAGES = {
    "home": "/",
    "results": "/?q=giai+ngan+Bac+Giang&year=2023",
    "results of a source": "/?q=giải+ngân&source=bao-mau&page=2&kind=ubnd",
    "nothing found": "/?q=xyzzy&year=2023",
    "a word that no page has": "/?q=giải+ngân+xyzzy",
    "named province": "/?q=Bắc+Giang",
    "only what is said": "/?q=giải+ngân&said=1",
    "article": f"/bai/{KEY}?q=giai+ngan",
    "versions": f"/bai/{KEY}?version=2&compare=1",
    "captured page": f"/bai/{KEY}/trang-goc",
    "meeting": MEETING,
    "meeting side by side": f"{MEETING}/doi-chieu",
    "cited document": "/van-ban/35-CT-TW",
    "traced document": "/van-ban/35-CT-TW/theo-dau",
    "person": "/nguoi/bac-giang/nguoi-mau",
    "province": "/tinh/bac-ninh",
    "former province": "/tinh/bac-giang",
    "province without pages": "/tinh/ha-noi",
    "source": "/nguon/cong-mau",
    "left out of a source": "/nguon/cong-mau/bo-lai",
    "list of provinces": "/tinh?q=hà",
    "list of people": "/nguoi",
    "list of documents": "/van-ban",
    "list of meetings": "/hoi-nghi",
    "list of sources": "/nguon",
    "indicators": "/so-lieu",
    "trends without a phrase": "/xu-huong",
    "trends": "/xu-huong?q=giải+ngân&q=hội+nghị&step=month&show=share",
    "own list": f"/danh-sach?bai={KEY}&bai={KEY}@2.3-40&ghi=x&ghi=",
    "empty list": "/danh-sach",
    "following": "/theo-doi?q=giải+ngân",
    "following confirmed too late": "/theo-doi/xac-nhan/x",
    "following ended too late": "/theo-doi/huy/x",
    "request of a reader": f"/yeu-cau?page={KEY}",
    "status": "/tinh-trang",
    "coverage": "/do-phu?q=giai+ngan",
    "samples": "/ve-du-lieu-mau",
    "for programs": "/api",
    "help": "/tro-giup",
    "about": "/gioi-thieu",
    "error": "/nowhere",
    "bad filter": "/?year=20x3",
}
FILES = (
    *("/static/hoinghi.css", "/healthz", "/robots.txt", "/opensearch.xml", "/sitemap.xml", "/sitemap-holdings.xml"),
    *("/atom?q=giải+ngân", "/quotes.atom?q=giải+ngân", "/edits.atom", "/so-lieu.atom"),
    *(
        "/export.csv?q=giải+ngân",
        "/export.jsonl?q=giải+ngân",
        "/quotes.csv?q=giải+ngân",
        "/so-lieu.csv",
        "/so-lieu.jsonl",
    ),
    *(f"/xu-huong{ending}?q=giải+ngân" for ending in (".csv", "-tinh.csv", ".svg", ".png")),
    *(f"/danh-sach.csv?bai={KEY}", "/van-ban/35-CT-TW/theo-dau.csv", f"/bai/{KEY}/ban-chup"),
    *(
        f"/api{version}{address}"
        for version in ("", "/v1")
        for address in (
            *("/search?q=giải+ngân", f"/articles/{KEY}", "/quotes?q=giải+ngân", "/figures", "/coverage", "/sources"),
            *(f"/meetings/{MEETING[5:]}", "/suggest?q=g", "/changes", "/openapi.json"),
        )
    ),
)
# A page of another site in a frame (views/test_replay.py), and what a site without a key lacks (test_signed_heads.py).
ELSEWHERE = {"replay.frame", "changes.head", "changes_v1.head"}
# Those of a site that one signs in to: members/test_accessibility.py.
OF_MEMBERS = {"administration.show", "members.form", "members.to_provider", "members.from_provider"}


def route(app: Flask, address: str) -> str:
    """Return the name of the route that answers an address."""
    return app.url_map.bind("localhost").match(address.partition("?")[0])[0]
