"""Workspace scripts: an admin adds or changes one, tries it out, saves it; everybody there drafts with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from redis import Redis

from bot import ids
from bot.added import MOST_SCRIPTS
from bot.playground.delivery import Delivery
from bot.playground.views import View
from bot.stores.encryption import Vault
from bot.trial import LONGEST_TEXT
from tests import slack_requests
from tests.admin import admin_of
from tests.author import Author, actions, chosen, draft, makes_admin, preview, values, words
from tests.conftest import TEAM, World
from tests.payloads import ESCAPES, HUGE

SCRIPTS, CHANGES = f"decline:{{{TEAM}}}:scripts", f"decline:{{{TEAM}}}:changes"
NEUTRAL = ids.SPOKEN + "neutral"
KIM = {"id": "UCOL", "username": "kim", "name": "kim", "team_id": TEAM}
SONG = """Hi {{ name }}, thanks for asking me to {{ event }}. My answer is no.
---
Hi {{ name }}, a no to {{ event }}."""


@pytest.fixture
def kim(world: World) -> Author:
    """A member, who is no admin."""
    world.authors.add("UCOL")
    return Author(world, "UCOL", "CGENERAL")


@pytest.fixture
def lee(world: World) -> Author:
    """Another admin."""
    world.authors.add("UCOL")
    makes_admin(world, "UCOL", admin=True)
    return Author(world, "UCOL", "CGENERAL")


async def lists(author: Author) -> View:
    """Opens the list of scripts."""
    await author.types("scripts")
    return author.modal


async def adds(author: Author, language: str = "en") -> View:
    """Begins a new script."""
    await lists(author)
    if language != "en":
        await author.picks(ids.SCRIPT_LANGUAGE, language)
    return await author.picks(ids.SCRIPT_ADD)


async def edits(author: Author, script_id: str) -> View:
    """Opens one of the workspace's own."""
    await author.world.slack.act(
        author.user, await lists(author), ids.SCRIPT_EDIT, block_id=f"script:{script_id}"
    )
    return author.modal


async def changes(author: Author, script_id: str, language: str = "en") -> View:
    """Opens one that comes with the app."""
    await lists(author)
    if language != "en":
        await author.picks(ids.SCRIPT_LANGUAGE, language)
    return await author.picks(ids.SCRIPT_CHANGE, script_id)


async def removes(author: Author, script_id: str) -> None:
    """Takes one of the workspace's own away."""
    await author.world.slack.act(
        author.user, await lists(author), ids.SCRIPT_REMOVE, block_id=f"script:{script_id}"
    )


async def sends(author: Author, **typed: str) -> Delivery:
    """Sends the editor; texts are named by their input."""
    shown = actions(author.modal.blocks)
    named = {ids.SPOKEN + one if ids.SPOKEN + one in shown else one: text for one, text in typed.items()}
    return await author.world.slack.submit(author.user, named)


async def saves(author: Author, **typed: str) -> None:
    """Sends the editor, and once more where there was something to think over."""
    await sends(author, **typed)
    if author.modal.callback_id == ids.SCRIPT_EDITOR:
        await sends(author)
    assert author.modal.callback_id == ids.SCRIPTS, (author.modal.errors, words(author.modal))


async def makes(author: Author, script_id: str = "no_song", **typed: str) -> None:
    """Adds a script, all the way."""
    await adds(author)
    await sends(author, script_id=script_id, **typed)
    assert author.modal.callback_id == ids.SCRIPTS, (author.modal.errors, words(author.modal))


def listed(view: View) -> list[str]:
    """The workspace's scripts, by id, as the list has them."""
    blocks = (one["block_id"].partition(":") for one in view.blocks)
    return [script_id for kind, _, script_id in blocks if kind == "script"]


def held(redis: Redis) -> list[str]:
    """The ids of the scripts that are kept."""
    return sorted(key.decode() for key in redis.hkeys(SCRIPTS))


def under(view: View) -> dict[str, str]:
    """What is said under each input."""
    return dict(view.errors)


async def offered(author: Author, language: str = "en") -> list[str]:
    """The answers that somebody is offered for a single request to come to an event."""
    await author.uses_the_shortcut()
    await author.picks(ids.SITUATION, "one_off")
    await author.picks(ids.KIND, "event")
    if language != "en":
        await author.picks(ids.DRAFT_LANGUAGE, language)
    return values(author.modal, ids.SCRIPT)


# A script of one's own


async def test_a_new_script_starts_from_one_that_works(robin, say):
    """What the editor opens with can be saved as it is, once it has a name, in every language."""
    for language in ("en", "nl", "nb"):
        await adds(robin, language)
        await sends(robin, script_id=f"no_song_{language}")
        assert say("scripts.done_saved") in words(robin.modal), (robin.modal.errors, words(robin.modal))

    assert listed(robin.modal) == ["no_song_en", "no_song_nb", "no_song_nl"]


async def test_the_preview_shows_how_it_reads(robin, say):
    """Each wording with the examples in it, and what weakens it, on the press of a button."""
    await adds(robin)
    robin.world.slack.fill(robin.modal, {NEUTRAL: SONG + "\n---\nSorry {{ name }}, maybe later."})
    view = await robin.picks(ids.TRY_OUT)

    assert "Hi Ana, thanks for asking me to the spring gathering. My answer is no." in words(view)
    assert "Sorry Ana, maybe later." in words(view)
    assert "“maybe”" in words(view)
    assert say("editor.save_anyway") != view.content["submit"]["text"]


async def test_the_preview_says_what_is_broken(robin, say, redis):
    """A template that cannot be is told with its line and the reason, and nothing is kept."""
    await adds(robin)
    robin.world.slack.fill(robin.modal, {NEUTRAL: "Hi {{ name }},\n{% for x in range(9) %}no{% endfor %}"})
    view = await robin.picks(ids.TRY_OUT)

    assert say("editor.broken") in words(view)
    assert "Wordings: Plain, line 2: only the script's own lists can be repeated, not range()" in words(view)
    assert held(redis) == []


@pytest.mark.parametrize(
    ("typed", "at", "says"),
    [
        ({"neutral": "Hi {{ name }},\n\n{{ name.first }}"}, NEUTRAL, "Line 3: a detail has no parts"),
        ({"neutral": SONG + "\n---\nno\n{% if %}"}, NEUTRAL, "Line 6: Expected an expression"),
        ({"neutral": "Hi {{ name }}\nto {{ instead }}"}, NEUTRAL, "Line 2: instead may be left empty"),
        ({"neutral": "Hi {{ nickname }}"}, NEUTRAL, "Line 1: the script does not ask for nickname"),
        ({"neutral": " \n---\n "}, NEUTRAL, "there is no wording yet"),
        ({"neutral": "{% if instead %}no{% endif %}"}, NEUTRAL, "wording 1 can end up empty"),
        ({"neutral": "{% endblock %}{% block firm_1 %}"}, NEUTRAL, "Line 1: Encountered unknown tag"),
        ({"neutral": "a {#\n---\n#} b"}, NEUTRAL, "Line 1: Missing end of comment tag"),
        ({"facts": "step = decline"}, ids.FACTS, "Line 1: Invalid value"),
        ({"facts": 'step = "declin"'}, ids.FACTS, "Line 1: step: Input should be"),
        ({"words": 'title = "x"\nsurprise = 1'}, ids.WORDS, "Line 2: surprise: Extra inputs"),
        ({"words": 'title = "x"\nuse_when = "y"\nadvice = "z"'}, ids.WORDS, "details do not match"),
        ({"script_id": "No Song"}, ids.SCRIPT_ID, "small letters"),
        ({"script_id": "own:0123456789abcdef"}, ids.SCRIPT_ID, "small letters"),
        ({"script_id": "decline_event"}, ids.SCRIPT_ID, "There is one of that name"),
    ],
)
async def test_a_broken_script_cannot_be_saved(robin, redis, typed, at, says):
    """The error stands under its input, with the line in that input, and nothing is kept."""
    await adds(robin)
    await sends(robin, **{"script_id": "no_song", **typed})

    assert says in under(robin.modal)[at]
    assert held(redis) == []
    assert redis.llen(CHANGES) == 0


async def test_an_example_is_needed(robin, redis):
    """Without an example for every detail nobody could see how it reads."""
    await adds(robin)
    text = chosen(robin.modal, ids.WORDS).replace('example = "the spring gathering"\n', "")
    await sends(robin, script_id="no_song", words=text)

    assert under(robin.modal) == {ids.WORDS: "no example for event"}
    assert held(redis) == []


async def test_a_broken_script_can_be_put_right(robin, redis):
    """After the error what was typed is still there, and what is right is saved."""
    await adds(robin)
    await sends(robin, script_id="no_song", neutral=SONG + "{{ 7 * 7 }}")
    assert chosen(robin.modal, NEUTRAL) == SONG + "{{ 7 * 7 }}"
    await sends(robin, neutral=SONG)

    assert held(redis) == ["no_song"]


async def test_a_weak_no_is_saved_when_it_is_sent_once_more(robin, redis, say):
    """What the lint finds is shown before anything is kept, and is advice."""
    await adds(robin)
    await sends(
        robin, script_id="no_song", neutral="Hi {{ name }}, sorry, maybe another time for {{ event }}."
    )
    assert held(redis) == []
    assert "“maybe”" in words(robin.modal)
    assert robin.modal.content["submit"]["text"] == say("editor.save_anyway")
    await sends(robin)

    assert held(redis) == ["no_song"]


async def test_another_text_is_doubted_anew(robin, redis):
    """Who changes the text after the advice is told of what is weak in the new one."""
    await adds(robin)
    await sends(robin, script_id="no_song", neutral="Hi {{ name }}, maybe not {{ event }}.")
    await sends(robin, neutral="Hi {{ name }}, perhaps not {{ event }}.")

    assert held(redis) == []
    assert "“perhaps”" in words(robin.modal)


async def test_a_tone_more_makes_a_place_to_write_it(robin, redis):
    """A tone that the facts name gets its own input, and is asked for."""
    await adds(robin)
    facts = chosen(robin.modal, ids.FACTS).replace('["neutral"]', '["neutral", "firm"]')
    await sends(robin, script_id="no_song", facts=facts)
    assert "Wordings: Firm: there is no wording yet" in words(robin.modal)
    assert held(redis) == []
    await sends(robin, firm="Hi {{ name }}, no to {{ event }}. That's final.")

    assert held(redis) == ["no_song"]


@pytest.mark.at_scale
async def test_a_saved_script_can_be_edited(robin, redis):
    """The editor opens with what was saved, and its name stays."""
    await makes(robin, neutral=SONG)
    view = await edits(robin, "no_song")
    assert chosen(view, NEUTRAL) == SONG
    assert ids.SCRIPT_ID not in actions(view.blocks)
    await sends(robin, neutral="Hi {{ name }}, no singing at {{ event }} for me.")
    await edits(robin, "no_song")

    assert chosen(robin.modal, NEUTRAL) == "Hi {{ name }}, no singing at {{ event }} for me."
    assert held(redis) == ["no_song"]


@pytest.mark.at_scale
async def test_a_removed_script_is_gone(robin, redis, say):
    """It is not listed, not offered and not kept."""
    await makes(robin)
    await removes(robin, "no_song")
    assert say("scripts.done_removed") in words(robin.modal)
    assert listed(robin.modal) == held(redis) == []
    await robin.world.slack.close(robin.user)

    assert "no_song" not in await offered(robin)


async def test_a_workspace_has_so_many_scripts(robin, redis):
    """With as many as the list can hold there is no button for another, and none can be forced in."""
    await makes(robin)
    await adds(robin)
    source = redis.hget(SCRIPTS, "no_song")
    redis.hset(SCRIPTS, mapping={f"song_{n}": source for n in range(MOST_SCRIPTS - 1)})
    redis.hincrby(f"decline:{{{TEAM}}}:workspace", "revision", 1)
    await sends(robin, script_id="one_more")
    assert ids.FACTS in under(robin.modal)
    view = await lists(robin)

    assert len(listed(view)) == MOST_SCRIPTS
    assert ids.SCRIPT_ADD not in actions(view.blocks)
    assert len(held(redis)) == MOST_SCRIPTS


# What others get


@pytest.mark.at_scale
async def test_everybody_drafts_with_it(world, robin, kim):
    """A member sees it among the answers, fills in what it asks for, and gets its words."""
    await makes(robin, neutral=SONG)
    await world.slack.close("UYOU")
    await kim.types("@ana")
    await kim.picks(ids.SITUATION, "one_off")
    await kim.picks(ids.KIND, "event")
    await kim.picks(ids.SCRIPT, "no_song")
    await kim.submits(event="the choir")

    assert draft(kim.from_the_app[-1]) == "Hi Ana, thanks for asking me to the choir. My answer is no."


async def test_it_is_offered_where_it_was_written(robin):
    """A script that has one language is offered in that one."""
    await makes(robin)
    await robin.world.slack.close(robin.user)

    assert "no_song" in await offered(robin)
    assert "no_song" not in await offered(robin, "nl")


async def test_an_override_takes_the_place_of_the_built_in_one(robin):
    """The changed words are used, in the changed language only; the other languages stay as they were."""
    await robin.drafts("one_off", "event", "decline_event", event="the fair")
    before = draft(robin.from_the_app[-1])
    view = await changes(robin, "decline_event")
    assert "Hi {{ name }}" in chosen(view, NEUTRAL)
    await saves(robin, neutral="Hi {{ name }}, {{ event }} goes on without me: my answer is no.")
    await robin.world.slack.close(robin.user)
    await offered(robin)
    await robin.picks(ids.SCRIPT, "decline_event")
    await robin.picks(ids.DETAIL + "event", "the fair")

    assert preview(robin.modal) == "Hi Ana, the fair goes on without me: my answer is no." != before
    await robin.picks(ids.DRAFT_LANGUAGE, "nl")
    assert preview(robin.modal).startswith("Hoi Ana, bedankt voor de uitnodiging")


async def test_without_the_override_the_built_in_one_is_back(robin, say):
    """Removing it restores what comes with the app."""
    await changes(robin, "decline_event")
    await saves(robin, neutral="Hi {{ name }}, {{ event }} goes on without me: my answer is no.")
    assert say("scripts.replaces") in words(robin.modal)
    await removes(robin, "decline_event")
    await robin.world.slack.close(robin.user)
    await offered(robin)
    await robin.picks(ids.SCRIPT, "decline_event")
    await robin.picks(ids.DETAIL + "event", "the fair")

    assert preview(robin.modal)
    assert "goes on without me" not in preview(robin.modal)


async def test_every_built_in_script_can_be_opened_and_saved(robin, redis):
    """Its texts fit in the editor whole, and are saved unchanged with nothing to say of them."""
    view = await lists(robin)
    for script_id in values(view, ids.SCRIPT_CHANGE)[::4]:
        for language in ("en", "nl", "nb"):
            opened = await (
                changes(robin, script_id, language) if language == "en" else edits(robin, script_id)
            )
            texts = [
                value for (_, name), value in opened.typed.items() if name.startswith((ids.SPOKEN, ids.FACTS))
            ]
            assert all(text and len(text) <= LONGEST_TEXT and text[-1] != "…" for text in texts)
            await sends(robin)
            assert robin.modal.callback_id == ids.SCRIPTS, (script_id, words(robin.modal))
        assert script_id in held(redis)


async def test_a_language_that_the_new_facts_leave_behind_waits(robin, say):
    """Facts that ask for more leave the other languages out, until they are written too; the list says so."""
    await changes(robin, "decline_event")
    facts = chosen(robin.modal, ids.FACTS) + '\n[[details]]\nid = "song"\ntype = "text"\n'
    text = chosen(robin.modal, ids.WORDS) + '\n[details.song]\nlabel = "Which song?"\nexample = "this one"\n'
    await saves(robin, facts=facts, words=text)
    assert say("scripts.left_out", problem="nl.toml: details do not match: ['song']") in words(robin.modal)
    await robin.world.slack.close(robin.user)

    assert "decline_event" in await offered(robin)
    assert "decline_event" not in await offered(robin, "nl")


async def test_a_script_that_was_removed_meanwhile_is_not_drafted(robin, lee, say):
    """In a modal that was open, the choice is refused with a sentence: no other script goes in its place."""
    await makes(robin)
    await robin.world.slack.close(robin.user)
    await offered(robin)
    await robin.picks(ids.SCRIPT, "no_song")
    await removes(lee, "no_song")
    await robin.submits(event="the choir")

    assert list(under(robin.modal).values()) == [say("wrong.script_gone")]
    assert robin.from_the_app == []


async def test_a_draft_of_a_removed_script_can_be_dealt_with(robin, say):
    """Its text stays, and can be edited, worded anew as it is, sent, undone and deleted."""
    await makes(robin, neutral=SONG)
    await robin.world.slack.close(robin.user)
    message = await robin.drafts("one_off", "event", "no_song", event="the choir")
    text = draft(message)
    await removes(robin, "no_song")
    await robin.world.slack.close(robin.user)

    await robin.presses(robin.from_the_app[-1], ids.ANOTHER)
    assert draft(robin.from_the_app[-1]) == text
    await robin.presses(robin.from_the_app[-1], ids.EDIT_DRAFT)
    await robin.submits(text="Hi Ana, no.")
    assert draft(robin.from_the_app[-1]) == "Hi Ana, no."
    assert draft(await robin.opens_the_draft()) == "Hi Ana, no."
    await robin.world.slack.close(robin.user)
    await robin.presses(robin.from_the_app[-1], ids.SENT)
    await robin.presses(robin.from_the_app[-1], ids.REOPEN)
    await robin.presses(robin.from_the_app[-1], ids.DRAFT_MENU, ids.DELETE)
    assert say("draft.deleted") in words(robin.from_the_app[-1])


# Who may


async def test_members_see_their_own_and_no_more(kim, robin, say):
    """For who is no admin the list has no word of the workspace's scripts."""
    await makes(robin)
    view = await lists(kim)

    assert say("scripts.own") in words(view)
    assert say("scripts.ours") not in words(view)
    assert listed(view) == []
    assert not {ids.SCRIPT_ADD, ids.SCRIPT_CHANGE, ids.SCRIPT_EDIT, ids.SCRIPT_REMOVE} & {
        *actions(view.blocks)
    }


async def test_who_is_no_admin_any_more_sees_none(world, robin, say):
    """Slack is asked when the list is opened, whatever was known this morning."""
    await makes(robin)
    await world.slack.close("UYOU")
    makes_admin(world, "UYOU", admin=False)

    assert say("scripts.ours") not in words(await lists(robin))


def _snapshot(redis: Redis) -> dict[bytes, bytes | None]:
    keys = (SCRIPTS, CHANGES, f"decline:{{{TEAM}}}:workspace")
    return {key.encode(): redis.dump(key) for key in keys}


@pytest.mark.parametrize("deed", ["list", "add", "change", "edit", "remove", "preview", "save"])
@pytest.mark.parametrize("who", ["a member", "an admin of yesterday"])
async def test_nobody_else_can_do_what_an_admin_can(world, robin, kim, redis, say, deed, who):
    """A forged or replayed action is refused with a sentence, and nothing is changed or shown."""
    await makes(robin)
    view = await lists(robin)
    if deed in {"preview", "save"}:
        view = await edits(robin, "no_song")
    payload = view.payload()
    if deed == "save":
        payload = slack_requests.fill(payload, **{NEUTRAL: "Hi {{ name }}, no to {{ event }}, says Kim."})
    await world.slack.close("UYOU")
    if who == "a member":
        user = KIM
    else:
        makes_admin(world, "UYOU", admin=False)
        user = {**KIM, "id": "UYOU"}
    before, shown = _snapshot(redis), len(world.slack.calls)

    answered = await _forged(world, deed, payload, user)

    assert _snapshot(redis) == before
    calls = [call for call in world.slack.calls[shown:] if call.method.startswith("views.")]
    told = answered.text + json.dumps([call.arguments for call in calls])
    assert say("trouble.not_admin") in told
    assert "no_song" not in told


async def _forged(
    world: World, deed: str, view: dict[str, Any], user: dict[str, str]
) -> slack_requests.Answered:
    trigger = world.slack.views.trigger(user["id"])
    if deed == "save":
        return await slack_requests.interaction(
            world, slack_requests.view_submission(view, user=user, trigger_id=trigger)
        )
    action_id = {
        "list": ids.SCRIPTS,
        "add": ids.SCRIPT_ADD,
        "change": ids.SCRIPT_CHANGE,
        "edit": ids.SCRIPT_EDIT,
        "remove": ids.SCRIPT_REMOVE,
        "preview": ids.TRY_OUT,
    }[deed]
    action = {"type": "button", "action_id": action_id, "block_id": "forged", "value": "no_song"}
    return await slack_requests.interaction(
        world, slack_requests.view_action(view, action, user=user, trigger_id=trigger)
    )


async def test_the_button_in_home_is_for_admins(world, robin, kim, say):
    """It opens the list for an admin, and a member has none."""
    await robin.presses(await robin.opens_home(), ids.SCRIPTS)
    assert say("scripts.ours") in words(robin.modal)

    assert ids.SCRIPTS not in actions((await kim.opens_home()).blocks)


@pytest.mark.parametrize("payload", [*ESCAPES[::7], *(one for one in HUGE if len(one) < LONGEST_TEXT)][::2])
async def test_a_payload_is_refused_at_the_door(robin, redis, payload):
    """As a workspace's wording it gets an error under its input, at once, and nothing is kept."""
    await adds(robin)
    delivery = await sends(robin, script_id="no_song", neutral=f"Hi {{{{ name }}}}, no.\n{payload}")

    assert "ine " in under(robin.modal)[NEUTRAL]
    assert delivery.seconds < 1
    assert held(redis) == []


async def test_an_endless_source_is_refused(world, robin, redis):
    """A forged submission with more than an input can hold is refused as too long."""
    view = await adds(robin)
    typed = {ids.SCRIPT_ID: "no_song", NEUTRAL: "Hi {{ name }} " * 100_000}
    answered = await slack_requests.interaction(
        world, slack_requests.view_submission(slack_requests.fill(view.payload(), **typed))
    )

    assert answered.status in {200, 413}
    assert answered.seconds < 1
    assert held(redis) == []


# What is kept of a change


async def test_a_change_is_noted_and_says_nothing_of_drafts(robin, lee, redis, say):
    """Who, what and when: the settings show it, and Redis holds nothing that can be read."""
    await makes(robin)
    await edits(lee, "no_song")
    await sends(lee, neutral="Hi {{ name }}, no to {{ event }}. I'd rather sing at home.")
    await removes(robin, "no_song")

    assert redis.llen(CHANGES) == 3
    assert all(b"no_song" not in sealed and b"UCOL" not in sealed for sealed in redis.lrange(CHANGES, 0, -1))
    await robin.world.slack.close(robin.user)
    await robin.presses(await robin.opens_home(), ids.SETTINGS)
    lines = [line for line in words(robin.modal).splitlines() if line.startswith("<!date")]
    assert [(line.split("  ·  ")[1], "no_song" in line) for line in lines] == [
        ("<@UYOU>", True),
        ("<@UCOL>", True),
        ("<@UYOU>", True),
    ]


async def test_a_script_is_kept_sealed(robin, redis):
    """Nothing of its texts can be read in Redis."""
    await makes(robin)
    (sealed,) = redis.hvals(SCRIPTS)

    assert b"gathering" not in sealed


async def test_saving_twice_does_one_thing(world, robin, redis):
    """The same submission again, as after a slow answer, changes nothing and is not noted twice."""
    view = await adds(robin)
    payload = slack_requests.fill(view.payload(), **{ids.SCRIPT_ID: "no_song"})
    first = await slack_requests.interaction(world, slack_requests.view_submission(payload))
    before = _snapshot(redis)
    second = await slack_requests.interaction(world, slack_requests.view_submission(payload))

    assert first.json["response_action"] == "update"
    assert second.status == 200
    assert _snapshot(redis) == before
    assert redis.llen(CHANGES) == 1


async def test_saving_what_is_there_changes_nothing(robin, redis):
    """Opening a script and saving it as it is leaves no trace."""
    await makes(robin)
    before = _snapshot(redis)
    await edits(robin, "no_song")
    await sends(robin)

    assert robin.modal.callback_id == ids.SCRIPTS
    assert _snapshot(redis) == before


async def test_removing_twice_does_one_thing(world, robin, redis):
    """The same press again is not noted twice."""
    await makes(robin)
    view = await lists(robin)
    for _ in range(2):
        await _forged(world, "remove", view.payload(), {**KIM, "id": "UYOU"})

    assert redis.llen(CHANGES) == 2


@pytest.mark.at_scale
async def test_the_second_of_two_admins_is_told(robin, lee, redis, say):
    """Who saves over what somebody else saved meanwhile is told first, and the last one wins."""
    await makes(robin, neutral=SONG)
    await edits(robin, "no_song")
    await edits(lee, "no_song")
    await sends(lee, neutral="Hi {{ name }}, it's a no to {{ event }}.")
    await sends(robin, neutral="Hi {{ name }}, my answer to {{ event }} is no.")
    assert say("editor.elsewhere") in words(robin.modal)
    assert redis.llen(CHANGES) == 2
    await sends(robin)

    await edits(lee, "no_song")
    assert chosen(lee.modal, NEUTRAL) == "Hi {{ name }}, my answer to {{ event }} is no."


async def test_another_script_changed_meanwhile_is_no_matter(robin, lee, redis, say):
    """Two admins with two scripts are not in each other's way."""
    await makes(robin)
    await makes(robin, "no_dance")
    await edits(robin, "no_song")
    await edits(lee, "no_dance")
    await sends(lee, neutral="Hi {{ name }}, no dancing at {{ event }}.")
    await sends(robin, neutral="Hi {{ name }}, no singing at {{ event }}.")

    assert say("scripts.done_saved") in words(robin.modal)
    assert redis.llen(CHANGES) == 4


async def test_a_script_that_was_removed_meanwhile_is_not_opened(robin, lee, say):
    """Who opens what another admin has just taken away sees the list as it is now."""
    await makes(robin)
    view = await lists(robin)
    await removes(lee, "no_song")
    await robin.world.slack.act("UYOU", view, ids.SCRIPT_EDIT, block_id="script:no_song")

    assert robin.modal.callback_id == ids.SCRIPTS
    assert listed(robin.modal) == []


# What cannot be read


async def test_a_script_of_another_version_is_left_out(robin, redis, log):
    """What this version of the app cannot compile is left out and logged by id; the others go on."""
    await makes(robin)
    await makes(robin, "no_dance")
    other = Vault(robin.world.app.keys).seal(SCRIPTS, b'{"facts": "step = 1", "words": {}, "wordings": {}}')
    redis.hset(SCRIPTS, "no_song", other)
    redis.hincrby(f"decline:{{{TEAM}}}:workspace", "revision", 1)
    await robin.world.slack.close(robin.user)

    assert "no_dance" in await offered(robin)
    assert "no_song" not in values(robin.modal, ids.SCRIPT)
    entries = [one for one in log if one["event"] == "script left out"]
    assert [(one["tenant"], one["script"]) for one in entries] == [(TEAM, "no_song")]
    assert {key for one in entries for key in one} <= {"event", "log_level", "tenant", "script"}
    assert "`no_song`" in words(await lists(robin))


# Side by side


@pytest.fixture
async def eva(market: World) -> Author:
    """An admin of another workspace."""
    async with admin_of(market) as admin:
        await admin.adds("T0NORTH")
    return Author(market, "UEVA", "DTOMEVA")


@pytest.fixture
async def here(market: World) -> Author:
    """An admin of ours."""
    async with admin_of(market) as admin:
        await admin.adds("T0PLAY")
    return Author(market)


async def test_a_script_of_one_workspace_is_not_in_another(market, eva, here, redis):
    """No list, no editor and no answer of one workspace has the scripts of another."""
    await makes(here)
    await market.slack.close("UYOU")
    await market.slack.global_shortcut("UEVA", ids.GLOBAL_SHORTCUT)
    await eva.picks(ids.SITUATION, "one_off")
    await eva.picks(ids.KIND, "event")
    assert "no_song" not in values(eva.modal, ids.SCRIPT)
    await market.slack.close("UEVA")
    await market.slack.open_home("UEVA")
    await eva.presses(eva.home, ids.SCRIPTS)
    assert listed(eva.modal) == []

    forged = {"type": "button", "action_id": ids.SCRIPT_REMOVE, "block_id": "forged", "value": "no_song"}
    await market.slack.act("UYOU", await lists(here), ids.SCRIPT_LANGUAGE, "nl")
    answered = await slack_requests.interaction(
        market,
        slack_requests.view_action(
            eva.modal.payload(),
            forged,
            user={"id": "UEVA", "team_id": "T0NORTH"},
            team={"id": "T0NORTH", "domain": "north"},
        ),
    )
    assert answered.status == 200
    assert held(redis) == ["no_song"]
    assert redis.hkeys("decline:{T0NORTH}:scripts") == []


async def test_one_name_in_two_workspaces_is_two_scripts(market, eva, here, redis):
    """Each workspace has its own under that name."""
    await makes(here, neutral="Hi {{ name }}, here it is a no to {{ event }}.")
    await market.slack.open_home("UEVA")
    await eva.presses(eva.home, ids.SCRIPTS)
    await eva.picks(ids.SCRIPT_ADD)
    await sends(eva, script_id="no_song", neutral="Hi {{ name }}, up north it is a no to {{ event }}.")

    await edits(here, "no_song")
    assert "here it is a no" in chosen(here.modal, NEUTRAL)
    await market.slack.act("UEVA", eva.modal, ids.SCRIPT_EDIT, block_id="script:no_song")
    assert "up north" in chosen(eva.modal, NEUTRAL)
