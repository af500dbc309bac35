"""The compose modal: what each choice does to it, and what becomes of it when it is sent."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import ids
from bot.catalogue import Catalogue, Kind, Situation
from bot.ladder import Relationship
from bot.lint import Lint
from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.workspace import Settings
from tests import slack_requests
from tests.author import Author, actions, block, chosen, draft, element, preview, quote, says, values, words
from tests.conftest import World


def posts(world: World) -> list[Any]:
    """Every message the app tried to leave, by whatever way."""
    return [call for call in world.slack.calls if call.method in {"response_url", "chat.postMessage"}]


@pytest.fixture
async def introduced(robin: Author) -> Author:
    """The author, with the modal open on a request for an introduction, its own script proposed."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "introduction")
    return robin


@pytest.fixture
async def asked(introduced: Author) -> Author:
    """The author, who answers the request with the general no."""
    await introduced.picks(ids.SCRIPT, "decline_polite")
    return introduced


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


async def test_the_recommended_script_stands_first_and_is_chosen(introduced):
    """The script for the kind of request stands first, and is chosen until the author says otherwise."""
    assert values(introduced.modal, ids.SCRIPT)[0] == "decline_introduction"
    assert chosen(introduced.modal, ids.SCRIPT) == "decline_introduction"


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


async def test_a_weak_word_is_pointed_out(asked, lint: Lint):
    """The preview comes with advice on what weakens it, before anything is sent."""
    assert lint.by_language["en"].rules["hedge"].why not in words(asked.modal)
    await asked.picks(ids.MORE)
    await asked.picks(ids.DETAIL + "reason", "maybe it is not for me")
    assert lint.by_language["en"].rules["hedge"].why in words(asked.modal)


@pytest.mark.at_scale
async def test_the_second_ask_is_told_as_such(robin):
    """On the second ask the modal says how often they asked and what they were told."""
    await robin.presses(await robin.drafts(), ids.SENT)
    robin.world.slack.ask_again("DANA")
    shown = words(await robin.uses_the_shortcut())
    assert "Asked 2 times since" in shown
    assert says(robin.modal, "history.told_plain")


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


@pytest.mark.at_scale
async def test_the_same_submission_twice_is_one_draft(world, asked):
    """Pressing the button a second time makes no second draft."""
    sent = slack_requests.view_submission(asked.modal.payload())
    for _ in range(2):
        assert (await slack_requests.interaction(world, sent)).status == 200
    assert world.saved == 1
    await asked.types("history")
    assert words(asked.from_the_app[-1]).count("Ana") == 1


async def test_the_same_submission_after_it_was_sent_undoes_nothing(world, asked):
    """A modal that comes once more, late, shows the draft as what became of it."""
    sent = slack_requests.view_submission(asked.modal.payload())
    await slack_requests.interaction(world, sent)
    await asked.presses(asked.from_the_app[-1], ids.SENT)
    await slack_requests.interaction(world, sent)
    assert asked.from_the_app[-1].text.startswith("Noted: sent to Ana on ")
    await asked.types("history")
    assert "·  sent" in words(asked.from_the_app[-1])


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


# Where it goes


CHANNELS = [
    (facts.parent.name, channel)
    for facts in sorted((TEMPLATES / "scripts").glob("*/script.toml"))
    for channel in tomllib.loads(facts.read_text(encoding="utf-8")).get("channels", [])
]
"""Each script with each place it can go to besides a chat."""

SPOKEN = [(*each, language) for each, language in zip(CHANNELS, cycle(["en", "nl", "nb"]), strict=False)]


async def test_where_it_goes_waits_until_it_is_asked_for(asked):
    """A draft is a chat message; the other places are in a menu under "Add more"."""
    assert ids.CHANNEL not in actions(asked.modal.blocks)
    await asked.picks(ids.MORE)
    assert values(asked.modal, ids.CHANNEL) == ["chat", "email", "short"]
    assert chosen(asked.modal, ids.CHANNEL) == "chat"


@pytest.mark.parametrize(
    ("language", "subject", "bye"),
    [
        ("en", "Subject: ", "\n\nBest regards,\nRobin"),
        ("nl", "Onderwerp: ", "\n\nGroet,\nRobin"),
        ("nb", "Emne: ", "\n\nVennlig hilsen\nRobin"),
    ],
)
async def test_an_email_has_a_subject_and_the_authors_name(asked, language, subject, bye):
    """For an e-mail the text stands under a subject and over the author's name, in its own language."""
    await asked.picks(ids.DRAFT_LANGUAGE, language)
    await asked.picks(ids.MORE)
    chat = preview(asked.modal)
    await asked.picks(ids.CHANNEL, "email")
    first, blank, text = preview(asked.modal).removesuffix(bye).split("\n", 2)
    assert (first.startswith(subject), len(first) > len(subject), blank) == (True, True, "")
    assert text == chat
    assert preview(asked.modal).endswith(bye)


async def test_an_email_of_an_author_without_a_name_is_unsigned(world, robin):
    """When Slack does not say who the author is, the e-mail ends with its text."""
    world.troubles.fails("users.info")
    await robin.types("the reference")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.NAME, "Noor")
    await robin.picks(ids.MORE)
    chat = preview(robin.modal)
    await robin.picks(ids.CHANNEL, "email")
    assert preview(robin.modal).startswith("Subject: ")
    assert preview(robin.modal).endswith(f"\n\n{chat}")


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_a_short_text_is_short(asked, language):
    """A short text says it in 25 words at most, and not as the chat message does."""
    await asked.picks(ids.DRAFT_LANGUAGE, language)
    await asked.picks(ids.MORE)
    chat = preview(asked.modal)
    await asked.picks(ids.CHANNEL, "short")
    assert 5 < len(preview(asked.modal).split()) <= 25
    assert preview(asked.modal) != chat


@pytest.mark.parametrize("script_id", ["supplier_sunset", "mentee_handoff"])
async def test_talking_points_are_lines_to_speak(robin, catalogue: Catalogue, script_id):
    """For a conversation the same is said in points, each a paragraph of its own."""
    await _filled_in(robin, catalogue, script_id, "en", "")
    chat = preview(robin.modal)
    await robin.picks(ids.CHANNEL, "points")
    shown = preview(robin.modal)
    assert (shown.count("\n\n") > chat.count("\n\n"), shown != chat) == (True, True)
    examples = catalogue[script_id].examples("en").values()
    wins = next(one for one in examples if isinstance(one, list))
    assert [one for one in wins if one not in shown] == []


@pytest.mark.parametrize(("script_id", "channel", "language"), SPOKEN)
async def test_what_was_previewed_is_posted(robin, catalogue: Catalogue, script_id, channel, language):
    """Wherever it goes, the message holds the very text that the modal showed."""
    await _filled_in(robin, catalogue, script_id, language, "")
    chat = preview(robin.modal)
    await robin.picks(ids.CHANNEL, channel)
    shown = preview(robin.modal)
    assert shown not in {chat, ""}
    await robin.submits()
    assert draft(robin.from_the_app[-1]) == shown


async def test_where_it_goes_stays_through_the_next_choice(asked):
    """A place that was chosen is not undone by another tone or a detail."""
    await asked.picks(ids.MORE)
    await asked.picks(ids.CHANNEL, "email")
    await asked.picks(ids.TONE, "warm")
    await asked.picks(ids.DETAIL + "reason", "it is a rule of mine")
    assert chosen(asked.modal, ids.CHANNEL) == "email"
    assert preview(asked.modal).startswith("Subject: ")
    assert "t is a rule of mine" in preview(asked.modal)


async def test_a_place_the_next_script_does_not_go_to_gives_way(robin, catalogue: Catalogue):
    """When another script is written for no such place, it is a chat message again."""
    await _filled_in(robin, catalogue, "mentee_handoff", "en", "points")
    await robin.picks(ids.SITUATION, "coffee")
    assert chosen(robin.modal, ids.CHANNEL) == "chat"


# Form of address


FORMAL = "Beste Robin, zou u mij willen voorstellen aan uw collega van marketing?"
FAMILIAR = "Hoi Robin, zou je me willen voorstellen aan je collega van marketing?"
NEITHER = "Hoi Robin, een introductie bij marketing, kan dat?"


async def _asked_in_dutch(robin: Author, text: str) -> Author:
    robin.world.slack.speak("nl")
    await robin.uses_the_shortcut(robin.world.slack.say("UANA", "DANA", text))
    await robin.picks(ids.SITUATION, "one_off")
    return robin


@pytest.mark.parametrize(("text", "form"), [(FORMAL, "u"), (FAMILIAR, "je"), (NEITHER, "je")])
async def test_the_form_of_address_is_mirrored(robin, lint: Lint, text, form):
    """Who writes "u" is answered with "u", anybody else with "je", and the menu shows which."""
    await _asked_in_dutch(robin, text)
    assert chosen(robin.modal, ids.ADDRESS) == form
    assert lint.address_of(preview(robin.modal), "nl") == form


@pytest.mark.parametrize(("text", "other"), [(FORMAL, "je"), (FAMILIAR, "u")])
async def test_the_form_of_address_is_the_authors_choice(robin, lint: Lint, text, other):
    """What the author picks goes before the message, and stays through the next choice."""
    await _asked_in_dutch(robin, text)
    await robin.picks(ids.ADDRESS, other)
    assert lint.address_of(preview(robin.modal), "nl") == other
    await robin.picks(ids.TONE, "warm")
    assert (chosen(robin.modal, ids.ADDRESS), lint.address_of(preview(robin.modal), "nl")) == (other, other)


async def test_a_mirrored_form_stays_through_the_next_choice(robin, lint: Lint):
    """Another tone, and another language and back, keep the form that the message had."""
    await _asked_in_dutch(robin, FORMAL)
    await robin.picks(ids.TONE, "formal")
    assert lint.address_of(preview(robin.modal), "nl") == "u"
    await robin.picks(ids.DRAFT_LANGUAGE, "en")
    await robin.picks(ids.DRAFT_LANGUAGE, "nl")
    assert lint.address_of(preview(robin.modal), "nl") == "u"


@pytest.mark.parametrize("channel", ["email", "short"])
async def test_every_place_has_the_form_of_address(robin, lint: Lint, channel):
    """An e-mail, subject included, and a short text say "u" as well."""
    await _asked_in_dutch(robin, FORMAL)
    await robin.picks(ids.MORE)
    await robin.picks(ids.CHANNEL, channel)
    assert lint.address_of(preview(robin.modal), "nl") == "u"


@pytest.mark.parametrize("language", ["en", "nb"])
async def test_there_is_no_form_to_choose_where_there_is_one(robin, language):
    """English and Norwegian have one form of address, so there is no menu for it."""
    await _asked_in_dutch(robin, FORMAL)
    await robin.picks(ids.DRAFT_LANGUAGE, language)
    assert ids.ADDRESS not in actions(robin.modal.blocks)


# What it contradicts


PAUSED = [("coffee_pause", {"demand": "the audit"})]
PROMISED = [("decline_defer", {"request": "a review"})]
DECLINED = [("decline_favour", {"request": "a review"})]
REDIRECTED = [("redirect_other", {"redirect_to": "Noor"})]
CLOSED = [("decline_polite", {}), ("firm_close", {})]
SILENT = [*CLOSED, ("no_reply", {})]

CONTRADICTIONS = {
    "pause_until": ("USONYA", "coffee", PAUSED, "coffee_group"),
    "defer_until": ("UANA", "one_off", PROMISED, "decline_favour"),
    "no": ("UANA", "one_off", DECLINED, "decline_defer"),
    "redirect": ("UANA", "repeat_asker", REDIRECTED, "decline_polite"),
    "close": ("UANA", "repeat_asker", CLOSED, "decline_polite"),
    "silence": ("UANA", "repeat_asker", SILENT, "redirect_other"),
}
"""By the line that it brings: who asks, for what, what they were told, and the script on show."""

CONSISTENT = [
    ("USONYA", "coffee", PAUSED, "coffee_pause"),
    ("UANA", "one_off", PROMISED, "decline_defer"),
    ("UANA", "one_off", DECLINED, "repeat_no"),
    ("UANA", "repeat_asker", REDIRECTED, "redirect_other"),
    ("UANA", "repeat_asker", CLOSED, "no_reply"),
    ("UANA", "repeat_asker", SILENT, "repeat_no"),
    ("USONYA", "coffee", [("coffee_pause", {"demand": "x", "pause_until": "2020-01-01"})], "coffee_group"),
]
"""The same, where nothing is contradicted: the same once more, a firmer no, a pause that is over."""


async def _with(
    robin: Author, situation: str, earlier: list[tuple[str, dict[str, str]]], script: str
) -> Author:
    """Tell somebody one thing after another, and open the modal for a script when they ask again."""
    for one, details in earlier:
        await robin.presses(await robin.drafts(situation, "favour", one, **details), ids.SENT)
        robin.world.slack.ask_again(robin.channel)
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, situation)
    if ids.KIND in actions(robin.modal.blocks):
        await robin.picks(ids.KIND, "favour")
    await robin.picks(ids.SCRIPT, script)
    assert chosen(robin.modal, ids.SCRIPT) == script
    return robin


def _against(robin: Author) -> list[str]:
    """The lines on what the draft contradicts: small print that is bold from end to end."""
    lines = [words(one) for one in robin.modal.blocks if one["type"] == "context"]
    return [line.strip("*") for line in lines if line[0] == line[-1] == "*"]


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
@pytest.mark.parametrize("key", CONTRADICTIONS)
async def test_a_draft_that_says_something_else_is_pointed_out(world, robin, languages, key, language):
    """Where the draft contradicts what was said last, one line says what that was, when, and until when."""
    say, today = languages[language], datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    requester, situation, earlier, script = CONTRADICTIONS[key]
    world.slack.speak(language)
    robin = await _with(robin.beside(requester), situation, earlier, script)
    days = {"pause_until": 60, "defer_until": 14}.get(key, 0)
    until = say.day(today + timedelta(days=days), today)
    assert _against(robin) == [say(f"contradiction.{key}", date=say.day(today, today), until=until)]


@pytest.mark.parametrize(("requester", "situation", "earlier", "script"), CONSISTENT)
async def test_what_contradicts_nothing_brings_no_line(robin, requester, situation, earlier, script):
    """The same once more, a firmer no, or anything after a pause is over, is no contradiction."""
    assert _against(await _with(robin.beside(requester), situation, earlier, script)) == []


# A manager


@pytest.mark.parametrize("kind", [one for one in Kind if one is not Kind.UNCLEAR])
async def test_a_manager_is_offered_a_choice_first(robin, kind):
    """Whatever a manager asks for, the first answer is what it would push out, for them to choose."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.RELATIONSHIP, "manager")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, kind)
    assert values(robin.modal, ids.SCRIPT)[0] == chosen(robin.modal, ids.SCRIPT) == "tradeoff_manager"


@pytest.mark.parametrize("relationship", [one for one in Relationship if one is not Relationship.MANAGER])
async def test_the_choice_is_for_managers(robin, relationship):
    """Nobody else is offered it."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.RELATIONSHIP, relationship)
    await robin.picks(ids.SITUATION, "one_off")
    assert "tradeoff_manager" not in values(robin.modal, ids.SCRIPT)


# Pressure


async def test_the_box_for_pressure_stands_at_the_end(robin):
    """Every modal ends with the question whether this is pressure, unticked."""
    assert actions((await robin.uses_the_shortcut()).blocks)[-1] == ids.PRESSURED
    assert not chosen(robin.modal, ids.PRESSURED)
    await robin.picks(ids.SITUATION, "one_off")
    assert actions(robin.modal.blocks)[-1] == ids.PRESSURED


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_under_pressure_there_is_no_script(world, robin, languages: Languages, language):
    """Once it is ticked there is nothing to draft with, and people to turn to."""
    say = languages[language]
    world.slack.speak(language)
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    assert say("pressure.no_script") not in words(robin.modal)
    await robin.picks(ids.PRESSURED, ["yes"])
    assert preview(robin.modal) == ""
    drafting = {ids.SCRIPT, ids.TONE, ids.DRAFT_LANGUAGE, ids.CHANNEL, ids.MORE, ids.DETAIL + "request"}
    assert drafting.isdisjoint(actions(robin.modal.blocks))
    assert say("pressure.no_script") in words(robin.modal)
    assert say("pressure.somebody") in words(robin.modal)
    assert robin.modal.content["submit"]["text"] == say("compose.submit_nothing")


@pytest.mark.parametrize("situation", ["one_off", ""])
async def test_under_pressure_nothing_is_drafted(world, robin, situation):
    """Sent like this, filled in or not, the modal closes, and no draft is kept or shown."""
    await robin.uses_the_shortcut()
    if situation:
        await robin.picks(ids.SITUATION, situation)
    await robin.picks(ids.PRESSURED, ["yes"])
    delivery = await robin.submits()
    assert (delivery.status, delivery.body, robin.top) == (200, "", None)
    assert (world.saved, posts(world), list(world.redis.scan_iter("*:person:*"))) == (0, [], [])


@pytest.mark.parametrize("settings", [Settings(safety_contact="Noor & HR <!channel> ext. 12")])
async def test_the_contact_that_admins_chose_is_shown(settings, robin, say):
    """Whom the workspace names goes before the general advice, and is inert."""
    await robin.uses_the_shortcut()
    assert "Noor" not in words(robin.modal)
    await robin.picks(ids.PRESSURED, ["yes"])
    assert "Noor &amp; HR &lt;!channel&gt; ext. 12" in words(robin.modal)
    assert say("pressure.somebody") not in words(robin.modal)


async def test_without_the_tick_the_modal_is_back(introduced):
    """Unticked, everything is where it was, and can be drafted."""
    before = words(introduced.modal)
    await introduced.picks(ids.PRESSURED, ["yes"])
    assert words(introduced.modal) != before
    await introduced.picks(ids.PRESSURED, [])
    assert words(introduced.modal) == before
    await introduced.submits(target="your head of marketing")
    assert "head of marketing" in draft(introduced.from_the_app[-1])


async def test_what_was_typed_before_the_tick_is_still_there(asked):
    """A detail that was filled in survives the tick and its end."""
    await asked.picks(ids.DETAIL + "request", "the reference")
    await asked.picks(ids.PRESSURED, ["yes"])
    await asked.picks(ids.PRESSURED, [])
    await asked.picks(ids.SCRIPT, "decline_polite")
    assert chosen(asked.modal, ids.DETAIL + "request") == "the reference"


# Every script


BEFORE = {
    "repeat_no": ["decline_polite"],
    "firm_close": ["decline_polite"],
    "no_reply": ["decline_polite", "firm_close"],
    "mentee_intros": ["mentee_handoff"],
    "mentee_update": ["mentee_handoff"],
    "supplier_next_contract": ["supplier_sunset"],
    "supplier_written_notice": ["supplier_sunset"],
}
"""What has to be sent before a script fits."""

SCRIPTS = [
    "clarify_ask",
    "coffee_group",
    "coffee_pause",
    "decline_advice",
    "decline_defer",
    "decline_event",
    "decline_favour",
    "decline_fundraiser",
    "decline_introduction",
    "decline_job_lead",
    "decline_meeting",
    "decline_pitch",
    "decline_polite",
    "decline_recommendation",
    "fade_ex_colleague",
    "firm_close",
    "mentee_handoff",
    "mentee_intros",
    "mentee_update",
    "no_reply",
    "opt_out_introduction",
    "redirect_other",
    "repeat_no",
    "supplier_next_contract",
    "supplier_sunset",
    "supplier_written_notice",
    "tradeoff_manager",
]


async def _filled_in(
    robin: Author, catalogue: Catalogue, script_id: str, language: str, channel: str
) -> None:
    """Open the modal and fill in a script with its examples, after what it presupposes was sent."""
    for earlier in BEFORE.get(script_id, []):
        await _filled_in(robin, catalogue, earlier, language, "")
        await robin.submits()
        await robin.presses(robin.from_the_app[-1], ids.SENT)
        robin.world.slack.ask_again(robin.channel)
    script = catalogue[script_id]
    await robin.uses_the_shortcut()
    for relationship in script.facts.relationships:
        await robin.picks(ids.RELATIONSHIP, relationship)
    await robin.picks(ids.SITUATION, script.facts.situations[0])
    if ids.KIND in actions(robin.modal.blocks):
        await robin.picks(ids.KIND, next((k for k in script.facts.kinds if k in set(Kind)), "introduction"))
    if ids.SCRIPT in actions(robin.modal.blocks):
        await robin.picks(ids.SCRIPT, script_id)
    await robin.picks(ids.DRAFT_LANGUAGE, language)
    if ids.MORE in actions(robin.modal.blocks):
        await robin.picks(ids.MORE)
    robin.world.slack.fill(robin.modal, as_typed(catalogue, script_id, language))
    await robin.picks(*((ids.CHANNEL, channel) if channel else (ids.REFRESH,)))


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
    await _filled_in(robin, catalogue, script_id, language, "")
    shown = preview(robin.modal)
    await robin.submits()
    assert robin.top is None, robin.modal.errors
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
