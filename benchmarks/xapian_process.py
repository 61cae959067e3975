"""Xapian in a process of the system's Python: reads JSON lines, answers JSON lines. Started by benchmarks/peers.py.

{"id", "title", "province_now", "year", "fields": {name: "terms with spaces"}}    a document; no answer
{"commit": true}                                                                   → {"done": true}
{"terms": [[field, term, weight], …], "top": 10}                                   → {"ids": […]}
"""

import json
import sys

try:
    import xapian
except ImportError:
    print(json.dumps({"ready": False}), flush=True)
    sys.exit()

LONGEST_TERM_BYTES = 240  # Xapian's limit is 245
K1, B = 1.2, 0.75


def prefixed(letters: dict, field: str, term: str) -> str:
    """Return a term of a field; Xapian tells fields apart by capitals before the term."""
    letter = letters.setdefault(field, chr(ord("A") + len(letters)))
    return (letter + term).encode()[:LONGEST_TERM_BYTES].decode(errors="ignore")


def add(database: "xapian.WritableDatabase", letters: dict, row: dict) -> None:
    document = xapian.Document()
    document.set_data(json.dumps([row["id"], row["title"]]))
    document.add_value(0, row["province_now"])
    document.add_value(1, row["year"])
    for field, text in row["fields"].items():
        counts: dict = {}
        for term in text.split():
            counts[term] = counts.get(term, 0) + 1
        for term, count in counts.items():
            document.add_term(prefixed(letters, field, term), count)
    database.add_document(document)


def search(database: "xapian.Database", letters: dict, terms: list, top: int) -> list:
    parts = [
        xapian.Query(xapian.Query.OP_SCALE_WEIGHT, xapian.Query(prefixed(letters, field, term)), weight)
        for field, term, weight in terms
    ]
    enquire = xapian.Enquire(database)
    enquire.set_weighting_scheme(xapian.BM25Weight(K1, 0, 1, B, 0.0))
    enquire.set_query(xapian.Query(xapian.Query.OP_OR, parts))
    spies = [xapian.ValueCountMatchSpy(slot) for slot in (0, 1)]
    for spy in spies:
        enquire.add_matchspy(spy)
    matches = enquire.get_mset(0, top, database.get_doccount())
    for spy in spies:
        {item.term: item.termfreq for item in spy.values()}
    return [json.loads(match.document.get_data())[0] for match in matches]


def main(folder: str) -> None:
    print(json.dumps({"ready": True}), flush=True)
    database = xapian.WritableDatabase(folder, xapian.DB_CREATE_OR_OPEN)
    letters: dict = {}
    for line in sys.stdin:
        message = json.loads(line)
        if "terms" in message:
            ids = search(database, letters, message["terms"], message["top"])
            print(json.dumps({"ids": ids}), flush=True)
        elif "commit" in message:
            database.commit()
            print(json.dumps({"done": True}), flush=True)
        else:
            add(database, letters, message)


if __name__ == "__main__":
    main(sys.argv[1])
