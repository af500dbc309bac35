"""What was drafted lately, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.ladder import Outcome
from bot.surfaces import reminders
from bot.surfaces.text import escape, section, small

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.catalogue import Catalogue
    from bot.localization import Language
    from bot.records import Record


def build(records: Sequence[Record], catalogue: Catalogue, today: date, say: Language) -> dict[str, Any]:
    """Draw the latest drafts as a message."""
    if not records:
        sentence = escape(say("history.empty"))
        return {"text": sentence, "blocks": [section(sentence)]}
    lines = "\n".join(line(record, catalogue, today, say) for record in records)
    blocks = [section(f"*{escape(say('history.title'))}*\n{lines}"), small(escape(say("draft.private")))]
    return {"text": escape(say("history.title")), "blocks": [*blocks]}


def line(
    record: Record, catalogue: Catalogue, today: date, say: Language, *, of_one_person: bool = False
) -> str:
    """One draft in mrkdwn: when, who (but among those of one person), which script, what became of it."""
    on = escape(say.day(record.on, today))
    when = f"*{on}*" if of_one_person else f"{on}  ·  *{escape(record.name or say('draft.somebody'))}*"
    return f"{when}  ·  {escape(title(record, catalogue, say))}  ·  {escape(became(record, say))}"


def title(record: Record, catalogue: Catalogue, say: Language) -> str:
    """What a draft's script is called; one that is gone goes by its id."""
    known = catalogue.get(record.script_id)
    return known.about(say.code, record.language).title if known else record.script_id


def became(record: Record, say: Language) -> str:
    """What became of a draft: whether it went, in whose words, and whether it held."""
    outcome = "edited" if record.edited and record.outcome is Outcome.SENT else str(record.outcome)
    said = say(f"outcome.{outcome}")
    return said if record.held is None else f"{said}, {reminders.held(record, say)}"
