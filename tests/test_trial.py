"""A script on trial, its texts as they are edited, and what a worker holds of workspaces' scripts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from bot import workspace_scripts
from bot.added import Added
from bot.catalogue import Catalogue
from bot.lint import Lint
from bot.paths import TEMPLATES
from bot.stores.away import AwayError
from bot.stores.connection import connect
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import Vault, new_key
from bot.stores.workspaces import Workspaces
from bot.texts import Texts
from bot.trial import Written, try_out, written
from bot.voices import join, place, split, voices
from bot.workspace import Change, Workspace
from bot.workspace_scripts import WorkspaceScripts

SCRIPTS = TEMPLATES / "scripts"
SKELETON = Texts.in_folder(TEMPLATES / "new_script")
CHANGE = Change("UEVA", "script:no_song", 1.0)
OPTIONAL = "".join(f'[[details]]\nid = "d{chr(97 + n)}"\ntype = "text"\n' for n in range(12))
LABELS = "".join(f'[details.d{chr(97 + n)}]\nlabel = "x"\nexample = "one more of them"\n' for n in range(12))
FACTS = """
step = "decline"
situations = ["one_off"]
kinds = ["any"]
tones = ["neutral"]
max_words = 60
"""
CHECKLIST = 'step = "decline"\nsituations = ["one_off"]\nkinds = ["any"]\nform = "checklist"'
WORDS = 'title = "No"\nuse_when = "It is a no."\nadvice = "Keep it short."\n'


# Trying out


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
def test_what_ships_passes_its_trial(catalogue: Catalogue, lint: Lint, language: str):
    """Every script that ships can be edited and saved: nothing is wrong with it, nothing weak in it."""
    for script in catalogue.scripts.values():
        trial = try_out(script.id, written(script.texts, language), language, script.texts, lint)
        assert [str(one) for one in trial.problems] == []
        assert not trial.weak
        assert trial.voices == tuple(voices(script.facts))
        if script.facts.form == "message":
            assert len(trial.samples) == sum(
                len(script.wordings(language, voice)) for voice in {*script.facts.tones, "short", "points"}
            )


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
def test_what_a_new_script_starts_from_is_without_fault(lint: Lint, language: str):
    """The skeleton is an example to follow, in each language."""
    trial = try_out("new", written(SKELETON, language), language, None, lint)

    assert trial.problems == ()
    assert not trial.weak


def test_a_hole_is_found_wherever_it_is(lint: Lint):
    """A detail that only shows when two others are there is missed when the third is not."""
    text = "Hi {{ name }}, no.{% if da and db and not dc %} {{ dc }}{% endif %}"
    facts = FACTS + "\n".join(f'[[details]]\nid = "{one}"\ntype = "text"' for one in ("da", "db", "dc"))
    words = WORDS + "\n".join(
        f'[details.{one}]\nlabel = "x"\nexample = "one more of them"' for one in ("da", "db", "dc")
    )
    trial = try_out("new", Written(facts, words, {"neutral": "Hi, no.\n---\n" + text}), "en", None, lint)

    assert [str(one) for one in trial.problems] == [
        "neutral:3: dc may be left empty: put it inside {% if dc %}"
    ]


def test_the_largest_script_is_tried_in_time(lint: Lint):
    """As many details and wordings as there can be are tried out in about a second."""
    wording = "Hi {{ name }}, no{% if da %}, {{ da }}{% endif %}{% if db %} and {{ db }}{% endif %}."
    spoken = "\n---\n".join(f"{wording} {'No. ' * n}" for n in range(20))[:3000]
    started = time.perf_counter()
    trial = try_out("new", Written(FACTS + OPTIONAL, WORDS + LABELS, {"neutral": spoken}), "nl", None, lint)

    assert trial.problems == ()
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("changed", "where", "why"),
    [
        ({"facts": "x" * 3001}, "script.toml", "there are more than 3000 characters"),
        ({"words": "x" * 3001}, "en.toml", "there are more than 3000 characters"),
        ({"spoken": {"neutral": "x" * 3001}}, "neutral", "there are more than 3000 characters"),
        ({"spoken": {}}, "neutral", "there is no wording yet"),
        ({"spoken": {"neutral": "{{name}}" * 370}}, "neutral", "wording 1 is over 3000 characters"),
        ({"facts": FACTS + 'channels = ["email"]'}, "email_subject", "no wording yet"),
        ({"facts": FACTS + 'channels = ["short"]'}, "short", "no wording yet"),
        ({"facts": CHECKLIST}, "en.toml", "a checklist needs checks"),
    ],
)
def test_what_is_wrong_has_a_place(lint: Lint, changed: dict, where: str, why: str):
    """Each problem names the text it is in."""
    whole = Written(FACTS, WORDS + 'example_name = "Alexandra"', {"neutral": "Hi {{ name }}, no."})
    trial = try_out("new", replace(whole, **changed), "en", None, lint)

    assert [one.text for one in trial.problems] == [where]
    assert why in trial.problems[0].reason


def test_alike_wordings_are_pointed_out(lint: Lint):
    """Two wordings that share most of their words are something to think over."""
    spoken = {"neutral": "Hi {{ name }}, the answer is no.\n---\nHi {{ name }}, the answer is a no."}
    trial = try_out("new", Written(FACTS, WORDS, spoken), "en", None, lint)

    assert trial.alike == (("neutral", 1, 2),)
    assert trial.weak


# As they are edited


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
def test_what_is_split_joins_again(catalogue: Catalogue, language: str):
    """A script's wordings come out of the editor as they went in."""
    for script in catalogue.scripts.values():
        spoken = split(script.texts.wordings.get(language, ""))
        assert split(join(spoken)) == spoken
        assert list(spoken) == [one for one in spoken if one in voices(script.facts)]


lines = st.text("ab {}%-", max_size=12)


@given(st.dictionaries(st.sampled_from(["neutral", "firm", "email_subject"]), st.lists(lines).map("\n".join)))
def test_a_line_is_found_where_it_was_written(spoken: dict[str, str]):
    """Every line of the joined wordings leads back to the line of the text it came from."""
    joined = join(spoken).split("\n")
    for number, line in enumerate(joined, 1):
        if not line or line.startswith("{% block ") or line == "{% endblock %}":
            continue
        voice, at = place(spoken, number)
        assert spoken[voice].splitlines()[at - 1] == line


# What a worker holds


class Counting(Workspaces):
    """Counts how often the scripts are read."""

    reads = 0

    async def scripts(self, tenant: str) -> dict[str, bytes]:
        """Reads them."""
        self.reads += 1
        return await super().scripts(tenant)


@pytest.fixture
async def store(server: EmbeddedServer, redis: Redis) -> AsyncIterator[Counting]:
    """The workspaces of an empty server."""
    async with connect(server.url) as client:
        yield Counting(client, Vault([new_key()]))


@pytest.fixture
def holder(catalogue: Catalogue, store: Counting) -> WorkspaceScripts:
    """What one worker holds."""
    return WorkspaceScripts(catalogue, SKELETON, store)


async def now(store: Workspaces, tenant: str = "T1") -> Workspace:
    """The workspace as it is."""
    return await store.read(tenant)


async def test_a_workspace_without_scripts_costs_nothing(store, holder, catalogue):
    """As long as none was added, none is read."""
    added = await holder.of(await now(store))

    assert added.catalogue is catalogue
    assert store.reads == 0


async def test_scripts_are_read_when_they_have_changed(store, holder):
    """Once for each revision, and only what has changed is compiled anew."""
    await store.keep_script("T1", "no_song", SKELETON.to_json(), CHANGE)
    await store.keep_script("T1", "no_dance", SKELETON.to_json(), CHANGE)
    first = [await holder.of(await now(store)) for _ in range(3)]
    assert store.reads == 1
    other = replace(SKELETON, facts=SKELETON.facts.replace("80", "90"))
    await store.keep_script("T1", "no_dance", other.to_json(), CHANGE)
    second = await holder.of(await now(store))

    assert store.reads == 2
    assert second.scripts["no_song"] is first[0].scripts["no_song"]
    assert second.scripts["no_dance"].facts.max_words == 90
    assert "no_song" in second.catalogue


async def test_with_redis_away_the_last_known_ones_are_used(store, holder, catalogue):
    """A workspace that cannot be asked has what this worker saw last, or what ships."""
    await store.keep_script("T1", "no_song", SKELETON.to_json(), CHANGE)
    seen = await now(store)
    known = await holder.of(seen)

    assert await holder.of(replace(seen, away=True)) is known
    assert (await holder.of(replace(seen, tenant="T2", away=True))).catalogue is catalogue

    async def away(_: str) -> dict[str, bytes]:
        raise AwayError

    store.scripts = away
    assert await holder.of(replace(seen, revision=seen.revision + 1)) is known
    assert (await holder.of(replace(seen, tenant="T2"))).catalogue is catalogue


async def test_a_revision_never_comes_back(store, holder, redis):
    """After the app was taken away and added again, what was held before is not taken for what is there."""
    await store.keep_script("T1", "no_song", SKELETON.to_json(), CHANGE)
    before = await now(store)
    await holder.of(before)
    redis.flushall()
    await asyncio.sleep(0.002)
    await store.keep_script("T1", "no_dance", SKELETON.to_json(), CHANGE)
    after = await now(store)

    assert after.revision > before.revision
    assert list((await holder.of(after)).scripts) == ["no_dance"]


async def test_what_was_seen_decides(store):
    """A change that was made on an older revision is not made; nor is one that takes away what is gone."""
    first = await store.keep_script("T1", "no_song", SKELETON.to_json(), CHANGE, 0)
    assert first
    assert await store.keep_script("T1", "no_song", b"other", CHANGE, 0) == 0
    assert await store.keep_script("T1", "no_song", SKELETON.to_json(), CHANGE, first) > first
    assert await store.drop_script("T1", "no_dance", CHANGE) == 0
    assert await store.drop_script("T1", "no_song", CHANGE) > first
    assert await store.scripts("T1") == {}
    assert len(await store.changes("T1")) == 3


async def test_a_worker_holds_so_much(store, holder, monkeypatch):
    """What was used longest ago is let go, and read again when it is asked for."""
    monkeypatch.setattr(workspace_scripts, "_MOST_HELD", 3 * SKELETON.size)
    for tenant in ("T1", "T2", "T3", "T4"):
        await store.keep_script(tenant, "no_song", SKELETON.to_json(), CHANGE)
        await holder.of(await now(store, tenant))
    assert store.reads == 4
    await holder.of(await now(store, "T4"))
    assert store.reads == 4
    await holder.of(await now(store, "T1"))
    assert store.reads == 5


async def test_nothing_of_one_workspace_is_held_for_another(store, holder):
    """The same revision of two workspaces is two sets of scripts."""
    await store.keep_script("T1", "no_song", SKELETON.to_json(), CHANGE)
    await store.keep_script("T2", "no_dance", SKELETON.to_json(), CHANGE)
    one, two = await now(store, "T1"), await now(store, "T2")

    assert list((await holder.of(one)).scripts) == ["no_song"]
    assert list((await holder.of(replace(two, revision=one.revision))).scripts) == ["no_dance"]


async def test_only_what_cannot_be_read_is_left_out(store, holder, log):
    """A script of another version, or one that no key opens, leaves the others alone."""
    await store.keep_script("T1", "no_song", SKELETON.to_json(), CHANGE)
    await store.keep_script("T1", "odd", b"\x80\x04K\x01.", CHANGE)
    await store.keep_script("T1", "older", replace(SKELETON, facts="step = 1").to_json(), CHANGE)
    await store.keep_script("T1", "wordless", replace(SKELETON, words={}).to_json(), CHANGE)
    added = await holder.of(await now(store))

    assert list(added.scripts) == ["no_song"]
    assert {one for one, problems in added.problems.items() if problems} == {"odd", "older", "wordless"}
    assert sorted(one["script"] for one in log) == ["odd", "older", "wordless"]
    assert added.mark("odd") == ""


def test_nothing_added_is_nothing(catalogue):
    """Without scripts of its own a workspace has those that ship."""
    assert Added(catalogue).size == 0
