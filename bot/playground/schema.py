"""Small checks that combine into a description of what a piece of JSON may look like.

A check takes a value and a pointer to it and yields one sentence for each thing that is wrong.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]
Check = Callable[[Any, str], Iterator[str]]


def finding(what: str, pointer: str) -> str:
    """Words one finding the way Slack does, with the place it is about."""
    return f"[ERROR] {what} [json-pointer:{pointer}]"


def string(most: int, least: int = 1) -> Check:
    """A string of so many characters."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield finding("must be a string", pointer)
        elif len(value) < least:
            yield finding(f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            yield finding(f"must be less than {most + 1} characters", pointer)

    return check


def pattern(regex: str, what: str) -> Check:
    """A string of a certain form."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(regex, value):
            yield finding(f"must be {what}", pointer)

    return check


def flag(value: Any, pointer: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield finding("must be true or false", pointer)


def integer(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield finding(f"must be a whole number from {least} to {most}", pointer)

    return check


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield finding(f"must be one of {', '.join(allowed)}", pointer)

    return check


def items(check_item: Check, least: int, most: int) -> Check:
    """A list of so many things, each of which passes a check."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield finding("must be a list", pointer)
            return
        if len(value) < least:
            yield finding(f"no fewer than {least} items allowed", pointer)
        if len(value) > most:
            yield finding(f"no more than {most} items allowed", pointer)
        for index, item in enumerate(value):
            yield from check_item(item, f"{pointer}/{index}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield finding("must be an object", pointer)
            return
        for name in required:
            if value.get(name) is None:
                yield finding(f"missing required field: {name}", pointer)
        for name, field in value.items():
            if name not in known:
                yield finding(f"no such field: {name}", pointer)
            elif field is not None or name not in required:
                yield from known[name](field, f"{pointer}/{name}")

    return check


def kind(checks: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` says which of several checks holds for it."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        name = value.get("type") if isinstance(value, dict) else None
        if not isinstance(name, str) or name not in checks:
            yield finding(f"unsupported {what}: {name}", pointer)
            return
        without_type = {field: content for field, content in value.items() if field != "type"}
        yield from checks[name](without_type, pointer)

    return check


def also(*checks: Check) -> Check:
    """Everything that several checks find."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        for each in checks:
            yield from each(value, pointer)

    return check


def exactly_one(*names: str) -> Check:
    """An object that has one of these fields and not two."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and sum(value.get(name) is not None for name in names) != 1:
            yield finding(f"must have exactly one of {', '.join(names)}", pointer)

    return check


def at_least_one(*names: str) -> Check:
    """An object that has one or more of these fields."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and all(value.get(name) is None for name in names):
            yield finding(f"must have at least one of {', '.join(names)}", pointer)

    return check
