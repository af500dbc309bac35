"""Scripts of an author's own: an edited text kept word for word, proposed to them alone, and taken away."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from redis import Redis

from bot import ids
from bot.catalogue import Catalogue, Kind, Situation, Step
from bot.drafting import Request, compose
from bot.ladder import Case, climb
from bot.own import MOST_OWN, Own, as_script, parts, script_id, with_own
from bot.paths import TEMPLATES
from bot.playground.views import View
from bot.proposal import Form, Known, propose
from bot.records import Remembered
from bot.stores.encryption import Vault
from bot.surfaces.answers import answers
from tests import slack_requests
from tests.admin import admin_of
from tests.author import Author, actions, chosen, draft, preview, values, words
from tests.conftest import TEAM
from tests.payloads import ESCAPES

MINE = f"decline:{{{TEAM}:UYOU}}:scripts"
TEXT = "Hi Ana, no. I keep Fridays free, Ana."
KIM = {"id": "UCOL", "username": "kim", "name": "kim", "team_id": TEAM}


def own(**said: object) -> Own:
    """A kept text."""
    about: dict[str, object] = {
        "id": script_id("0123456789abcdef"),
        "title": "Fridays",
        "text": TEXT,
        "name": "Ana",
        "language": "en",
        "tone": "firm",
        "situations": (Situation.ONE_OFF,),
        "kinds": (Kind.EVENT,),
        "base": "decline_event",
        "step": Step.DECLINE,
        "variant": "plain",
        "at": 1.0,
    }
    return Own(**{**about, **said})  # type: ignore[arg-type]


async def edited(author: Author, text: str = TEXT, **asked: str) -> None:
    """Drafts, and puts a text of their own in its place."""
    message = await author.drafts(
        **(asked or {"kind": "event", "script": "decline_event", "event": "the fair"})
    )
    await author.presses(message, ids.EDIT_DRAFT)
    await author.submits(text=text)


async def keeps(author: Author, title: str = "Fridays", **chosen_: object) -> View:
    """Keeps the text of the latest draft."""
    await author.presses(author.from_the_app[-1], ids.DRAFT_MENU, ids.KEEP)
    await author.submits(**{ids.TITLE: title, **chosen_})
    return author.modal


async def offered(author: Author, requester: str = "UPETRA", language: str = "en") -> list[str]:
    """What the author is offered for somebody else's request to come to an event."""
    there = author.beside(requester)
    await there.uses_the_shortcut()
    await there.picks(ids.SITUATION, "one_off")
    await there.picks(ids.KIND, "event")
    if language != "en":
        await there.picks(ids.DRAFT_LANGUAGE, language)
    return values(there.modal, ids.SCRIPT)


def held(redis: Redis) -> list[str]:
    """The ids that are kept."""
    return sorted(key.decode() for key in redis.hkeys(MINE))


# Keeping


async def test_only_what_was_edited_can_be_kept(robin):
    """The menu offers it for the author's own text, and not for what a script wrote."""
    message = await robin.drafts("one_off", "event", "decline_event", event="the fair")
    choices = [one.partition(":")[0] for one in values(message, ids.DRAFT_MENU)]
    assert ids.KEEP not in choices
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text=TEXT)
    choices = [one.partition(":")[0] for one in values(robin.from_the_app[-1], ids.DRAFT_MENU)]

    assert ids.KEEP in choices
    assert len(choices) <= 5


async def test_the_modal_shows_what_is_kept(robin, say):
    """The text, with the name that will be another one in bold; situation and kind as in the draft."""
    await edited(robin)
    await robin.presses(robin.from_the_app[-1], ids.DRAFT_MENU, ids.KEEP)
    view = robin.modal
    quote = next(one for one in view.blocks if one["type"] == "rich_text")["elements"][0]["elements"]
    bold = [one["text"] for one in quote if one.get("style", {}).get("bold")]

    assert "".join(one["text"] for one in quote) == TEXT
    assert bold == ["Ana", "Ana"]
    assert say("own.name", name="Ana") in words(view)
    assert (chosen(view, ids.SITUATIONS), chosen(view, ids.KINDS)) == (["one_off"], ["event"])


async def test_a_text_without_the_name_says_so(robin, say):
    """Then everybody will read the same."""
    await edited(robin, "No, I keep Fridays free.")
    await robin.presses(robin.from_the_app[-1], ids.DRAFT_MENU, ids.KEEP)

    assert say("own.no_name", name="Ana") in words(robin.modal)


async def test_it_is_proposed_and_is_theirs(robin, say):
    """The next time it is among the answers, marked as their own, with the other one's name in it."""
    await edited(robin)
    view = await keeps(robin)
    assert say("scripts.done_kept") in words(view)
    assert "Fridays" in words(view)
    await robin.world.slack.close(robin.user)
    (kept,) = [one for one in await offered(robin) if one.startswith("own:")]
    assert say("own.mark") in words(robin.modal)
    await robin.picks(ids.SCRIPT, kept)

    assert preview(robin.modal) == "Hi Petra, no. I keep Fridays free, Petra."


async def test_it_is_in_its_own_language_only(robin):
    """A text in English is not proposed for a draft in Dutch."""
    await edited(robin)
    await keeps(robin)
    await robin.world.slack.close(robin.user)

    assert [one for one in await offered(robin, language="nl") if one.startswith("own:")] == []


async def test_it_is_for_what_was_chosen(robin):
    """It is proposed in the situations and for the kinds that the author named."""
    await edited(robin)
    await keeps(robin, **{ids.SITUATIONS: ["coffee"], ids.KINDS: []})
    await robin.world.slack.close(robin.user)
    assert [one for one in await offered(robin) if one.startswith("own:")] == []
    await robin.world.slack.close(robin.user)
    there = robin.beside("USONYA")
    await there.uses_the_shortcut()
    await there.picks(ids.SITUATION, "coffee")

    assert [one for one in values(there.modal, ids.SCRIPT) if one.startswith("own:")]


@pytest.mark.at_scale
async def test_a_draft_is_made_and_sent_with_it(robin, say):
    """The whole way: picked, drafted, worded anew, sent; the history calls it by its title."""
    await edited(robin)
    await keeps(robin)
    await robin.world.slack.close(robin.user)
    (kept,) = [one for one in await offered(robin) if one.startswith("own:")]
    petra = robin.beside("UPETRA")
    await petra.picks(ids.SCRIPT, kept)
    await petra.submits()
    message = petra.from_the_app[-1]
    assert draft(message) == "Hi Petra, no. I keep Fridays free, Petra."
    await petra.presses(message, ids.ANOTHER)
    assert draft(petra.from_the_app[-1]) == "Hi Petra, no. I keep Fridays free, Petra."
    assert say("draft.wordings_used") in words(petra.from_the_app[-1])
    await petra.presses(petra.from_the_app[-1], ids.SENT)

    assert "Fridays" in words(petra.from_the_app[-1])
    await robin.types("history")
    assert "Fridays" in words(robin.from_the_app[-1])


async def test_an_edited_draft_of_it_can_be_kept_again(robin, redis):
    """A text that grew out of one of their own is another one, with the same first script behind it."""
    await edited(robin)
    await keeps(robin)
    await robin.world.slack.close(robin.user)
    (kept,) = [one for one in await offered(robin) if one.startswith("own:")]
    petra = robin.beside("UPETRA")
    await petra.picks(ids.SCRIPT, kept)
    await petra.submits()
    await petra.presses(petra.from_the_app[-1], ids.EDIT_DRAFT)
    await petra.submits(text="Hi Petra, no, thank you.")
    view = await keeps(petra, "No, thank you")

    assert len(held(redis)) == 2
    assert {"Fridays", "No, thank you"} <= {line.strip("*") for line in words(view).splitlines()}


async def test_the_same_modal_twice_keeps_it_once(world, robin, redis):
    """A second submission of the modal, as after a slow answer, changes nothing."""
    await edited(robin)
    await robin.presses(robin.from_the_app[-1], ids.DRAFT_MENU, ids.KEEP)
    payload = slack_requests.view_submission(robin.modal.payload())
    for _ in range(2):
        answered = await slack_requests.interaction(world, payload)
        assert answered.json["response_action"] == "update"

    assert len(held(redis)) == 1


@pytest.mark.parametrize(
    ("given_", "at"),
    [({ids.TITLE: "   "}, ids.TITLE), ({ids.SITUATIONS: []}, ids.SITUATIONS)],
)
async def test_a_title_and_a_situation_are_needed(world, robin, redis, say, given_, at):
    """Without them it could not be found again; Slack's client asks for them, and so does the app."""
    await edited(robin)
    await robin.presses(robin.from_the_app[-1], ids.DRAFT_MENU, ids.KEEP)
    view = robin.modal.payload()
    field = view["state"]["values"][at][at]
    field["value" if at == ids.TITLE else "selected_options"] = given_[at]
    answered = await slack_requests.interaction(world, slack_requests.view_submission(view))

    assert answered.json["errors"] == {at: say("wrong.missing")}
    assert held(redis) == []


async def test_there_is_room_for_so_many(robin, redis, say):
    """One more than there is room for is refused, and says how to make room."""
    await edited(robin)
    vault = Vault(robin.world.app.keys)
    for number in range(MOST_OWN):
        one = own(id=script_id(str(number)))
        redis.hset(MINE, one.id, vault.seal(MINE, TypeAdapter(Own).dump_json(one)))
    await robin.presses(robin.from_the_app[-1], ids.DRAFT_MENU, ids.KEEP)
    await robin.submits(**{ids.TITLE: "One more"})

    assert dict(robin.modal.errors) == {ids.TITLE: say("own.full", n=MOST_OWN)}
    assert len(held(redis)) == MOST_OWN
    await robin.types("scripts")
    assert actions(robin.modal.blocks).count(ids.OWN_REMOVE) == MOST_OWN


async def test_its_follow_up_is_that_of_its_base(robin, say):
    """What somebody drafts with their own words can be looked back on like what they grew out of."""
    mark = robin.beside("UMARK")
    await edited(mark, "Hi Mark, no demo.", kind="pitch", script="decline_pitch")
    await keeps(mark)
    await robin.world.slack.close(robin.user)
    await mark.uses_the_shortcut()
    await mark.picks(ids.SITUATION, "one_off")
    await mark.picks(ids.KIND, "pitch")
    (kept,) = [one for one in values(mark.modal, ids.SCRIPT) if one.startswith("own:")]
    await mark.picks(ids.SCRIPT, kept)
    await mark.submits()
    await mark.presses(mark.from_the_app[-1], ids.SENT)
    await mark.presses(mark.from_the_app[-1], ids.REMIND)

    assert ids.NO_REMINDER in actions(mark.from_the_app[-1].blocks)


async def test_nobody_s_name_is_kept_with_it(robin, redis):
    """Where the name stood there is a place for one; who was forgotten is in no script either."""
    await edited(robin)
    view = await keeps(robin)
    opened = [Vault(robin.world.app.keys).open(MINE, sealed) for sealed in redis.hvals(MINE)]

    assert len(opened) == 1
    assert not [one for one in opened if b"Ana" in one]
    assert "Hi [name], no. I keep Fridays free, [name]." in words(view)


# Taking away


@pytest.mark.at_scale
async def test_it_can_be_taken_away(robin, redis, say):
    """`/decline scripts` lists it, and takes it away; a draft that was made with it stays."""
    await edited(robin)
    await keeps(robin)
    await robin.world.slack.close(robin.user)
    (kept,) = [one for one in await offered(robin) if one.startswith("own:")]
    petra = robin.beside("UPETRA")
    await petra.picks(ids.SCRIPT, kept)
    await petra.submits()
    await robin.types("scripts")
    await robin.picks(ids.OWN_REMOVE)
    assert say("scripts.done_dropped") in words(robin.modal)
    assert held(redis) == []

    await petra.presses(petra.from_the_app[-1], ids.SENT)
    assert say("own.removed") in words(petra.from_the_app[-1])


async def test_home_leads_to_the_list(robin):
    """The button in App Home shows one's own to everybody, and no more; what is taken away there is gone."""
    await edited(robin)
    await keeps(robin)
    await robin.world.slack.close(robin.user)
    await robin.presses(await robin.opens_home(), ids.OWN_SCRIPTS)
    assert "Fridays" in words(robin.modal)
    assert ids.SCRIPT_ADD not in actions(robin.modal.blocks)
    await robin.picks(ids.OWN_REMOVE)
    assert "Fridays" not in words(robin.modal)
    assert ids.SCRIPT_ADD not in actions(robin.modal.blocks)


async def test_a_member_has_their_own_list(world, robin):
    """What one author kept is in nobody else's list, and nobody else can take it away."""
    world.authors.add("UCOL")
    await edited(robin)
    view = await keeps(robin)
    kim = Author(world, "UCOL", "CGENERAL")
    await kim.types("scripts")
    assert "Fridays" not in words(kim.modal)
    assert ids.OWN_REMOVE not in actions(kim.modal.blocks)
    (mine,) = [one["block_id"] for one in view.blocks if one["block_id"].startswith("own:")]
    forged = {"type": "button", "action_id": ids.OWN_REMOVE, "block_id": mine, "value": mine}
    await slack_requests.interaction(world, slack_requests.view_action(kim.modal.payload(), forged, user=KIM))

    await robin.types("scripts")
    assert "Fridays" in words(robin.modal)


async def test_nobody_keeps_somebody_else_s_text(world, robin, redis, say):
    """The modal of one author, sent in another's name, leads to no draft."""
    world.authors.add("UCOL")
    await edited(robin)
    await robin.presses(robin.from_the_app[-1], ids.DRAFT_MENU, ids.KEEP)
    answered = await slack_requests.interaction(
        world, slack_requests.view_submission(robin.modal.payload(), user=KIM)
    )

    assert say("trouble.gone") in answered.text
    assert list(redis.scan_iter("*UCOL*:scripts")) == []


# What is kept


async def test_it_is_kept_sealed_and_for_a_time(robin, redis):
    """Nothing of it can be read in Redis; it goes with the retention, which a draft begins anew."""
    await edited(robin)
    await keeps(robin)
    (sealed,) = redis.hvals(MINE)
    assert b"Fridays" not in sealed
    assert 0 < redis.ttl(MINE) <= 180 * 24 * 3600
    redis.expire(MINE, 60)
    await robin.world.slack.close(robin.user)
    await robin.drafts("one_off", "event", "decline_event", event="the fair")

    assert redis.ttl(MINE) > 60


@pytest.mark.parametrize("payload", ESCAPES[::9])
async def test_a_text_is_never_read_as_a_template(robin, payload):
    """Whatever an author writes is used as it stands."""
    text = f"Hi Ana, {payload} and no."
    await edited(robin, text)
    await keeps(robin)
    await robin.world.slack.close(robin.user)
    (kept,) = [one for one in await offered(robin) if one.startswith("own:")]
    await robin.picks(ids.SCRIPT, kept)

    assert preview(robin.modal) == text.replace("Ana", "Petra")


# As scripts


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The scripts that ship."""
    return Catalogue.load(TEMPLATES / "scripts")


@pytest.mark.parametrize(
    ("text", "name", "now"),
    [
        ("Hi Ana, no.", "Ana", "Hi Bo, no."),
        ("Anas forslag, Ana's idea, Anas", "Ana", "Bos forslag, Bo's idea, Bos"),
        ("Banana, Ana-Maria, Anas.", "Ana", "Banana, Bo-Maria, Bos."),
        ("Anabel and ana", "Ana", "Anabel and ana"),
        ("Hi Ann (she), a.*b", "a.*b", "Hi Ann (she), Bo"),
        ("No name here", "Ana", "No name here"),
        ("Hi .", "", "Hi ."),
        ("Hei Åse, Åses", "Åse", "Hei Bo, Bos"),
    ],
)
def test_only_the_name_becomes_another(shipped, text, name, now):
    """The name as a whole word, with or without its s; nothing else changes."""
    script = as_script(own(text=text, name=name), shipped)

    assert compose(Request(script, "en", "Bo", date(2027, 6, 1))).text == now


@given(st.text(max_size=200), st.text(max_size=10))
def test_the_parts_are_the_text(text: str, name: str):
    """However the name is looked for, no letter is lost, and what is marked is the name."""
    found = list(parts(text, name))

    assert "".join(part for part, _ in found) == text
    assert {part for part, is_name in found if is_name} <= {name}


def test_it_stands_where_its_base_stands(shipped):
    """Step, variant, conditions and checks are those of the script it was drafted with."""
    base = shipped["supplier_sunset"]
    script = as_script(
        own(base=base.id, variant="wind_down", situations=(Situation.SUPPLIER,), kinds=(Kind.CONTRACT,)),
        shipped,
    )

    assert (script.facts.step, script.facts.variant) == (base.facts.step, base.facts.variant)
    assert [one.id for one in script.facts.details] == ["contract_checked"]
    assert script.words["en"].checks == base.words["en"].checks
    assert script.words["en"].details == {"contract_checked": base.words["en"].details["contract_checked"]}


def test_without_its_base_it_goes_on(shipped):
    """When the script behind it is gone it can still be drafted."""
    script = as_script(own(base="retired"), shipped)

    assert compose(Request(script, "en", "Bo", date(2027, 6, 1))).text == TEXT.replace("Ana", "Bo")


def test_the_guards_are_those_of_its_step(shipped):
    """A closing of one's own is held back from protected people, like any other."""
    closing = as_script(
        own(step=Step.CLOSE, base="firm_close", situations=(Situation.REPEAT_ASKER,)), shipped
    )
    ladder = climb([closing], Case(Situation.REPEAT_ASKER, Kind.EVENT, None, sensitive=True))

    assert ladder.fits == ()


def test_the_newest_come_first(shipped):
    """Among equals an author's own come before those that ship, the newest first."""
    mine = [own(id=script_id(str(n)), at=float(n)) for n in range(3)]

    assert list(with_own(shipped, mine).scripts)[:3] == ["own:2", "own:1", "own:0"]
    assert with_own(shipped, []) is shipped


def test_many_of_their_own_leave_room_for_the_others(shipped, languages, say):
    """Of ten answers at most five are the author's own."""
    mine = [own(id=script_id(str(n)), at=float(n)) for n in range(MOST_OWN)]
    catalogue = with_own(shipped, mine)
    form = Form(name="Bo", situation=Situation.ONE_OFF, kind=Kind.EVENT)
    proposal = propose(form, Known(catalogue, languages, Remembered(), None, "en", date(2027, 6, 1)))
    radios = next(iter(answers(proposal, proposal.ladder, proposal.fit, say)))["element"]["options"]

    assert len([one for one in radios if one["value"].startswith("own:")]) == 5
    assert len(radios) > 5


async def test_it_goes_with_the_app(market):
    """When the app is uninstalled nothing of it stays."""
    async with admin_of(market) as admin:
        await admin.adds("T0NORTH")
    tom = Author(market, "UTOM", "DMIA")
    await edited(tom)
    await keeps(tom)
    assert list(market.redis.scan_iter("decline:{T0NORTH:UTOM}:scripts"))

    await market.slack.uninstall("T0NORTH", ("app_uninstalled", "tokens_revoked"))

    assert list(market.redis.scan_iter("decline:{T0NORTH*")) == []
