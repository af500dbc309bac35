"""Programs that run beside the benchmark, and what they cost the machine."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PATIENCE = 30.0


class DiedError(Exception):
    """A program that ended before it listened."""


@dataclass(frozen=True)
class Program:
    """A running program and all that it started."""

    pid: int
    log: IO[bytes]

    @property
    def said(self) -> str:
        """The end of what it wrote to stderr."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]

    @property
    def pids(self) -> list[int]:
        """Its processes, itself first."""
        found, grown = [self.pid], True
        parents = {int(one.name): _parent(one) for one in Path("/proc").iterdir() if one.name.isdigit()}
        while grown:
            more = [pid for pid, parent in parents.items() if parent in found and pid not in found]
            found, grown = [*found, *more], bool(more)
        return found

    @property
    def cpu_seconds(self) -> float:
        """User and system time of all its processes, with all their threads."""
        return sum(_cpu_seconds(pid) for pid in self.pids)

    @property
    def largest_memory(self) -> int:
        """Bytes that the largest of its processes has in memory."""
        return max(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE for pid in self.pids)


@contextmanager
def running(
    command: Sequence[str], port: int, cwd: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Program]:
    """A program that listens on a port, until it is no longer needed."""
    with (
        tempfile.TemporaryFile() as log,  # a pipe that nobody reads would stop it when it is full
        subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=log) as process,
    ):
        program = Program(process.pid, log)
        try:
            wait_for(port, process, program)
            yield program
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(port: int, process: subprocess.Popen[bytes], program: Program) -> None:
    """Wait until somebody listens."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise DiedError(program.said)
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.002)
    raise DiedError(f"nobody listens on {port}")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


def _stat(process: Path) -> list[str]:
    """The fields of /proc/<pid>/stat after the name, which may hold anything; none when it has ended."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(process: Path) -> int:
    return int((_stat(process) or ["", "0"])[1])


def _cpu_seconds(pid: int) -> float:
    fields = _stat(Path(f"/proc/{pid}"))
    return sum(int(one) for one in fields[11:15]) / _TICKS if fields else 0.0
