"""Scripts that happen together: all of them or none, in one round trip, as with MULTI.

On a cluster it costs the same as on one server: there redis-py starts a thread for every command that it
queues for a transaction, and the whole worker waits for it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_BEGIN = """
local key, argument = 0, tonumber(ARGV[1]) * 2 + 1
local function given(number)
  local keys, arguments = {}, {}
  for place = 1, tonumber(ARGV[number * 2]) do keys[place] = KEYS[key + place] end
  for place = 1, tonumber(ARGV[number * 2 + 1]) do arguments[place] = ARGV[argument + place] end
  key, argument = key + #keys, argument + #arguments
  return keys, arguments
end
"""

_NEXT = """
do
  local function step(KEYS, ARGV)
    %s
  end
  if step(given(%d)) == false then return 0 end
end
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A script with its keys and arguments; when it returns false, none that follows happens."""

    script: str
    keys: Sequence[str]
    arguments: Sequence[Any] = ()


def together(*steps: Step) -> tuple[Any, ...]:
    """What EVAL takes for these steps; it gives 1, or 0 when one of them returned false."""
    counts = [count for step in steps for count in (len(step.keys), len(step.arguments))]
    keys = [key for step in steps for key in step.keys]
    arguments = [argument for step in steps for argument in step.arguments]
    script = _joined(*(step.script for step in steps))
    return script, len(keys), *keys, len(steps), *counts, *arguments


@functools.cache
def _joined(*scripts: str) -> str:
    steps = (_NEXT % (script, number) for number, script in enumerate(scripts, 1))
    return _BEGIN + "".join(steps) + "return 1"
