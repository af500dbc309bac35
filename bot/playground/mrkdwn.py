"""Slack's mrkdwn and rich text as safe HTML.

Everything is escaped first; only tags written here come out. A broadcast such as <!channel> is shown as a
mention, so that one that slipped into a text can be seen.
"""

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from markupsafe import Markup, escape

from bot.playground.schema import Json

ZONE = ZoneInfo("Europe/Amsterdam")
EMOJI = {
    "wave": "👋",
    "white_check_mark": "✅",
    "warning": "⚠️",
    "bulb": "💡",
    "coffee": "☕",
    "pray": "🙏",
    "bell": "🔔",
    "lock": "🔒",
    "memo": "📝",
    "pencil2": "✏️",
    "calendar": "📅",
    "bust_in_silhouette": "👤",
}
_KEPT = re.compile(r"```(.+?)```|`([^`\n]+)`|<([^<>\n]+)>", re.DOTALL)
_MARKS = [("b", r"\*"), ("i", "_"), ("s", "~")]
_STYLES = [("bold", "b"), ("italic", "i"), ("strike", "s"), ("underline", "u"), ("code", "code")]
_DATE_FORMATS = {"date_num": "short", "date_short": "medium", "date": "long", "date_long": "full"}


class Reader:
    """Reads Slack's text for one language; `name_of` knows people and channels by id."""

    def __init__(self, name_of: Callable[[str], str | None], language: str) -> None:
        self._name_of = name_of
        self._language = language

    def mrkdwn(self, text: str) -> Markup:
        """A mrkdwn text."""
        kept: list[Markup] = []

        def keep(match: re.Match[str]) -> str:
            block, code, reference = match.groups()
            if block:
                kept.append(_tag("pre", _plain(block.strip("\n"))))
            elif code:
                kept.append(_tag("code", _plain(code)))
            else:
                kept.append(self._reference(reference))
            return f"\ue000{len(kept) - 1}\ue001"

        bare = _KEPT.sub(keep, re.sub("[\ue000\ue001]", "", text))
        lines = _quoted(bare.split("\n"))
        return _html(re.sub("\ue000(\\d+)\ue001", lambda match: kept[int(match[1])], lines))

    def plain(self, text: str) -> Markup:
        """A plain text, in which only emoji codes and new lines mean something."""
        return _html(_emoji(str(escape(text))).replace("\n", "<br>"))

    def rich(self, element: Json) -> Markup:
        """One element of a rich_text block."""
        kind = element["type"]
        if kind == "rich_text_list":
            items = [_tag("li", self._parts(item["elements"])) for item in element["elements"]]
            tag = "ol" if element["style"] == "ordered" else "ul"
            return _tag(tag, Markup().join(items), f"indent-{element.get('indent', 0)}")
        tag = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}.get(kind, "p")
        return _tag(tag, self._parts(element["elements"]))

    def moment(self, ts: str) -> str:
        """The time of a message."""
        return str(format_time(_when(ts), "short", locale=self._language, tzinfo=ZONE))

    def _parts(self, parts: list[Json]) -> Markup:
        return Markup().join(self._styled(part) for part in parts)

    def _styled(self, part: Json) -> Markup:
        shown = self._part(part)
        for style, tag in _STYLES:
            if part.get("style", {}).get(style):
                shown = _tag(tag, shown)
        return shown

    def _part(self, part: Json) -> Markup:
        kind = part["type"]
        if kind == "text":
            return _html(str(escape(part["text"])).replace("\n", "<br>"))
        if kind == "link":
            return _link(part["url"], part.get("text") or part["url"])
        if kind == "emoji":
            return escape(EMOJI.get(part["name"], f":{part['name']}:"))
        if kind == "date":
            return escape(self._date(str(part["timestamp"]), part["format"], part.get("fallback", "")))
        if kind == "broadcast":
            return self._mention(f"!{part['range']}", None)
        sign = "@" if kind == "user" else "#"
        return self._mention(f"{sign}{part['user_id' if kind == 'user' else 'channel_id']}", None)

    def _reference(self, reference: str) -> Markup:
        target, _, label = reference.partition("|")
        if target.startswith("!date^"):
            _, timestamp, pattern, *_ = target.split("^")
            return escape(self._date(timestamp, _unescaped(pattern), _unescaped(label)))
        if target[0] in "@#!":
            return self._mention(target, label or None)
        return _link(_unescaped(target), _unescaped(label or target))

    def _mention(self, target: str, label: str | None) -> Markup:
        sign, who = target[0], target[1:]
        if sign == "!":
            return _tag("span", escape(f"@{who.partition('^')[0]}"), "mention broadcast")
        return _tag("span", escape(f"{sign}{self._name_of(who) or label or who}"), "mention")

    def _date(self, timestamp: str, pattern: str, fallback: str) -> str:
        try:
            when = _when(timestamp)
        except (ValueError, OverflowError):
            return fallback

        def token(match: re.Match[str]) -> str:
            name = match[1].removesuffix("_pretty")
            if name in ("time", "time_secs"):
                return str(format_time(when, "short" if name == "time" else "medium", locale=self._language))
            form = _DATE_FORMATS.get(name)
            return str(format_date(when, form, locale=self._language)) if form else match[0]

        return re.sub(r"\{(\w+)\}", token, pattern)


def _quoted(lines: list[str]) -> str:
    html: list[str] = []
    quote: list[str] = []
    for line in [*lines, ""]:
        if line.startswith(("&gt;", ">")):
            quote.append(_marked(re.sub(r"^(&gt;|>) ?", "", line)))
            continue
        if quote:
            html.append(f"<blockquote>{'<br>'.join(quote)}</blockquote>")
            quote = []
        html.append(_marked(line))
    shown = "<br>".join(html[:-1] if html[-1] == "" else html)
    return shown.replace("</blockquote><br>", "</blockquote>").replace("<br><blockquote>", "<blockquote>")


def _marked(line: str) -> str:
    html = _emoji(str(escape(_unescaped(line))))
    for tag, mark in _MARKS:
        pattern = rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?!\w)"
        html = re.sub(pattern, rf"<{tag}>\1</{tag}>", html)
    return html


def _emoji(html: str) -> str:
    return re.sub(r":([a-z0-9_+-]+):", lambda match: EMOJI.get(match[1], match[0]), html)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _plain(text: str) -> Markup:
    return escape(_unescaped(text))


def _html(text: str) -> Markup:
    """Marks a text as HTML; whoever calls this has escaped it."""
    return Markup(text)  # noqa: S704 (the one place where this is decided)


def _tag(tag: str, content: Markup, classes: str = "") -> Markup:
    attribute = Markup(' class="{}"').format(classes) if classes else Markup()
    return Markup("<{0}{1}>{2}</{0}>").format(tag, attribute, content)


def _link(url: str, label: str) -> Markup:
    if not re.match(r"(https?://|mailto:)", url):
        return escape(label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label)


def _when(timestamp: str) -> datetime:
    return datetime.fromtimestamp(float(timestamp), ZONE)
