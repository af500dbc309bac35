"""The modal in which an admin writes a script for the workspace: its texts, and how they read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.facts import EMAIL_SUBJECT
from bot.surfaces.details import block_ids, text_input, typed
from bot.surfaces.kit import ActionsBlock, Block, ButtonElement, DividerBlock, InputBlock, View
from bot.surfaces.preview import said as found
from bot.surfaces.scripts import said
from bot.surfaces.text import OPTION, bullets, escape, plain, section, small, to_read
from bot.texts import FACTS, BrokenError, words_of
from bot.trial import LONGEST_TEXT, Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.localization import Language, Languages
    from bot.trial import Sample, Trial

LONGEST_ID = 40

_MOST_SAMPLES = 20
_MOST_PREVIEWED = 20_000
"""Characters of previews: a view holds 250 kB."""

_MOST_SAID = 10


@dataclass(frozen=True, slots=True)
class Editing:
    """Which script is written in which language; travels in the private metadata.

    `seen` is the mark of what was stored when the modal was opened, `told` that of what there were doubts
    about: sent once more unchanged, it is saved.
    """

    script_id: str
    language: str
    new: bool = False
    seen: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """The modal as it came back, with the block of each input."""

    editing: Editing
    written: Written
    blocks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the editor shows: the texts, and what came of trying them out, if they were.

    `sent`: they were to be saved, so that is read first; else below, where the button was pressed.
    """

    editing: Editing
    written: Written
    voices: Sequence[str]
    title: str = ""
    replaces: bool = False
    trial: Trial | None = None
    doubts: Sequence[str] = ()
    sent: bool = False


def build(shown: Shown, say: Language, languages: Languages) -> dict[str, Any]:
    """Draw the modal."""
    editing, spoken = shown.editing, languages[shown.editing.language].own_name
    heading = say("editor.new") if editing.new else shown.title or editing.script_id
    about = say("editor.replaces" if shown.replaces else "editor.what")
    blocks: list[Block] = [section(f"*{escape(heading)}*  ·  {escape(spoken)}\n{escape(about)}")]
    if editing.new:
        blocks.append(
            _input(ids.SCRIPT_ID, say("editor.id"), say("editor.id_hint"), editing.script_id, LONGEST_ID)
        )
    blocks += [
        _input(ids.FACTS, say("editor.facts"), say("editor.facts_hint"), shown.written.facts),
        _input(
            ids.WORDS, say("editor.words", language=spoken), say("editor.words_hint"), shown.written.words
        ),
    ]
    for voice in shown.voices:
        hint = say("editor.subject_hint" if voice == EMAIL_SUBJECT else "editor.wordings_hint")
        label = say("editor.wordings", voice=_voice(voice, say))
        blocks.append(_input(ids.SPOKEN + voice, label, hint, shown.written.spoken.get(voice, "")))
    button = ButtonElement(action_id=ids.TRY_OUT, text=plain(say("editor.try_out"), OPTION))
    blocks.append(ActionsBlock(block_id=ids.TRY_OUT, elements=[button]))
    if shown.trial:
        blocks.append(DividerBlock())
        blocks.insert(1 if shown.sent else len(blocks), _verdict(shown, shown.trial, say))
        blocks += _previews(shown.trial, say) if shown.trial.samples else []
    return View(
        type="modal",
        callback_id=ids.SCRIPT_EDITOR,
        title=plain(say("editor.title")),
        submit=plain(say("editor.save_anyway" if editing.told else "edit.save")),
        close=plain(say("compose.cancel")),
        private_metadata=json.dumps(asdict(editing), separators=(",", ":")),
        blocks=blocks,
    )


def read(view: Mapping[str, Any]) -> Edited:
    """Read the modal back."""
    editing = Editing(**json.loads(view["private_metadata"]))
    now = {name: str(value) for name, value in typed(view).items()}
    script_id = now.get(ids.SCRIPT_ID, "").strip() if editing.new else editing.script_id
    spoken = {
        name.removeprefix(ids.SPOKEN): text for name, text in now.items() if name.startswith(ids.SPOKEN)
    }
    written = Written(now.get(ids.FACTS, ""), now.get(ids.WORDS, ""), spoken)
    editing = Editing(script_id, editing.language, editing.new, editing.seen, editing.told)
    return Edited(editing, written, block_ids(view))


def errors(problems: Sequence[BrokenError], edited: Edited, say: Language) -> dict[str, str]:
    """Each problem under the input it is in, where it has one: on which line, and why."""
    places = {FACTS: ids.FACTS, words_of(edited.editing.language): ids.WORDS}
    under: dict[str, str] = {}
    for problem in problems:
        action_id = places.get(problem.text, ids.SPOKEN + problem.text)
        if action_id in edited.blocks:
            line = problem.reason
            if problem.line:
                line = say("editor.line", line=problem.line, reason=problem.reason)
            under.setdefault(edited.blocks[action_id], line)
    return under


def _verdict(shown: Shown, trial: Trial, say: Language) -> Block:
    """What is wrong, or to think over, in a few lines."""
    if trial.problems:
        lines = [said(_named(problem, shown.editing.language, say), say) for problem in trial.problems]
        return section(f"*{escape(say('editor.broken'))}*\n{bullets(lines[:_MOST_SAID])}")
    if not trial.weak and not shown.doubts:
        return small(escape(say("editor.fine")))
    doubts = [
        *shown.doubts,
        *(say("editor.alike", voice=_voice(one[0], say), one=one[1], other=one[2]) for one in trial.alike),
        *(_weak(sample, say) for sample in trial.samples if sample.findings),
    ]
    heading = say("editor.think_sent" if shown.editing.told else "editor.think")
    return section(f"*{escape(heading)}*\n{bullets(doubts[:_MOST_SAID])}")


def _weak(sample: Sample, say: Language) -> str:
    """What the lint points at in a wording."""
    words = say.listed(dict.fromkeys(say("quote", text=one.words) for one in sample.findings))
    return f"{_voice(sample.voice, say)} {sample.number}: {words}"


def _previews(trial: Trial, say: Language) -> Iterator[Block]:
    yield section(f"*{escape(say('editor.preview'))}*")
    left = _MOST_PREVIEWED
    for number, sample in enumerate(trial.samples):
        left -= len(sample.text)
        if number == _MOST_SAMPLES or left < 0:
            yield small(escape(say("editor.more", n=len(trial.samples) - number)))
            return
        yield from _sample(sample, say)


def _sample(sample: Sample, say: Language) -> Iterator[Block]:
    lines = [f"*{escape(_voice(sample.voice, say))} {sample.number}*"]
    lines += [escape(found(finding, say)) for finding in sample.findings]
    yield small("\n".join(lines))
    yield to_read(sample.text)


def _named(problem: BrokenError, language: str, say: Language) -> BrokenError:
    """The same problem, with the text called as its input is."""
    names = {FACTS: say("editor.facts"), words_of(language): say("editor.words_short")}
    named = names.get(problem.text) or say("editor.wordings", voice=_voice(problem.text, say))
    return BrokenError(named, problem.line, problem.reason)


def _voice(voice: str, say: Language) -> str:
    if voice == EMAIL_SUBJECT:
        return say("editor.subject")
    return say(f"channel.{voice}" if voice in {"short", "points"} else f"tone.{voice}")


def _input(action_id: str, label: str, hint: str, text: str, longest: int = LONGEST_TEXT) -> InputBlock:
    return InputBlock(
        block_id=action_id,
        label=plain(label),
        hint=plain(hint),
        element=text_input(action_id, text, longest=longest, multiline=longest == LONGEST_TEXT),
    )
