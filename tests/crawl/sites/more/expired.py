"""mau-bao-dat-mui: a newspaper whose certificate ran out yesterday."""

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from flask import Flask, Response, request

from tests.crawl.sites.builds.build import WEEKDAYS, Build
from tests.crawl.sites.sample_article import SampleArticle


class ExpiredCertificateSite(Build):
    slug = "mau-bao-dat-mui"
    page_size = 5

    def path_of(self, article: SampleArticle) -> str:
        return f"/chinh-tri/{article.slug}/{article.id}.htm"

    def write_date(self, moment: datetime) -> str:
        return f"{WEEKDAYS[moment.weekday()].title()}, {moment:%d/%m/%Y, %H:%M} (GMT+7)"

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "home", self.news)
        app.add_url_rule("/chinh-tri/", "list", self.news)
        app.add_url_rule("/chinh-tri/<slug>/<int:number>.htm", "article", self.by_number)

    def news(self) -> Response:
        return self.page("list.html", page=self.list_page(self.articles, int(request.args.get("page", 1))))

    def by_number(self, slug: str, number: int) -> Response:
        return self.article_page(self.article(str(number)))


def expired_context(host: str) -> ssl.SSLContext:
    """Return a server's TLS context with a certificate for host, an IP address, that ran out yesterday."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=366))
        .not_valid_after(now - timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:  # load_cert_chain reads files only
        path = Path(folder) / "site.pem"
        path.write_bytes(secret + certificate.public_bytes(pem))
        context.load_cert_chain(path)
    return context
