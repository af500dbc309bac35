"""What Redis holds about people is sealed, for one place and with keys that can be rotated."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stores.encryption import UnreadableError, Vault, as_text, new_key, own_keys

OLD, NEW, OTHER = (new_key() for _ in range(3))


@given(st.text(), st.binary())
def test_what_was_sealed_opens_in_its_place(place: str, value: bytes):
    """Any value comes back as it was."""
    vault = Vault([OLD])

    assert vault.open(place, vault.seal(place, value)) == value


def test_a_sealed_value_may_be_text():
    """What travelled in a button opens as well."""
    vault = Vault([OLD])

    assert vault.open("here", as_text(vault.seal("here", b"value"))) == b"value"


def test_a_sealed_value_does_not_open_elsewhere():
    """A value cannot be passed off in another place."""
    vault = Vault([OLD])

    with pytest.raises(UnreadableError, match="there"):
        vault.open("there", vault.seal("here", b"value"))


def test_a_sealed_value_shows_nothing():
    """Neither the value nor the place can be read, and the same value never looks the same twice."""
    vault = Vault([OLD])

    one, two = vault.seal("here", b"a secret" * 9), vault.seal("here", b"a secret" * 9)

    assert b"secret" not in one
    assert b"here" not in one
    assert one != two


@pytest.mark.parametrize("position", [0, 1, 13, -1])
def test_a_tampered_value_is_unreadable(position: int):
    """One changed character is noticed."""
    sealed = bytearray(Vault([OLD]).seal("here", b"value"))
    sealed[position] = ord("A") if sealed[position] != ord("A") else ord("B")

    with pytest.raises(UnreadableError):
        Vault([OLD]).open("here", bytes(sealed))


@pytest.mark.parametrize("nonsense", ["", "nonsense", "ünïcode", b"", b"\xff\x00"])
def test_nonsense_is_unreadable(nonsense: str | bytes):
    """What was never sealed is answered with the same error."""
    with pytest.raises(UnreadableError):
        Vault([OLD]).open("here", nonsense)


def test_a_new_key_in_front_still_opens_the_old_values():
    """Rotation: the keys are newest first, and every one of them opens."""
    sealed = Vault([OLD]).seal("here", b"value")

    assert Vault([NEW, OLD]).open("here", sealed) == b"value"


def test_the_newest_key_seals():
    """After rotation, new values need the new key alone."""
    sealed = Vault([NEW, OLD]).seal("here", b"value")

    assert Vault([NEW]).open("here", sealed) == b"value"
    with pytest.raises(UnreadableError):
        Vault([OLD]).open("here", sealed)


def test_another_key_opens_nothing():
    """Without the key there is no value."""
    with pytest.raises(UnreadableError):
        Vault([OTHER]).open("here", Vault([OLD]).seal("here", b"value"))


def test_marks_stay_when_a_key_is_added():
    """People are found again after rotation."""
    assert Vault([NEW, OLD]).mark("person", "UANA") == Vault([OLD]).mark("person", "UANA")


def test_marks_depend_on_the_key():
    """Without the key nobody can tell whom a mark stands for, not even by trying all ids."""
    assert Vault([OTHER]).mark("person", "UANA") != Vault([OLD]).mark("person", "UANA")


def test_marks_keep_their_parts_apart():
    """Two parts are not the same as one."""
    vault = Vault([OLD])

    assert (
        len({vault.mark("ab", "c"), vault.mark("a", "bc"), vault.mark("abc"), vault.mark("a", "b", "c")}) == 4
    )


def test_own_keys_are_made_once(tmp_path: Path):
    """An installation finds the key it made."""
    made = own_keys(tmp_path / "new" / "folder")

    assert own_keys(tmp_path / "new" / "folder") == made
    assert Vault(made).open("here", Vault(made).seal("here", b"value")) == b"value"


def test_own_keys_are_for_their_owner_only(tmp_path: Path):
    """Nobody else on the machine can read the file."""
    own_keys(tmp_path)

    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o600]


def test_two_installations_have_two_keys(tmp_path: Path):
    """No key is built in."""
    assert own_keys(tmp_path / "one") != own_keys(tmp_path / "two")


def test_a_sealed_value_costs_little():
    """A short value grows by the nonce, the tag and a byte: a million drafts are a million times that."""
    vault = Vault([OLD])

    assert len(vault.seal("here", b'"situation":"one_off","kind":"introduction"')) < 40


@pytest.mark.parametrize("key", ["", "short", "A" * 43, "ünïcode", "A" * 40])
def test_a_key_that_is_none_is_refused(key: str):
    """A typing error is said when the app starts."""
    with pytest.raises(ValueError, match="32 bytes"):
        Vault([key])
