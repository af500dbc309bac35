"""The ways in: the message shortcut, the global shortcut, and `/decline` with what may follow it."""

from __future__ import annotations

import pytest

from bot import ids
from bot.localization import Languages
from tests import slack_requests
from tests.author import Author, actions, chosen, draft, element, preview, quote, words

HOSTILE = "<!channel> <@UCOL> & <https://evil.example|click> *now* {{ 7*7 }} {% raw %}"


async def test_the_message_shortcut_opens_the_modal_before_it_is_answered(world, robin):
    """The modal is open by the time Slack has its answer, on the trigger of the shortcut."""
    delivery_before = len(world.slack.calls)
    await robin.uses_the_shortcut()
    opened = [call for call in world.slack.calls[delivery_before:] if call.method == "views.open"]
    assert [call.response["ok"] for call in opened] == [True]


async def test_the_sender_of_the_message_is_who_asks(robin):
    """Who wrote the message is preselected as the requester."""
    view = await robin.uses_the_shortcut()
    assert element(view, ids.REQUESTER)["initial_user"] == "UANA"


async def test_the_message_is_quoted(world, robin):
    """The message stands in the modal as it was written."""
    message = world.slack.type("UANA", "DANA", "Fish & chips <3, Robin?")
    assert quote(await robin.uses_the_shortcut(message)) == "Fish & chips <3, Robin?"


async def test_a_quoted_message_is_inert(world, robin):
    """A message with mentions, links and markup is quoted as text elements, which Slack leaves alone."""
    message = world.slack.say("UANA", "DANA", HOSTILE)
    view = await robin.uses_the_shortcut(message)
    (quoted,) = (block for block in view.blocks if block["block_id"] == "quote")
    inside = quoted["elements"][0]["elements"]
    assert (quoted["type"], {one["type"] for one in inside}) == ("rich_text", {"text"})
    assert "{{ 7*7 }} {% raw %}" in inside[0]["text"]


async def test_a_long_message_is_quoted_in_part(world, robin):
    """The quote of a long message is cut, with an ellipsis."""
    message = world.slack.say("UANA", "DANA", "please " * 2000)
    assert len(quote(await robin.uses_the_shortcut(message))) <= 300
    assert quote(robin.modal).endswith("…")


async def test_the_message_itself_is_kept_nowhere(robin):
    """The text of the message is in the modal and not in its metadata."""
    view = await robin.uses_the_shortcut()
    assert quote(view)
    assert quote(view)[:20] not in view.private_metadata


async def test_an_app_is_not_who_asks(world, robin, languages: Languages):
    """For an app's message nobody is preselected, and the modal says why."""
    message = world.slack.say("UROBOT", "DANA", "Rate your stay!")
    view = await robin.uses_the_shortcut(message)
    assert "initial_user" not in element(view, ids.REQUESTER)
    assert languages["en"]("compose.is_bot") in words(view)


async def test_the_author_is_not_who_asks(world, robin):
    """On the author's own message nobody is preselected."""
    message = world.slack.say("UYOU", "DANA", "Note to self: answer Ana.")
    assert "initial_user" not in element(await robin.uses_the_shortcut(message), ids.REQUESTER)


@pytest.mark.parametrize(
    "message", [{"text": ""}, {}, {"text": None, "files": [{"id": "F1"}]}, {"text": " \n"}]
)
async def test_a_message_without_text_is_answered_too(world, robin, message):
    """A message that is only a file opens the modal without a quote."""
    trigger = world.slack.views.trigger("UYOU")
    await slack_requests.interaction(
        world, slack_requests.message_shortcut({"user": "UANA", **message}, trigger_id=trigger)
    )
    assert quote(robin.modal) == ""
    assert element(robin.modal, ids.REQUESTER)["initial_user"] == "UANA"


@pytest.fixture
async def ana_is_known(robin: Author) -> None:
    """Somebody outside who asked for a job lead, once, is remembered."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.RELATIONSHIP, "outside")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "job_lead")
    await robin.submits()


@pytest.mark.usefixtures("ana_is_known")
@pytest.mark.parametrize("way_in", ["the command", "the global shortcut"])
async def test_what_is_remembered_of_the_requester_is_preselected(world, robin, way_in):
    """Without a message, who they are, the situation and the kind are as they were chosen the first time."""
    if way_in == "the command":
        await robin.types("@ana")
    else:
        await world.slack.global_shortcut("UYOU", ids.GLOBAL_SHORTCUT)
        await robin.picks(ids.REQUESTER, "UANA")
    remembered = [chosen(robin.modal, one) for one in (ids.RELATIONSHIP, ids.SITUATION, ids.KIND)]
    assert remembered == ["outside", "one_off", "job_lead"]


@pytest.mark.usefixtures("ana_is_known")
async def test_a_message_in_doubt_has_nothing_preselected(robin):
    """With a message that says too little, who they are is filled in, and what they want is not."""
    view = await robin.uses_the_shortcut()
    assert (chosen(view, ids.RELATIONSHIP), chosen(view, ids.SITUATION)) == ("outside", None)
    assert ids.KIND not in actions(view.blocks)


async def test_what_is_remembered_is_of_this_requester_only(robin):
    """What was chosen for one person says nothing of another."""
    await robin.drafts()
    await robin.types("@mark")
    assert chosen(robin.modal, ids.REQUESTER) == "UMARK"
    assert chosen(robin.modal, ids.SITUATION) is None


async def test_the_global_shortcut_opens_an_empty_modal(world, robin):
    """From anywhere the modal opens without a quote and without a requester."""
    await world.slack.global_shortcut("UYOU", ids.GLOBAL_SHORTCUT)
    assert quote(robin.modal) == ""
    assert chosen(robin.modal, ids.REQUESTER) is None


async def test_the_command_alone_opens_an_empty_modal(robin):
    """`/decline` opens the modal and says nothing in the conversation."""
    delivery = await robin.types("")
    assert (delivery.status, delivery.body, robin.from_the_app) == (200, "", [])
    assert chosen(robin.modal, ids.REQUESTER) is None


async def test_the_command_takes_a_person(robin):
    """`/decline @ana` preselects Ana."""
    await robin.types("@ana")
    assert chosen(robin.modal, ids.REQUESTER) == "UANA"


async def test_the_command_takes_what_is_asked_for(robin):
    """The words after the person are what they ask for, in the draft as well."""
    await robin.types("@ana the reference")
    await robin.picks(ids.SITUATION, "one_off")
    assert chosen(robin.modal, ids.DETAIL + "request") == "the reference"
    assert "the reference" in preview(robin.modal)


async def test_the_words_of_the_command_survive_the_choice_of_a_kind(robin):
    """A kind's usual words do not go over those that came with the command."""
    await robin.types("@ana the reference")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "introduction")
    await robin.picks(ids.SCRIPT, "decline_polite")
    assert chosen(robin.modal, ids.DETAIL + "request") == "the reference"


async def test_the_command_takes_words_without_a_person(robin):
    """`/decline the reference` needs no person; the name is asked for."""
    await robin.types("the reference")
    assert ids.NAME in actions(robin.modal.blocks)
    await robin.picks(ids.SITUATION, "one_off")
    assert chosen(robin.modal, ids.DETAIL + "request") == "the reference"


@pytest.mark.parametrize("reference", ["<@UANA>", "<@UANA|ana>", "  <@UANA|ana.costa>  "])
async def test_every_form_of_a_reference_is_a_person(world, robin, reference):
    """Slack's reference to a person is understood with and without a name in it."""
    trigger = world.slack.views.trigger("UYOU")
    await slack_requests.command(world, f"{reference} a talk", trigger_id=trigger)
    await robin.picks(ids.SITUATION, "one_off")
    assert chosen(robin.modal, ids.REQUESTER) == "UANA"
    assert chosen(robin.modal, ids.DETAIL + "request") == "a talk"


async def test_the_words_of_the_command_are_unescaped(robin):
    """What Slack escapes in a command is in the draft as it was typed."""
    await robin.types("@ana the R&D budget")
    await robin.picks(ids.SITUATION, "one_off")
    assert "the R&D budget" in preview(robin.modal)


@pytest.mark.parametrize("typed", ["help", " Help "])
async def test_help_says_how_to_begin(robin, languages: Languages, typed):
    """`/decline help` is answered for the author alone, with the commands."""
    delivery = await robin.types(typed)
    assert delivery.body["response_type"] == "ephemeral"
    assert languages["en"]("help.shortcut") in words(robin.from_the_app[-1])
    assert "`/decline history`" in words(robin.from_the_app[-1])


async def test_an_empty_history_says_how_to_begin(robin, languages: Languages):
    """`/decline history` without drafts says where drafts come from."""
    delivery = await robin.types("history")
    assert delivery.body["response_type"] == "ephemeral"
    assert words(robin.from_the_app[-1]) == languages["en"]("history.empty")


@pytest.mark.at_scale
async def test_history_shows_what_became_of_a_draft(robin):
    """A line of history names who asked, the script and the outcome."""
    message = await robin.drafts()
    await robin.presses(message, ids.SENT)
    await robin.types("history")
    (line,) = (line for line in words(robin.from_the_app[-1]).splitlines() if "Ana" in line)
    assert line.endswith("·  Say no, politely  ·  sent")


async def test_history_shows_the_ten_newest(robin):
    """Of eleven drafts the history shows the last ten, the newest first."""
    for number in range(11):
        await robin.types(f"thing {number}")
        await robin.picks(ids.SITUATION, "one_off")
        await robin.submits(**{ids.NAME: f"Person {number}"})
    await robin.types("history")
    lines = [line for line in words(robin.from_the_app[-1]).splitlines() if "Person" in line]
    assert [line.split("*")[1] for line in lines] == [f"Person {number}" for number in range(10, 0, -1)]


async def test_history_is_the_authors_own(world, robin):
    """Nobody sees a line of anybody else's history."""
    world.authors.add("UCOL")
    await robin.drafts()
    await world.slack.slash_command("UCOL", "CGENERAL", "history")
    (answer,) = (m for m in world.slack.messages("UCOL", "CGENERAL") if m.by_app)
    assert "Ana" not in words(answer)


@pytest.mark.at_scale
@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_the_whole_way_in_the_authors_language(world, robin, languages: Languages, language):
    """With the author's Slack in a language, the modal, the draft, its note and the help are in it."""
    say = languages[language]
    world.slack.speak(language)
    message = await robin.drafts()
    opened = next(call.arguments["view"] for call in world.slack.calls if call.method == "views.open")
    assert opened["title"]["text"] == say("compose.title")
    assert draft(message).startswith({"en": "Hi Ana", "nl": "Hoi Ana", "nb": "Hei, Ana"}[language][:3])
    await robin.presses(message, ids.SENT)
    assert say("draft.undo") in words(robin.from_the_app[-1])
    await robin.types("help")
    assert say("help.shortcut") in words(robin.from_the_app[-1])
    home = await robin.opens_home()
    assert say("home.title") in words(home)
