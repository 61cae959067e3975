import threading
from dataclasses import dataclass

from web.http.expensive import ALERTS, EXPORTS, ORDINARY, RightOfWay, pool_of
from web.serving.pools import FairQueue


@dataclass
class Waiting:
    client: str
    number: int


def test_clients_have_their_turn_one_after_the_other() -> None:
    queue = FairQueue()
    for client, number in (("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1), ("b", 2)):
        queue.append(Waiting(client, number))
    served = [queue.popleft() for _ in range(len(queue))]
    assert [(one.client, one.number) for one in served] == [
        *(("a", 1), ("b", 1), ("c", 1)),
        *(("a", 2), ("b", 2), ("a", 3)),
    ]
    assert not queue


def test_which_requests_are_expensive() -> None:
    assert pool_of("GET", "/export.csv") == pool_of("GET", "/so-lieu.jsonl") == EXPORTS
    assert pool_of("POST", "/theo-doi") == ALERTS
    assert pool_of("GET", "/theo-doi") == pool_of("GET", "/api/search") == pool_of("POST", "/csv") == ORDINARY


def test_an_export_waits_for_ordinary_requests_and_not_for_ever() -> None:
    way, went_on = RightOfWay(), threading.Event()

    def export() -> None:
        way.give_way(60)
        went_on.set()

    with way.ordinary():
        thread = threading.Thread(target=export)
        thread.start()
        assert not went_on.wait(0.2)
        way.give_way(0.01)  # returns: else this test would never end
    assert went_on.wait(60)
    thread.join()
