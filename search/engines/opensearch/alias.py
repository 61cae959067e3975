"""The generations of an index: an alias carries its name, and points to the one that readers see.

The first is made together with the alias, so that two processes that begin at once get the same. A rebuild fills the
next one unseen; then the alias is moved and the old one removed in one step.
"""

import logging
import secrets
import time
from dataclasses import dataclass
from typing import Any

from opensearchpy import exceptions

from search.engines.opensearch.cluster import Cluster, Pauses
from search.engines.opensearch.mapping import MADE_BY, index_body, marker
from search.errors import IndexUnavailable

ABANDONED_AFTER_SECONDS = 24 * 3600.0  # a generation that never got the alias: its rebuild was killed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Generation:
    """An index that readers see. is_current: of the layout that this program writes."""

    index: str
    shards: int
    replicas: int
    is_current: bool


class Alias:
    def __init__(self, cluster: Cluster) -> None:
        self._cluster, self._indices = cluster, cluster.client.indices
        self.address = cluster.address
        self.name = cluster.address.name

    def current(self) -> Generation | None:
        """Return the generation that readers see, None if there is none. Raises IndexUnavailable if it is not ours."""
        self._cluster.major()
        try:
            found: dict[str, Any] = self._cluster.call(self._indices.get, index=self.name)
        except exceptions.NotFoundError:
            return None
        if len(found) != 1 or self.name in found:
            what = "an index, not an alias" if self.name in found else f"an alias of {len(found)} indices"
            raise self._foreign(what)
        ((index, body),) = found.items()
        meta = body.get("mappings", {}).get("_meta", {})
        if meta.get("made_by") != MADE_BY:
            raise self._foreign(f'an alias of "{index}", which hoinghi has not made')
        settings = body["settings"]["index"]
        is_current = meta.get("layout") == marker()["layout"]
        return Generation(index, int(settings["number_of_shards"]), int(settings["number_of_replicas"]), is_current)

    def make_first(self) -> None:
        """Make the first generation with its alias; where another process has just done so, that is as good."""
        index = f"{self.name}-first"
        try:
            self._create(index, self.address.replicas, {self.name: {}})
        except _Exists:
            if self.current() is None:
                raise IndexUnavailable(
                    f'"{index}" is there, but the alias "{self.name}" is not: put it back '
                    f'(POST _aliases) or delete "{index}", then run "hoinghi index" again'
                ) from None

    def make_next(self) -> str:
        """Make a generation that nobody sees yet; return its name."""
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime())
        index = f"{self.name}-{stamp}-{secrets.token_hex(3)}"
        self._create(index, 0 if self.address.replicas_last else self.address.replicas)
        return index

    def make_copies(self, index: str) -> None:
        """Give a generation the replicas that it was filled without, and wait until they are there."""
        if not (self.address.replicas_last and self.address.replicas):
            return
        body = {"index": {"number_of_replicas": self.address.replicas}}
        self._cluster.call(self._indices.put_settings, index=index, body=body)
        pauses = Pauses(self._cluster.patience_seconds)
        while True:
            health = self._cluster.call(self._cluster.client.cluster.health, index=index)
            if health["status"] == "green":
                return
            if health["initializing_shards"]:  # a large copy takes as long as it takes
                pauses = Pauses(self._cluster.patience_seconds)
            if not pauses.wait():
                log.warning("%s: there are too few nodes for %d replicas", self.address, self.address.replicas)
                return

    def show(self, index: str) -> None:
        """Let readers see this generation instead of the present one, which is removed, in one step."""
        present = self.current()
        actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": self.name}}]
        if present is not None and present.index != index:
            actions.append({"remove_index": {"index": present.index}})
        self._cluster.call(self._indices.update_aliases, body={"actions": actions})
        self._remove_abandoned()

    def remove(self, index: str) -> None:
        self._cluster.call(self._indices.delete, index=index, params={"ignore_unavailable": "true"})

    def set_replicas(self, generation: Generation) -> None:
        """Bring the number of replicas in step with the address."""
        if generation.replicas != self.address.replicas:
            body = {"index": {"number_of_replicas": self.address.replicas}}
            self._cluster.call(self._indices.put_settings, index=generation.index, body=body)

    def _create(self, index: str, replicas: int, aliases: dict[str, Any] | None = None) -> None:
        body = {**index_body(self.address.shards, replicas), "aliases": aliases or {}}
        nodes = self._cluster.call(self._cluster.client.cluster.health)["number_of_data_nodes"]
        # Only what stands on several nodes from the first document on survives the loss of one.
        copies = max(min(replicas + 1, nodes), 1)
        try:
            params = {"wait_for_active_shards": str(copies)}
            self._cluster.call(self._indices.create, index=index, body=body, params=params)
        except IndexUnavailable as error:
            cause = error.__cause__
            if isinstance(cause, exceptions.RequestError) and cause.error == "resource_already_exists_exception":
                raise _Exists from error
            if isinstance(cause, exceptions.RequestError) and cause.error == "invalid_alias_name_exception":
                raise self._foreign("an index, not an alias") from error
            raise

    def _remove_abandoned(self) -> None:
        try:
            found = self._cluster.call(self._indices.get, index=f"{self.name}-*", params={"expand_wildcards": "open"})
        except exceptions.NotFoundError:
            return
        for index, body in found.items():
            ours = body.get("mappings", {}).get("_meta", {}).get("made_by") == MADE_BY
            of_this_name = index.removeprefix(f"{self.name}-").replace("-", "").isalnum() and index.count("-") <= (
                self.name.count("-") + 2
            )
            age = time.time() - int(body["settings"]["index"]["creation_date"]) / 1000
            if ours and of_this_name and not body.get("aliases") and age > ABANDONED_AFTER_SECONDS:
                self.remove(index)

    def _foreign(self, what: str) -> IndexUnavailable:
        return IndexUnavailable(
            f'{self.address}: "{self.name}" is {what}; nothing was touched: choose another name for the index'
        )


class _Exists(Exception):
    """An index of that name is there."""
