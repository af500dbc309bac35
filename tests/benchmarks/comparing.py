"""Interactions with the app, against the same with others: round by round, each in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.benchmarks import history
from tests.benchmarks.arena import BOLT_JS, BOLT_PYTHON, DECLINE, FLOOR, Arena, Round, open_modal
from tests.benchmarks.figures import Figure, figure, ratio
from tests.benchmarks.interactions import INTERACTIONS, Interaction

_CPU_AT_MOST = {BOLT_PYTHON: 0.5, BOLT_JS: 0.9, FLOOR: 2.5}
_P50_AT_MOST = {BOLT_PYTHON: 0.35}


@dataclass(frozen=True)
class Plan:
    """How long to measure."""

    rounds: int = 7
    seconds: float = 2.0
    past: history.Past = field(default_factory=history.Past)


def compare(arena: Arena, plan: Plan) -> Iterator[Figure]:
    """`/decline` against everybody, everything else against the floor."""
    command, *rest = INTERACTIONS
    open_modal(arena, command)
    yield from _all(command, _rounds(arena, plan, command, [*arena.contestants]), targets=True)
    for interaction in rest:
        found = _rounds(arena, plan, interaction, [DECLINE, FLOOR])
        yield from _all(interaction, found, targets=False)


def _rounds(
    arena: Arena, plan: Plan, interaction: Interaction, names: Sequence[str]
) -> dict[str, list[Round]]:
    found: dict[str, list[Round]] = {name: [] for name in names}
    for number in range(plan.rounds + 1):
        for place in range(len(names)):
            name = names[(number + place) % len(names)]
            if name == DECLINE and interaction.saves:
                arena.runner.run(history.fill(arena.redis_url, plan.past))
            measured = arena.ask(name, interaction, plan.seconds)
            if number:  # the first one warms up
                found[name].append(measured)
    return found


def _all(interaction: Interaction, found: dict[str, list[Round]], *, targets: bool) -> Iterator[Figure]:
    ours, what = found[DECLINE], interaction.name
    for name, rounds in found.items():
        yield figure(what, f"{name}: CPU", "µs", [one.cpu for one in rounds], scale=1e6)
        if name == DECLINE:
            yield figure(what, "Redis beside it: CPU", "µs", [one.redis_cpu for one in rounds], scale=1e6)
        yield figure(what, f"{name}: throughput", "/s", [one.load.per_second for one in rounds])
        for percent in (50, 99):
            seconds = [one.load.percentile(percent) for one in rounds]
            yield figure(what, f"{name}: p{percent}", "ms", seconds, scale=1e3)
    for name, rounds in found.items():
        if name == DECLINE:
            continue
        cpu, theirs = [one.cpu for one in ours], [one.cpu for one in rounds]
        yield ratio(what, f"CPU against {name}", cpu, theirs, _CPU_AT_MOST.get(name) if targets else None)
        p50, theirs = ([one.load.percentile(50) for one in each] for each in (ours, rounds))
        yield ratio(what, f"p50 against {name}", p50, theirs, _P50_AT_MOST.get(name) if targets else None)
