"""A process that crawls a simulated world as the scheduler does, each source when due, until its end or its death.

What is visited and when is the scheduler's own (crawl_visit, planned_visit, and that it plans anew when the clock
jumps). Its loop is not run: it visits sources in threads, each with an event loop of its own, while simulated time
passes only where the one loop that there is has nothing to do. In place of the loop stands a queue, one visit after the
other, each at the simulated moment at which it is due; sources share nothing but the archive, and no host is asked by
two. The loop itself is run over real sites by tests/crawl/fetch/test_schedule.py.

python -m tests.attacks.simulated_crawl DATA SITES DAYS KILLS SEED
"""

import heapq
import os
import sys
import threading
from pathlib import Path

from crawl.archive.archive import Archive
from crawl.archive.health import RUNS_LOOKED_AT
from crawl.fetch.schedule import crawl_visit, planned_visit
from crawl.registry.sources import Source
from tests.attacks.simulated_server import WorldServer
from tests.attacks.simulated_world import START, World, world
from tests.crawl.sites.simulated_time import SimulatedTime

LOG = "requests.log"
RESTART_SECONDS = 60.0  # what starts a process again after it died waits so long


def crawl_world(data: Path, made: World) -> None:
    """Crawl to the end of the world, one visit after another: sources share nothing but the archive."""
    time = SimulatedTime(START, made.jumps)
    log = data / LOG
    ended = _ends(log)
    server = WorldServer(made, time, log)
    os.environ["http_proxy"] = f"http://127.0.0.1:{server.server_address[1]}"
    time.rule()
    stop = threading.Event()
    with Archive(data) as archive:

        def due(source: Source, at: float) -> float:
            time.now = at
            planned = planned_visit(source, archive.runs(source.slug, RUNS_LOOKED_AT))
            planned_at = time.reached(planned.timestamp())
            edges = [edge for edge, _ in made.jumps if at < edge < planned_at]
            return due(source, edges[0]) if edges else planned_at  # the scheduler plans anew when the clock jumps

        queue = [(due(site.source(), ended.get(site.host, START)), site.host) for site in made.sites.values()]
        heapq.heapify(queue)
        while queue:
            at, host = heapq.heappop(queue)
            if at > made.end:
                continue
            site = made.sites[host]
            time.now = at
            print(f"{(at - START) / 86400:.2f} {crawl_visit(site.source(), archive, stop)}", flush=True)
            heapq.heappush(queue, (due(site.source(), time.now), host))


def _ends(log: Path) -> dict[str, float]:
    """Return by host when it was asked last, with the time that a restart takes."""
    if not log.exists():
        return {}
    lines = (line.split() for line in log.read_text("ascii").splitlines())
    return {host: float(over) + RESTART_SECONDS for host, _, over, *_ in lines}


if __name__ == "__main__":
    crawl_world(Path(sys.argv[1]), world(*map(int, sys.argv[2:6])))
