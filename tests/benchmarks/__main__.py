"""`python -m tests.benchmarks`: how fast the app is, side by side with others."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.arena import Arena, arena
from tests.benchmarks.comparing import Plan, compare
from tests.benchmarks.figures import Figure, as_json, machine, table
from tests.benchmarks.history import fill
from tests.benchmarks.keeping import keep
from tests.benchmarks.weight import weigh
from tests.benchmarks.writing import write

MANY_DRAFTS = 100_000
INTERACTIONS_FOR_MEMORY = 10_000
REPEATS = 500


def main() -> None:
    """Measure, print, and write what was asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    asked.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    asked.add_argument(
        "--rounds", type=int, default=Plan.rounds, help="of each contestant (default %(default)s)"
    )
    given = asked.parse_args()
    plan = Plan(rounds=given.rounds)
    before = machine()
    found: list[Figure] = []
    with ExitStack() as open_:
        here = open_.enter_context(arena(plan.past))
        for one in measured(here, plan):
            found.append(one)
            sys.stderr.write(f"{one.what}: {one.figure}: {one.median:.4g} {one.unit}\n")
    busy = f"load {before['load']} before, {machine()['load']} after"
    sys.stdout.write(
        f"{table(found)}\n\n{before['cpu']}, {before['cores']} cores ({busy}), {before['system']},"
        f" Python {before['python']}; {plan.rounds} rounds of {plan.seconds:g} s by turns.\n"
        + "".join(f"{why}\n" for why in here.absent)
    )
    if given.json:
        given.json.write_text(json.dumps(as_json(found, before, here.absent), indent=2, ensure_ascii=False))


def measured(here: Arena, plan: Plan) -> Iterator[Figure]:
    """Every figure, in the order of the table."""
    yield from compare(here, plan)
    yield from write(plan.rounds, REPEATS)
    yield from keep(here, plan.rounds, plan.seconds, MANY_DRAFTS)
    here.runner.run(fill(here.redis_url, plan.past))
    yield from weigh(here, plan.rounds, INTERACTIONS_FOR_MEMORY)


if __name__ == "__main__":
    main()
