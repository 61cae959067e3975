"""Reads the weights of a linear-chain CRF from a CRFsuite model (format: crf1d_model.c and cqdb.c, version 100)."""

import struct
from dataclasses import dataclass

import numpy as np

HEADER = struct.Struct("<4sI4s9I")  # magic, size, type, version, counts (features, labels, attributes), 5 offsets
FEATURE = np.dtype([("type", "<u4"), ("source", "<u4"), ("target", "<u4"), ("weight", "<f8")])
STATE, TRANSITION = 0, 1
CHUNK_HEADER_BYTES = 12  # magic, size, count
DATABASE_HEADER = struct.Struct("<4s5I")  # magic, size, flag, byte order, entries, offset of the id → record table


@dataclass(frozen=True, slots=True)
class Weights:
    """state: attribute → weight of each label; transitions: float array (labels, labels), [from, to]."""

    labels: list[str]
    state: dict[str, tuple[float, ...]]
    transitions: np.ndarray


def read_weights(model: bytes) -> Weights:
    """Return the weights of a CRFsuite model; ValueError where the bytes are not such a model."""
    magic, _, kind, version, *rest = HEADER.unpack_from(model)
    _, label_count, attribute_count, features_at, labels_at, attributes_at, *_ = rest
    if (magic, kind, version) != (b"lCRF", b"FOMC", 100):
        raise ValueError(f"not a CRFsuite model: header {magic!r} {kind!r} {version}, expected b'lCRF' b'FOMC' 100")
    (feature_count,) = struct.unpack_from("<I", model, features_at + 8)
    features = np.frombuffer(model, FEATURE, feature_count, features_at + CHUNK_HEADER_BYTES)
    labels = _names(model, labels_at, label_count)
    attributes = _names(model, attributes_at, attribute_count)

    by_attribute = np.zeros((attribute_count, label_count))
    states = features[features["type"] == STATE]
    by_attribute[states["source"], states["target"]] = states["weight"]
    transitions = np.zeros((label_count, label_count))
    moves = features[features["type"] == TRANSITION]
    transitions[moves["source"], moves["target"]] = moves["weight"]
    return Weights(labels, dict(zip(attributes, map(tuple, by_attribute.tolist()), strict=True)), transitions)


def _names(model: bytes, start: int, count: int) -> list[str]:
    """Return the strings of a CQDB by id. A record is: id, length of the key with its closing NUL, key."""
    magic, _, _, _, entries, table_at = DATABASE_HEADER.unpack_from(model, start)
    if magic != b"CQDB" or entries < count:
        raise ValueError(f"damaged CRFsuite model: {magic!r} with {entries} names, expected b'CQDB' with {count}")
    names = []
    for offset in struct.unpack_from(f"<{count}I", model, start + table_at):
        (length,) = struct.unpack_from("<I", model, start + offset + 4)
        names.append(model[start + offset + 8 : start + offset + 8 + length - 1].decode("utf-8"))
    return names
