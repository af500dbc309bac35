"""The plain core without a server: a draft, and what a message seems to be, against bare Jinja2."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import product

from jinja2 import Environment

from bot.drafting import Request, compose
from bot.filling import values
from bot.paths import TEMPLATES
from bot.suggest import Suggester
from tests.benchmarks.figures import Figure, figure, ratio
from tests.benchmarks.history import shipped
from tests.benchmarks.interactions import MESSAGE


def write(rounds: int, repeats: int) -> Iterator[Figure]:
    """Time both by turns; the repeats of a round take a moment together."""
    suggester = Suggester.load(TEMPLATES / "suggest")
    today = date(2027, 3, 3)
    requests = [*_requests(today)]
    bare = [_bare(one) for one in requests]
    plain = Environment(autoescape=False).from_string(MESSAGE)
    drafts = ([lambda one=one: compose(one) for one in requests], bare)
    messages = ([lambda: suggester.suggest(MESSAGE, None, today=today)], [plain.render])
    for what, (ours, theirs) in (("compose, a draft", drafts), ("suggest, 300 characters", messages)):
        times = [(_each(ours, repeats), _each(theirs, repeats)) for _ in range(rounds + 1)][1:]
        mine, jinja = zip(*times, strict=True)
        yield figure(what, "Decline", "µs", mine, scale=1e6)
        yield figure(what, "bare Jinja2, the same text", "µs", jinja, scale=1e6)
        yield ratio(what, "against bare Jinja2", mine, jinja)


def _requests(today: date) -> Iterator[Request]:
    """A draft of each script that writes one, in each language and tone."""
    for script in shipped().scripts.values():
        if script.facts.form == "message":
            for language, tone in product(script.words, script.facts.tones):
                read, _ = values(script, script.examples(language))
                yield Request(script, language, "Ana", today, tone, details=read)


def _bare(request: Request) -> Callable[[], str]:
    """Jinja2's own rendering of the same block with the same values."""
    template = request.script.templates[request.language]
    block = template.blocks[request.script.wordings(request.language, request.tone)[0].block]
    given = {one.id: request.details.get(one.id) for one in request.script.facts.details}
    given |= {"name": request.name, "_language": request.language, "_today": request.today, "_address": ""}
    return lambda: "".join(block(template.new_context(given)))


def _each(calls: Sequence[Callable[[], object]], repeats: int) -> float:
    begun = time.perf_counter()
    for _ in range(max(1, repeats // len(calls))):
        for call in calls:
            call()
    return (time.perf_counter() - begun) / (max(1, repeats // len(calls)) * len(calls))
