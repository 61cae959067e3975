"""A process that crawls a simulated world as the scheduler does, each source when due, until its end or its death.

python -m tests.attacks.simulated_crawl DATA SITES DAYS KILLS SEED
"""

import heapq
import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawl.archive.archive import Archive
from crawl.archive.health import RUNS_LOOKED_AT
from crawl.fetch.recrawl_interval import next_visit
from crawl.fetch.schedule import PAGES_PER_VISIT, SECONDS_PER_VISIT, crawl_visit
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

        def due(slug: str, at: float, hours: float) -> float:
            time.now = at
            runs = archive.runs(slug, RUNS_LOOKED_AT)
            budget = {"page_budget": PAGES_PER_VISIT, "time_budget": timedelta(seconds=SECONDS_PER_VISIT)}
            shown = datetime.fromtimestamp(time.shown(), UTC)
            planned = next_visit(slug, runs, timedelta(hours=hours), at=shown, **budget)  # type: ignore[arg-type]
            planned_at = time.reached(planned.timestamp())
            edges = [edge for edge, _ in made.jumps if at < edge < planned_at]
            return due(slug, edges[0], hours) if edges else planned_at  # the scheduler plans anew when the clock jumps

        queue = [
            (due(site.slug, ended.get(site.host, START), site.interval_hours), site.host)
            for site in made.sites.values()
        ]
        heapq.heapify(queue)
        while queue:
            at, host = heapq.heappop(queue)
            if at > made.end:
                continue
            site = made.sites[host]
            time.now = at
            print(f"{(at - START) / 86400:.2f} {crawl_visit(site.source(), archive, stop)}", flush=True)
            heapq.heappush(queue, (due(site.slug, time.now, site.interval_hours), host))


def _ends(log: Path) -> dict[str, float]:
    """Return by host when it was asked last, with the time that a restart takes."""
    if not log.exists():
        return {}
    lines = (line.split() for line in log.read_text("ascii").splitlines())
    return {host: float(over) + RESTART_SECONDS for host, _, over, *_ in lines}


if __name__ == "__main__":
    crawl_world(Path(sys.argv[1]), world(*map(int, sys.argv[2:6])))
