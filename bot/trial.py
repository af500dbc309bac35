"""A script on trial: what a workspace's admin wrote, tried out before anybody can draft with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from bot import voices
from bot.catalogue import NAME, Script, ScriptFacts, whole_script
from bot.drafting import CHAT, DraftingError, Request, UnwritableError, Value, compose, voice
from bot.inspection import TODAY, faults, filled, too_alike, unusable_examples
from bot.lint import Finding, Lint
from bot.proposal import LONGEST_DRAFT
from bot.texts import FACTS, BrokenError, Texts, read_toml, wordings_of, words_of

LONGEST_TEXT = 3000
"""Characters in one text: what an input of Slack's can hold."""

_MOST_TRIALS = 1200
"""Drafts made of one script in one language; one takes about a tenth of a millisecond."""


@dataclass(frozen=True, slots=True)
class Written:
    """A script as an admin edits it, in one language: facts, words, and a text for each voice."""

    facts: str
    words: str
    spoken: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One wording with the script's examples in it, and what weakens it."""

    voice: str
    number: int
    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of it.

    `texts` are those of the whole script, `voices` what it speaks with, as far as the facts can be read.
    `problems` stand in the way; their `text` is that of the facts, of the words, or a voice. `samples` and
    `alike` (a voice and two of its wordings) are for the admin to judge.
    """

    texts: Texts
    voices: tuple[str, ...] = ()
    script: Script | None = None
    problems: tuple[BrokenError, ...] = ()
    samples: tuple[Sample, ...] = ()
    alike: tuple[tuple[str, int, int], ...] = field(default=())

    @property
    def weak(self) -> bool:
        """Whether there is something to think over."""
        return bool(self.alike or any(sample.findings for sample in self.samples))


def written(texts: Texts, language: str) -> Written:
    """A script in one language, to be edited; one that it does not have yet starts from another."""
    spoken = language if language in texts.words else next(iter(texts.words), language)
    return Written(texts.facts, texts.words.get(spoken, ""), voices.split(texts.wordings.get(spoken, "")))


def voices_in(edited: Written) -> tuple[str, ...]:
    """What a script speaks with, as far as its facts can be read; else what it spoke with before."""
    try:
        return tuple(voices.voices(read_toml(FACTS, edited.facts, ScriptFacts)))
    except BrokenError:
        return tuple(edited.spoken)


def try_out(script_id: str, written: Written, language: str, others: Texts | None, lint: Lint) -> Trial:
    """Check everything of a script in one language; `others` are its texts as they were, for the rest."""
    texts = others or Texts("", {}, {})
    if too_long := tuple(_too_long(written, language)):
        return Trial(texts, problems=too_long)
    try:
        facts = read_toml(FACTS, written.facts, ScriptFacts)
    except BrokenError as error:
        return Trial(texts, problems=(error,))
    written = replace(written, spoken={one: written.spoken.get(one, "") for one in voices.voices(facts)})
    texts = Texts(
        written.facts,
        {**texts.words, language: written.words},
        {**texts.wordings, language: voices.join(written.spoken)},
    )
    trial = Trial(texts, tuple(written.spoken))
    names = {NAME: "text"} | {detail.id: detail.type for detail in facts.details}
    if problems := tuple(voices.broken(written.spoken, names)):
        return replace(trial, problems=problems)
    own = Texts(written.facts, {language: written.words}, {language: texts.wordings[language]})
    try:
        script, _ = whole_script(script_id, own)
    except BrokenError as error:
        return replace(trial, problems=(_placed(error, language, written),))
    if wrong := tuple(BrokenError(words_of(language), 0, one) for one in unusable_examples(script, language)):
        return replace(trial, problems=wrong)
    if facts.form == "checklist" and not script.words[language].checks:
        return replace(trial, problems=(BrokenError(words_of(language), 0, "a checklist needs checks"),))
    if facts.form != "message":
        return replace(trial, script=script)
    if failing := tuple(_failing(script, language, written, lint)):
        return replace(trial, problems=failing)
    return _judged(replace(trial, script=script), script, language, lint)


def _too_long(written: Written, language: str) -> Iterator[BrokenError]:
    for name, text in {FACTS: written.facts, words_of(language): written.words, **written.spoken}.items():
        if len(text) > LONGEST_TEXT:
            yield BrokenError(name, 0, f"there are more than {LONGEST_TEXT} characters")


def _placed(error: BrokenError, language: str, written: Written) -> BrokenError:
    """The same problem, with the text that was edited."""
    if error.text != wordings_of(language):
        return error
    if error.line:
        return BrokenError(*voices.place(written.spoken, error.line), error.reason)
    missing = error.reason.removeprefix("has no wording ")
    return BrokenError(missing.removesuffix("_1"), 0, "there is no wording yet")


def _failing(script: Script, language: str, written: Written, lint: Lint) -> Iterator[BrokenError]:
    """The first thing that goes wrong in each wording, whichever of its details are filled in."""
    for channel, tone, number in _wordings(script, language):
        spoken = voice(tone, channel)
        try:
            for text in _texts(script, language, channel, tone, number, lint):
                if len(text) > LONGEST_DRAFT:
                    yield BrokenError(spoken, 0, f"wording {number} is over {LONGEST_DRAFT} characters")
                    break
                if not text.strip():
                    yield BrokenError(spoken, 0, f"wording {number} can end up empty")
                    break
        except UnwritableError as error:
            at = voices.place(written.spoken, error.line) if error.line else (spoken, 0)
            yield BrokenError(*at, error.reason)
        except DraftingError as error:
            yield BrokenError(spoken, 0, str(error))


def _wordings(script: Script, language: str) -> Iterator[tuple[str, str, int]]:
    for channel in (CHAT, *script.facts.channels):
        own = voice("", channel) == channel
        for tone in script.facts.tones[: 1 if own else None]:
            for one in script.wordings(language, voice(tone, channel)):
                yield channel, tone, one.number


def _texts(script: Script, language: str, channel: str, tone: str, number: int, lint: Lint) -> Iterator[str]:
    name = script.words[language].example_name
    count = sum(1 for _ in _wordings(script, language))
    for address in lint.addresses(language) or ("",):
        for details in _choices(script, language, _MOST_TRIALS // max(count, 1)):
            request = Request(script, language, name, TODAY, tone, number, details, channel, address)
            yield compose(request).text


def _choices(script: Script, language: str, most: int) -> Iterator[dict[str, Value]]:
    """Every choice of optional details or, when that is too many: all, none, each alone and all but one."""
    every, _ = filled(script, language)
    required = {detail.id for detail in script.facts.details if detail.required}
    optional = [one for one in every if one not in required]
    sizes = (
        range(len(optional) + 1) if 2 ** len(optional) <= most else {0, 1, len(optional) - 1, len(optional)}
    )
    for size in sorted(sizes):
        for chosen in combinations(optional, size):
            yield {one: value for one, value in every.items() if one in required or one in chosen}


def _judged(trial: Trial, script: Script, language: str, lint: Lint) -> Trial:
    """How each wording reads with the examples, what the lint finds in it, and which say the same."""
    every, _ = filled(script, language)
    name = script.words[language].example_name
    address = next(iter(lint.addresses(language)), "")
    found: dict[tuple[str, int], dict[tuple[str, str], Finding]] = {}
    for fault in faults(script, language, lint):
        spoken = found.setdefault((voice(fault.tone, fault.channel), fault.number), {})
        spoken.setdefault((fault.finding.rule, fault.finding.words), fault.finding)
    samples: dict[tuple[str, int], Sample] = {}
    for channel, tone, number in _wordings(script, language):
        key = (voice(tone, channel), number)
        if channel != "email":
            request = Request(script, language, name, TODAY, tone, number, every, channel, address)
            samples[key] = Sample(*key, compose(request).text, tuple(found.get(key, {}).values()))
    alike = (
        (spoken, one, other)
        for spoken in script.facts.tones
        for one, other, _ in too_alike(script, language, spoken)
    )
    return replace(trial, samples=tuple(samples.values()), alike=tuple(alike))
