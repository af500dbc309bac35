"""One set of numbers for several workers."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import share_metrics

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def shared_metrics() -> Iterator[None]:
    """Keep the numbers in a new folder for as long as the app runs; before `bot.metrics` is imported.

    https://prometheus.github.io/client_python/multiprocess
    """
    folder = Path(tempfile.mkdtemp(prefix="decline-metrics-"))
    share_metrics(folder)
    owner = os.getpid()
    try:
        yield
    finally:
        if os.getpid() == owner:  # a worker that ends leaves through here too
            shutil.rmtree(folder, ignore_errors=True)
