"""The compose modal: what each choice does to it, and what becomes of it when it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from bot import ids
from bot.catalogue import Catalogue, Kind, Situation
from bot.localization import Languages
from tests import slack_requests
from tests.author import Author, actions, block, chosen, draft, element, preview, quote, values, words
from tests.conftest import World


def posts(world: World) -> list[Any]:
    """Every message the app tried to leave, by whatever way."""
    return [call for call in world.slack.calls if call.method in {"response_url", "chat.postMessage"}]


@pytest.fixture
async def asked(robin: Author) -> Author:
    """The author, with the modal open on a request for an introduction."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "introduction")
    return robin


# Drawing anew


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        (ids.REQUESTER, "UMARK"),
        (ids.RELATIONSHIP, "outside"),
        (ids.SITUATION, "repeat_asker"),
        (ids.KIND, "advice"),
        (ids.SCRIPT, "redirect_other"),
        (ids.TONE, "warm"),
        (ids.DRAFT_LANGUAGE, "nl"),
        (ids.DETAIL + "request", "a talk"),
        (ids.REFRESH, None),
        (ids.MORE, None),
    ],
)
async def test_a_choice_draws_the_same_modal_anew(world, asked, action_id, value):
    """Each choice is answered by one `views.update` with the hash of the view it was made in."""
    view, before = asked.modal, len(world.slack.calls)
    held = view.hash
    await asked.picks(action_id, value)
    updates = [call.arguments for call in world.slack.calls[before:] if call.method == "views.update"]
    assert [(one["view_id"], one["hash"]) for one in updates] == [(view.id, held)]


async def test_a_situation_brings_the_scripts_that_fit(robin):
    """Before a situation there is nothing to choose from; afterwards there are scripts."""
    assert ids.SCRIPT not in actions((await robin.uses_the_shortcut()).blocks)
    view = await robin.picks(ids.SITUATION, "one_off")
    assert {"decline_polite", "redirect_other"} <= set(values(view, ids.SCRIPT))


@pytest.mark.parametrize("situation", [one for one in Situation if one is not Situation.NONE])
async def test_every_script_comes_with_its_reason(robin, situation):
    """Whatever the situation, each script that is offered says when it fits."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, situation)
    if ids.SCRIPT in actions(robin.modal.blocks):
        assert all(option["description"]["text"] for option in element(robin.modal, ids.SCRIPT)["options"])
    else:
        assert ids.DRAFT_LANGUAGE in actions(robin.modal.blocks)  # only one script fits, and it is drawn


async def test_the_recommended_script_stands_first_and_is_chosen(asked):
    """The first script is the one that is chosen until the author says otherwise."""
    assert chosen(asked.modal, ids.SCRIPT) == values(asked.modal, ids.SCRIPT)[0]


async def test_the_situation_decides_the_scripts(robin):
    """For a supplier there are other scripts than for a coffee."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "coffee")
    assert {"coffee_pause", "coffee_group"} <= set(values(robin.modal, ids.SCRIPT))
    await robin.picks(ids.SITUATION, "supplier")
    assert ids.SCRIPT not in actions(robin.modal.blocks)
    assert ids.DETAIL + "contract_checked" in actions(robin.modal.blocks)


async def test_another_script_is_another_draft(asked):
    """Picking another script changes the details it asks for."""
    await asked.picks(ids.SCRIPT, "redirect_other")
    assert chosen(asked.modal, ids.SCRIPT) == "redirect_other"
    assert ids.DETAIL + "redirect_to" in actions(asked.modal.blocks)


async def test_another_tone_is_another_text(asked):
    """Picking a tone changes the preview."""
    before = preview(asked.modal)
    await asked.picks(ids.TONE, "warm")
    assert preview(asked.modal) not in {before, ""}


@pytest.mark.parametrize(("language", "greeting"), [("en", "Hi Ana"), ("nl", "Hoi Ana"), ("nb", "Hei Ana")])
async def test_the_draft_speaks_the_language_that_is_picked(asked, language, greeting):
    """Picking a language changes the preview, whatever language the modal is in."""
    await asked.picks(ids.DRAFT_LANGUAGE, language)
    assert preview(asked.modal).startswith(greeting)
    assert chosen(asked.modal, ids.DRAFT_LANGUAGE) == language


async def test_what_is_typed_is_in_the_preview(asked):
    """A detail is in the preview as soon as it was typed."""
    await asked.picks(ids.DETAIL + "request", "the reference")
    assert "the reference" in preview(asked.modal)


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        (ids.TONE, "firm"),
        (ids.RELATIONSHIP, "outside"),
        (ids.KIND, "job_lead"),
        (ids.REQUESTER, "UMARK"),
        (ids.MORE, None),
    ],
)
async def test_details_survive_another_choice(asked, action_id, value):
    """What was typed stays when something else is chosen."""
    await asked.picks(ids.DETAIL + "request", "the reference")
    await asked.picks(action_id, value)
    assert chosen(asked.modal, ids.DETAIL + "request") == "the reference"


async def test_the_quote_survives_another_choice(asked):
    """The message that asks stays in sight."""
    before = quote(asked.modal)
    await asked.picks(ids.TONE, "warm")
    assert quote(asked.modal) == before != ""


async def test_details_that_both_scripts_ask_for_survive_another_script(asked):
    """What was typed for one script is there for the next that asks the same."""
    await asked.picks(ids.DETAIL + "request", "the reference")
    await asked.picks(ids.SCRIPT, "redirect_other")
    assert chosen(asked.modal, ids.DETAIL + "request") == "the reference"


async def test_a_detail_that_was_emptied_stays_empty(asked):
    """A proposal that the author removed does not come back with the next choice."""
    await asked.picks(ids.DETAIL + "request", "")
    await asked.picks(ids.TONE, "warm")
    assert chosen(asked.modal, ids.DETAIL + "request") is None


async def test_a_detail_left_alone_follows_the_kind(asked):
    """A proposal that nobody touched changes with what it was derived from."""
    before = chosen(asked.modal, ids.DETAIL + "request")
    await asked.picks(ids.KIND, "advice")
    assert chosen(asked.modal, ids.DETAIL + "request") not in {before, None}


async def test_a_script_that_was_picked_stays_picked(asked):
    """A new default does not undo the author's own script."""
    await asked.picks(ids.SCRIPT, "redirect_other")
    await asked.picks(ids.KIND, "advice")
    await asked.picks(ids.RELATIONSHIP, "manager")
    assert chosen(asked.modal, ids.SCRIPT) == "redirect_other"


async def test_a_script_that_no_longer_fits_gives_way(asked):
    """When the author's script is not among those that fit, the recommended one is chosen."""
    await asked.picks(ids.SCRIPT, "redirect_other")
    await asked.picks(ids.SITUATION, "coffee")
    assert chosen(asked.modal, ids.SCRIPT) == values(asked.modal, ids.SCRIPT)[0]


async def test_a_situation_that_was_picked_stays_for_another_requester(robin):
    """What is remembered of somebody does not undo what the author chose themselves."""
    await robin.beside("UMARK").drafts(kind="pitch")
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "repeat_asker")
    await robin.picks(ids.REQUESTER, "UMARK")
    assert chosen(robin.modal, ids.SITUATION) == "repeat_asker"


async def test_what_is_remembered_comes_with_the_requester(robin):
    """Picking somebody who asked before fills in what is known of them."""
    await robin.beside("UMARK").drafts(kind="pitch")
    await robin.types("")
    await robin.picks(ids.REQUESTER, "UMARK")
    assert (chosen(robin.modal, ids.SITUATION), chosen(robin.modal, ids.KIND)) == ("one_off", "pitch")


async def test_a_name_that_was_typed_greets_the_requester(asked):
    """The author's own name for the requester goes before what Slack says."""
    await asked.picks(ids.MORE)
    await asked.picks(ids.NAME, "Aninha")
    assert preview(asked.modal).count("Aninha") == 1
    assert "Ana," not in preview(asked.modal)


async def test_optional_details_wait_until_they_are_asked_for(asked):
    """The button shows what a script does not need."""
    assert ids.DETAIL + "reason" not in actions(asked.modal.blocks)
    await asked.picks(ids.MORE)
    assert ids.DETAIL + "reason" in actions(asked.modal.blocks)
    assert ids.MORE not in actions(asked.modal.blocks)


async def test_optional_details_stay_after_the_next_choice(asked):
    """Once shown, the optional details do not fold away, and what is in them stays."""
    await asked.picks(ids.MORE)
    await asked.picks(ids.DETAIL + "reason", "it is a rule of mine")
    await asked.picks(ids.TONE, "warm")
    assert "it is a rule of mine" in preview(asked.modal)


async def test_a_weak_word_is_pointed_out(asked):
    """The preview comes with advice on what weakens it, before anything is sent."""
    await asked.picks(ids.MORE)
    await asked.picks(ids.DETAIL + "reason", "maybe it is not for me")
    assert "A hopeful reader hears a maybe." in words(asked.modal)


async def test_the_second_ask_is_told_as_such(robin):
    """On the second ask the modal says how often they asked and what they were told."""
    await robin.presses(await robin.drafts(), ids.SENT)
    robin.world.slack.ask_again("DANA")
    shown = words(await robin.uses_the_shortcut())
    assert "Asked 2 times since" in shown
    assert "You said no on" in shown


async def test_two_drafts_for_one_message_are_one_ask(robin):
    """Answering the same message twice does not make a second ask."""
    first = robin.messages[-1]
    await robin.presses(await robin.drafts(), ids.SENT)
    assert "Asked 1 time since" in words(await robin.uses_the_shortcut(first))


# What is missing


async def test_a_missing_detail_is_marked_and_nothing_is_saved(world, asked):
    """What a script needs is said under its own input; no draft is kept or shown."""
    await asked.picks(ids.SCRIPT, "redirect_other")
    view = _emptied(asked)
    answered = await slack_requests.interaction(world, slack_requests.view_submission(view))
    assert answered.json["response_action"] == "errors"
    assert block(asked.modal, ids.DETAIL + "redirect_to")["block_id"] in answered.json["errors"]
    assert (world.saved, posts(world)) == (0, [])


async def test_every_missing_detail_is_marked(world, robin, catalogue: Catalogue):
    """All that is missing is marked at once, and only that."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "coffee")
    await robin.picks(ids.SCRIPT, "coffee_group")
    answered = await slack_requests.interaction(world, slack_requests.view_submission(_emptied(robin)))
    needed = {one.id for one in catalogue["coffee_group"].facts.details if one.required}
    marked = {known.partition(":")[0].removeprefix(ids.DETAIL) for known in answered.json["errors"]}
    assert marked == needed


async def test_what_is_missing_gets_its_inputs(robin):
    """Sent before the details of its situation were drawn, the modal comes back with their inputs."""
    await robin.uses_the_shortcut()
    await robin.submits(**{ids.SITUATION: "supplier"})
    assert chosen(robin.modal, ids.SITUATION) == "supplier"
    await robin.submits(wins="a site", needs="speed", attempts="wrote it down", contract_checked=["yes"])
    assert draft(robin.from_the_app[-1]).startswith("Hi Ana")


async def test_a_condition_must_be_met(world, robin, languages: Languages):
    """A required yes that is not given has its own sentence."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "coffee")
    await robin.picks(ids.SCRIPT, "coffee_group")
    answered = await slack_requests.interaction(world, slack_requests.view_submission(_emptied(robin)))
    at = block(robin.modal, ids.DETAIL + "group_exists")["block_id"]
    assert answered.json["errors"][at] == languages["en"]("wrong.must_be_yes")


async def test_nobody_to_answer_is_marked(world, robin):
    """Without a requester and without a name, both inputs are marked."""
    await robin.types("the reference")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits()
    assert {one.partition(":")[0] for one in robin.modal.errors} == {ids.REQUESTER, ids.NAME}
    assert world.saved == 0


async def test_the_preview_says_what_is_missing(asked):
    """Where a draft cannot be written, there is no draft with a hole but the names of what it needs."""
    await asked.picks(ids.SCRIPT, "redirect_other")
    assert preview(asked.modal) == ""
    label = block(asked.modal, ids.DETAIL + "redirect_to")["label"]["text"]
    assert label in words([one for one in asked.modal.blocks if one["type"] == "context"])


# Sending it


async def test_a_submission_saves_once_and_shows_once(world, asked):
    """One draft is kept, and one message is left, through the response_url and for the author alone."""
    await asked.submits()
    (post,) = posts(world)
    assert (post.method, post.arguments["response_type"], post.response["ok"]) == (
        "response_url",
        "ephemeral",
        True,
    )
    assert world.saved == 1


async def test_a_submission_closes_the_modal(asked):
    """Afterwards no modal is open and the draft stands in the conversation."""
    shown = preview(asked.modal)
    delivery = await asked.submits()
    assert (delivery.body, asked.top) == ("", None)
    assert draft(asked.from_the_app[-1]) == shown


async def test_the_same_submission_twice_is_one_draft(world, asked):
    """Pressing the button a second time makes no second draft."""
    sent = slack_requests.view_submission(asked.modal.payload())
    for _ in range(2):
        assert (await slack_requests.interaction(world, sent)).status == 200
    assert world.saved == 1
    await asked.types("history")
    assert words(asked.from_the_app[-1]).count("Ana") == 1


async def test_a_draft_from_the_global_shortcut_goes_to_the_apps_own_dm(world: World, robin: Author):
    """Where there is no response_url, the draft is in the author's conversation with the app."""
    await world.slack.global_shortcut("UYOU", ids.GLOBAL_SHORTCUT)
    await robin.picks(ids.REQUESTER, "UANA")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits()
    assert [call.arguments["channel"] for call in posts(world)] == ["UYOU"]
    assert draft(robin.app_dm[-1]).startswith("Hi Ana")


async def test_a_refused_response_url_leads_to_the_apps_own_dm(world, asked):
    """When Slack no longer takes the response_url, the draft is in the author's conversation with the app."""
    world.clock.ahead = 31 * 60
    await asked.submits()
    assert asked.top is None
    assert draft(asked.app_dm[-1]).startswith("Hi Ana")


async def test_a_draft_that_slack_takes_nowhere_is_in_the_modal(world, asked, languages: Languages):
    """When both ways are closed, the modal stays open with the text to copy."""
    shown = preview(asked.modal)
    world.troubles.refuses("chat.postMessage", "messages_tab_disabled")
    world.clock.ahead = 31 * 60
    await asked.submits()
    assert draft(asked.modal) == shown
    assert languages["en"]("compose.nowhere") in words(asked.modal)


async def test_nothing_to_decline_is_no_draft(world, robin):
    """For "nothing to decline" the modal closes and nothing is kept."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "none")
    delivery = await robin.submits()
    assert (delivery.body, robin.top, world.saved, posts(world)) == ("", None, 0, [])


HOSTILE = "<!channel> <@UCOL> R&D {{ 7*7 }} {% raw %} *now* `x`"


async def test_what_the_author_types_is_text_and_nothing_else(asked: Author):
    """Mentions, entities and template code in a detail come out as they were typed, in text elements."""
    await asked.picks(ids.DETAIL + "request", HOSTILE)
    assert HOSTILE in preview(asked.modal)
    await asked.submits()
    assert HOSTILE in draft(asked.from_the_app[-1])


async def test_a_hostile_name_is_inert_in_mrkdwn(asked):
    """A name with mentions is escaped wherever the message is mrkdwn, its notification included."""
    await asked.picks(ids.MORE)
    await asked.picks(ids.NAME, "<!here> & <@UCOL>")
    await asked.submits()
    message = asked.from_the_app[-1]
    assert "&lt;!here&gt; &amp; &lt;@UCOL&gt;" in message.text
    assert "<!here>" not in words([one for one in message.blocks if one["type"] != "rich_text"])


# Every script


BEFORE = {
    "repeat_no": ["decline_polite"],
    "firm_close": ["decline_polite"],
    "no_reply": ["decline_polite", "firm_close"],
    "mentee_intros": ["mentee_handoff"],
    "mentee_update": ["mentee_handoff"],
    "supplier_next_contract": ["supplier_sunset"],
}
"""What has to be sent before a script fits."""

SCRIPTS = [
    "clarify_ask",
    "coffee_group",
    "coffee_pause",
    "decline_polite",
    "firm_close",
    "mentee_handoff",
    "mentee_intros",
    "mentee_update",
    "no_reply",
    "redirect_other",
    "repeat_no",
    "supplier_next_contract",
    "supplier_sunset",
]


async def _draft_with(robin: Author, catalogue: Catalogue, script_id: str, language: str) -> str:
    """Draft with a script from its examples; gives what the modal previewed."""
    script = catalogue[script_id]
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, script.facts.situations[0])
    if ids.KIND in actions(robin.modal.blocks):
        await robin.picks(ids.KIND, next((k for k in script.facts.kinds if k in set(Kind)), "introduction"))
    if ids.SCRIPT in actions(robin.modal.blocks):
        await robin.picks(ids.SCRIPT, script_id)
    await robin.picks(ids.DRAFT_LANGUAGE, language)
    if ids.MORE in actions(robin.modal.blocks):
        await robin.picks(ids.MORE)
    robin.world.slack.fill(robin.modal, as_typed(catalogue, script_id, language))
    await robin.picks(ids.REFRESH)
    shown = preview(robin.modal)
    await robin.submits()
    assert robin.top is None, robin.modal.errors
    return shown


def as_typed(catalogue: Catalogue, script_id: str, language: str) -> dict[str, Any]:
    """The examples of a script, as somebody fills them in, by action id."""
    typed: dict[str, Any] = {}
    for name, example in catalogue[script_id].examples(language).items():
        if isinstance(example, bool):
            typed[ids.DETAIL + name] = ["yes"] if example else []
        else:
            typed[ids.DETAIL + name] = "\n".join(example) if isinstance(example, list) else str(example)
    return typed


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
@pytest.mark.parametrize("script_id", SCRIPTS)
async def test_every_script_can_be_drafted(world, robin, catalogue: Catalogue, script_id, language):
    """With its examples filled in, each script's message holds the very text that was previewed."""
    for earlier in BEFORE.get(script_id, []):
        await _draft_with(robin, catalogue, earlier, language)
        await robin.presses(robin.from_the_app[-1], ids.SENT)
        world.slack.ask_again("DANA")
    shown = await _draft_with(robin, catalogue, script_id, language)
    message = robin.from_the_app[-1]
    assert draft(message) == shown
    assert bool(shown) == (catalogue[script_id].facts.form == "message")
    assert catalogue[script_id].words["en"].title in words(message)


def test_every_script_is_tried(catalogue: Catalogue):
    """No script of the catalogue is missing from these tests."""
    assert sorted([*SCRIPTS, "no_action"]) == sorted(catalogue.scripts)


def _emptied(author: Author) -> dict[str, Any]:
    """The modal with every detail emptied, as no client would send it."""
    view = author.modal.payload()
    for inputs in view["state"]["values"].values():
        for action_id, field in inputs.items():
            if action_id.startswith(ids.DETAIL):
                field |= {key: [] if key == "selected_options" else None for key in field if key != "type"}
    return view
