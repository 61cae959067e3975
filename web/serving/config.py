"""gunicorn's configuration: read by the arbiter at its start and at SIGHUP (web/serve.py starts it).

The arbiter loads as little of ours as can be: what it has loaded stays as it is when a new release is installed, while
its workers load everything else anew.
"""

import logging
import shutil
from typing import Any

from gunicorn import glogging

from web.serving import METRICS_DIRECTORY

PACKAGE = __name__.removesuffix(".config")  # "web.serving", or within the wheel's one package

wsgi_app = f"{PACKAGE}.application:application()"
worker_class = f"{PACKAGE}.worker.WaitressWorker"
timeout = 20  # seconds without a sign of life: then the worker is replaced
graceful_timeout = 30  # a little more than the longest answer (web/http/deadline.py)
control_socket_disable = True
proc_name = "hoinghi"


class logger_class(glogging.Logger):
    """Writes what gunicorn tells into our log; that processes come and go by themselves is no news."""

    def setup(self, cfg: Any) -> None:
        from logs import set_up

        set_up(cfg.loglevel, as_json=cfg.env.get("HOINGHI_LOG_JSON") == "1")
        self.error_log = self.access_log = logging.getLogger(PACKAGE)

    def info(self, msg: str, *args: Any, **kwargs: Any) -> None:
        self.debug(msg, *args, **kwargs)

    def reopen_files(self) -> None:
        """There are none."""

    def close_on_exec(self) -> None:
        """There are none."""

    def access(self, *args: Any) -> None:
        """web/http/access_log.py writes these lines."""


def when_ready(arbiter: Any) -> None:
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    print(f"hoinghi: http://{f'[{host}]' if ':' in host else host}:{port}/  (Ctrl+C to stop)", flush=True)


def child_exit(arbiter: Any, worker: Any) -> None:
    if directory := arbiter.cfg.env.get(METRICS_DIRECTORY):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid, directory)  # type: ignore[no-untyped-call]


def on_exit(arbiter: Any) -> None:
    if directory := arbiter.cfg.env.get(METRICS_DIRECTORY):
        shutil.rmtree(directory, ignore_errors=True)
