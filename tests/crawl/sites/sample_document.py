"""A sample article as the document that perfect interpretation would make of it."""

from search.document import Document
from tests.crawl.sites.sample_article import SampleArticle


def document_of(article: SampleArticle) -> Document:
    """Return the document of an article, its facts as they are in truth."""
    return Document(
        id=f"{article.site}/{article.id}",
        key=f"{article.site}-{article.id}",
        url=f"https://{article.site}.test/{article.slug}",
        title=article.title,
        text="\n\n".join(filter(None, [article.lede, article.body])),
        source=article.site,
        province_then=article.province_then,
        province_now=article.province_now,
        published=article.published[:10],
        held=article.held,
        year=article.year or None,
        kind=article.kind,
        ordinal=article.ordinal or None,
        people=article.people,
        document_numbers=article.document_numbers,
    )
