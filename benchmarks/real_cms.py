"""The field kit and a crawl on two content systems that others made, filled with the sample articles.

    python benchmarks/real_cms.py [FOLDER]      FOLDER: for their packages and pages (default: a temporary one)

Wagtail with the blog Puput (its templates, tags, pager and feed; a server that draws each page anew) and Pelican with
its own theme (static pages). Both come from PyPI into an environment of their own; half a minute, 300 MB.
For each: the table that `hoinghi sources try` proposes, then a crawl by that table from its start page alone, against
the truth: which articles came, with which title and text.
"""

import functools
import http.server
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from pathlib import Path
from statistics import mean

from report import ROOT, write

sys.path.insert(0, str(ROOT))

from crawl.archive.archive import Archive
from crawl.fetch.crawler import crawl
from crawl.fetch.limits import Limits
from crawl.fetch.progress import no_progress
from crawl.registry.sources import source_from_table
from crawl.registry.validation import problems_of
from crawl.trial.confidence import doubts, grade
from crawl.trial.proposal import as_toml, proposed
from crawl.trial.visit import source_to_try, visit
from tests.crawl.sites.likeness import token_f1, true_text
from tests.crawl.sites.sample_article import SampleArticle, as_read, load_articles

PACKAGES = ("puput==2.2.0", "wagtail==6.4.2", "pelican[markdown]==4.12.0")
ARTICLES = 40
HOST = "127.0.0.51"
SETTINGS = """
from pathlib import Path
BASE_DIR = Path(__file__).parent
SECRET_KEY = "a key for pages that nobody else sees"
DEBUG = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
WAGTAIL_SITE_NAME = "Trang mẫu Wagtail"
WAGTAILADMIN_BASE_URL = "http://127.0.0.51"
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
INSTALLED_APPS = [
    "wagtail.contrib.forms", "wagtail.contrib.redirects", "wagtail.contrib.sitemaps", "wagtail.contrib.routable_page",
    "wagtail.embeds", "wagtail.sites", "wagtail.users", "wagtail.snippets", "wagtail.documents", "wagtail.images",
    "wagtail.search", "wagtail.admin", "wagtail", "modelcluster", "taggit", "wagtailmarkdown", "puput",
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.sitemaps",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.debug", "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages",
    ]},
}]
PUPUT_AS_PLUGIN = False
"""
FILL = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
sys.path.insert(0, os.getcwd())
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import datetime
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Page, Site
from puput.models import BlogPage, EntryPage
owner = get_user_model().objects.create_superuser("bientap", "bientap@mau.example", "x")
owner.first_name, owner.last_name = "Ban", "biên tập"
owner.save()
root = Page.get_first_root_node()
root = Page.objects.get(pk=root.pk)
blog = root.add_child(instance=BlogPage(title="Tin tức tỉnh mẫu", slug="tin-tuc", num_entries_page=8, owner=owner))
Site.objects.all().delete()
home = Page.objects.get(pk=blog.pk)
Site.objects.create(hostname="127.0.0.51", port=int(sys.argv[2]), root_page=home, is_default_site=True)
for entry in json.load(open(sys.argv[1])):
    blog.add_child(instance=EntryPage(
        title=entry["title"], slug=entry["slug"], body=entry["body"], excerpt=entry["lede"],
        date=timezone.make_aware(datetime.fromisoformat(entry["date"])), owner=owner))
"""


def chosen() -> list[SampleArticle]:
    """Return sample articles with a day of publication, each title once."""
    known: dict[str, SampleArticle] = {}
    for article in load_articles():
        if article.published_at and not article.has("attachment"):
            known.setdefault(article.title, article)
    return list(known.values())[:ARTICLES]


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@contextmanager
def wagtail(folder: Path, python: Path, articles: list[SampleArticle]) -> Iterator[str]:
    """Serve a Wagtail site of its own; give its address."""
    port = free_port()
    folder.mkdir()
    folder.joinpath("settings.py").write_text(SETTINGS, "utf-8")
    folder.joinpath("urls.py").write_text("from puput.urls import urlpatterns  # noqa: F401\n", "utf-8")
    folder.joinpath("fill.py").write_text(FILL, "utf-8")
    entries = [
        {
            "title": article.title,
            "slug": f"bai-{number}-{article.slug}"[:200],
            "lede": f"<p>{escape(article.lede)}</p>" if article.lede else "",
            "body": "".join(f"<p>{escape(text)}</p>" for text in filter(None, [article.lede, *article.paragraphs])),
            "date": article.published_at.strftime("%Y-%m-%dT%H:%M:%S"),  # type: ignore[union-attr]
        }
        for number, article in enumerate(articles)
    ]
    folder.joinpath("entries.json").write_text(json.dumps(entries), "utf-8")
    subprocess.run([python, "fill.py", "entries.json", str(port)], cwd=folder, check=True)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(folder)}
    command = [python, "-m", "django", "runserver", "--noreload", f"{HOST}:{port}"]
    server = subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        yield waited_for(f"http://{HOST}:{port}/")
    finally:
        server.terminate()
        server.wait()


@contextmanager
def pelican(folder: Path, python: Path, articles: list[SampleArticle]) -> Iterator[str]:
    """Serve the pages that Pelican makes; give their address."""
    content = folder / "content"
    content.mkdir(parents=True)
    for number, article in enumerate(articles):
        text = "\n\n".join(filter(None, [article.lede, *article.paragraphs])).replace("*", "\\*").replace("_", "\\_")
        content.joinpath(f"{number}.md").write_text(
            f"Title: {article.title}\nDate: {article.published_at:%Y-%m-%d %H:%M}\nCategory: Tin tức\n"
            f"Slug: bai-{number}-{article.slug}\n\n{text}\n",
            "utf-8",
        )
    port = free_port()
    folder.joinpath("pelicanconf.py").write_text(
        f"AUTHOR = 'Ban biên tập'\nSITENAME = 'Trang mẫu Pelican'\nSITEURL = 'http://{HOST}:{port}'\nPATH = 'content'\n"
        "TIMEZONE = 'Asia/Ho_Chi_Minh'\nDEFAULT_LANG = 'vi'\nDEFAULT_PAGINATION = 8\n",
        "utf-8",
    )
    command = [python, "-m", "pelican", "content", "-s", "pelicanconf.py", "-o", "output", "-q"]
    subprocess.run(command, cwd=folder, check=True)
    handler = functools.partial(_Quiet, directory=str(folder / "output"))
    server = http.server.ThreadingHTTPServer((HOST, port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{port}/"
    finally:
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""


def waited_for(url: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5):
                return url
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{url} does not answer")


def measured(name: str, start: str, articles: list[SampleArticle], folder: Path) -> list[object]:
    """Try a site, crawl it by the proposed table, and compare with the truth."""
    trial = visit(replace(source_to_try(start, []), delay_seconds=0))
    table = as_toml(proposed(trial))
    print(f"\n{name}\n\n{table}")
    tables = tomllib.loads(table)["source"]
    if problems := problems_of(tables, None):
        sys.exit("\n".join(problems))
    source = replace(source_from_table(tables[0]), delay_seconds=0.0)
    (summary,) = crawl([source], folder, limits=Limits(), all_=True, progress=no_progress).sources
    print(summary.in_words(), *summary.notes, sep="\n    ")
    with Archive(folder, read_only=True) as archive:
        stored = {as_read(archived.article.title): archived.article for archived in archive.articles()}
    found = [article for article in articles if as_read(article.title) in stored]
    likeness = [
        token_f1(f"{stored[as_read(a.title)].lede}\n{stored[as_read(a.title)].body}", true_text(a)) for a in found
    ]
    others = len(stored) - len(found)
    doubted = grade(doubts(trial))
    return [
        name,
        len(articles),
        len(found),
        others,
        f"{mean(likeness or [0]):.3f}",
        f"{min(likeness or [0]):.3f}",
        doubted,
    ]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hoinghi-cms-") as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        python = folder / "venv" / "bin" / "python"
        if not python.exists():
            print(f"installing {', '.join(PACKAGES)} into {python.parents[1]}")
            subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        articles = chosen()
        systems: dict[str, Callable[[Path, Path, list[SampleArticle]], object]] = {
            "Wagtail 6.4, blog Puput 2.2": wagtail,
            "Pelican 4.12": pelican,
        }
        rows = []
        for number, (name, serve) in enumerate(systems.items()):
            with tempfile.TemporaryDirectory() as work, serve(Path(work) / "site", python, articles) as start:  # type: ignore[attr-defined]
                rows.append(measured(name, start, articles, Path(work) / f"data-{number}"))
    header = ("system", "articles", "found", "other pages stored", "mean F1", "worst F1", "confidence of the trial")
    write(
        "real_cms",
        "Two content systems, tried and crawled from their start page",
        header,
        rows,
        __doc__.split("\n\n")[-1],
    )


if __name__ == "__main__":
    main()
