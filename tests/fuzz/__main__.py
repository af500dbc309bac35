"""Search for inputs that a parser cannot take: `python -m tests.fuzz [target …] [-- options of libFuzzer]`.

Each target starts from its corpus. What is found goes into the corpus, and stays there once the fault is
mended; what is only new goes into `build/fuzz`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import atheris
import structlog

CORPUS = Path(__file__).parent / "corpus"
SCRATCH = Path("build/fuzz")


def search(name: str, options: list[str]) -> None:
    """Search one target in this process, which ends with it."""
    with atheris.instrument_imports(include=["bot", "tomllib"]):
        from tests.fuzz.targets import TARGETS, any_target  # noqa: PLC0415 (it is instrumented here)

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("CRITICAL"))
    atheris.Setup([sys.argv[0], *options], TARGETS.get(name, any_target))
    atheris.Fuzz()


def search_each(names: list[str], options: list[str]) -> int:
    """Search some targets in a process each; how many ended with something found."""
    found = 0
    for name in names:
        corpus, scratch = CORPUS / name, SCRATCH / name
        scratch.mkdir(parents=True, exist_ok=True)
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
        command = [sys.executable, "-m", "tests.fuzz", name, "--", *options, f"-artifact_prefix={corpus}/"]
        found += subprocess.run([*command, str(scratch), str(corpus)], check=False).returncode != 0
    return found


def main() -> int:
    """Search the targets that are named, or all of them."""
    cut = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    names, options = sys.argv[1:cut], sys.argv[cut + 1 :]
    if len(names) == 1 and options:
        search(names[0], options)
    return search_each(names or sorted(path.name for path in CORPUS.iterdir()), options)


if __name__ == "__main__":
    sys.exit(main())
