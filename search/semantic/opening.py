"""The settings → what reads meanings over a data directory; nothing where it is off or cannot be had."""

import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from search.semantic.encoders import Encoder, EncoderUnavailable, open_encoder
from search.semantic.hybrid import Meaning
from search.semantic.store import VectorStore, store_path

log = logging.getLogger(__name__)


def encoder_of(variables: Mapping[str, str]) -> Encoder | None:
    """Return the encoder that the settings name, None for none. Raises EncoderUnavailable."""
    setting = variables.get("HOINGHI_ENCODER", "")
    key, model = variables.get("HOINGHI_ENCODER_KEY", ""), variables.get("HOINGHI_ENCODER_MODEL", "")
    return open_encoder(setting, key=key, model=model)


def store_of(data_dir: Path, encoder: Encoder) -> VectorStore:
    return VectorStore(store_path(data_dir, encoder.name), encoder.name, encoder.dimension)


def open_meaning(data_dir: Path, variables: Mapping[str, str]) -> Meaning | None:
    """Return what reorders answers by meaning; None where it is off or cannot be had, which is logged."""
    try:
        encoder = encoder_of(variables)
    except EncoderUnavailable as error:
        log.warning("answered by words alone: %s", error)
        return None
    return None if encoder is None else Meaning(encoder, store_of(data_dir, encoder))


def said_of(data_dir: Path, variables: Mapping[str, str], documents: int) -> str:
    """Return a line for `hoinghi status`: what is read by meaning, and how far it is. documents: in the index."""
    setting = variables.get("HOINGHI_ENCODER", "")
    if not setting:
        return "tìm theo nghĩa: tắt (hoinghi config: encoder)"
    try:
        encoder = encoder_of(variables)
        known = store_of(data_dir, encoder).known() if encoder is not None else {}
    except (EncoderUnavailable, sqlite3.Error) as error:
        return f"tìm theo nghĩa: không dùng được ({error})"
    whole = sum(is_whole for _, is_whole in known.values())
    name = encoder.name if encoder is not None else ""
    return f"tìm theo nghĩa: {name}, {len(known):,} / {documents:,} bài đã đọc mở đầu, {whole:,} bài đọc hết"
