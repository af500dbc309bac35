"""Blocks that show everything the playground can draw."""


def plain(text):
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(value, text=None, description=None):
    """An option of a select, of radio buttons or of checkboxes."""
    made = {"text": plain(text or value.capitalize()), "value": value}
    return {**made, "description": plain(description)} if description else made


def ask(block_id, label, element, **more):
    """An input block whose block and element share an id."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": block_id, **element},
        **more,
    }


REASONS = [
    option("fit", "It does not fit", "The script for most requests"),
    option("time", "Something else came first"),
    option("policy", "I never do this"),
]
CONFIRM = {
    "title": plain("Delete this draft?"),
    "text": mrkdwn("It is gone *for good*."),
    "confirm": plain("Delete"),
    "deny": plain("Keep it"),
    "style": "danger",
}

EVERY_INPUT = [
    {"type": "alert", "level": "info", "text": mrkdwn("*Third ask since May.* You said no on 3 October.")},
    {
        "type": "section",
        "text": mrkdwn("> Could you introduce me to your head of marketing?\n> A few lines would do."),
    },
    ask("name", "Who asks", {"type": "plain_text_input", "initial_value": "Ana", "max_length": 40}),
    ask(
        "person",
        "Or somebody here",
        {"type": "users_select", "placeholder": plain("Choose a person")},
        optional=True,
    ),
    ask(
        "situation",
        "What is going on",
        {"type": "static_select", "options": REASONS, "initial_option": REASONS[0]},
        dispatch_action=True,
    ),
    ask("script", "How to answer", {"type": "radio_buttons", "options": REASONS}, dispatch_action=True),
    ask(
        "grouped",
        "Kind",
        {
            "type": "static_select",
            "option_groups": [
                {"label": plain("Favours"), "options": [option("intro"), option("advice")]},
                {"label": plain("Time"), "options": [option("coffee")]},
            ],
        },
        optional=True,
    ),
    ask(
        "details",
        "Details",
        {"type": "plain_text_input", "multiline": True, "placeholder": plain("One line each")},
        hint=plain("Only what is true."),
    ),
    ask("until", "Until when", {"type": "datepicker"}, optional=True),
    ask(
        "checks",
        "Before you send",
        {
            "type": "checkboxes",
            "options": [option("read", "I read the contract"), option("kind", "It is kind")],
        },
        optional=True,
    ),
    ask(
        "many",
        "Several",
        {"type": "multi_static_select", "options": [option("one"), option("two")]},
        optional=True,
    ),
    ask(
        "count",
        "How often",
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"},
        optional=True,
    ),
    ask("mail", "Mail", {"type": "email_text_input"}, optional=True),
    ask("link", "Link", {"type": "url_text_input"}, optional=True),
    {"type": "divider"},
    {
        "type": "section",
        "text": mrkdwn("*Preview*"),
        "accessory": {"type": "button", "action_id": "refresh", "text": plain("Refresh")},
    },
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_preformatted",
                "elements": [{"type": "text", "text": "Hi Ana,\n\nThanks for asking. My answer is no."}],
            }
        ],
    },
    {"type": "context", "elements": [mrkdwn("Nothing is sent: you copy the text yourself.")]},
]

DRAFT = [
    {"type": "section", "text": mrkdwn("*Your draft for Ana*")},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_preformatted",
                "elements": [
                    {
                        "type": "text",
                        "text": "Hi Ana, thank you for asking. I don't make introductions.",
                    }
                ],
            }
        ],
    },
    {
        "type": "context",
        "elements": [
            mrkdwn("A polite no · English · Sent at <!date^1800000000^{date_long} {time}|then>"),
            mrkdwn("Check: is it the right person?"),
        ],
    },
    {
        "type": "actions",
        "block_id": "draft",
        "elements": [
            {
                "type": "button",
                "action_id": "sent",
                "style": "primary",
                "text": plain("I sent it"),
                "value": "d1",
            },
            {"type": "button", "action_id": "edit", "text": plain("Edit"), "value": "d1"},
            {
                "type": "button",
                "action_id": "delete",
                "style": "danger",
                "text": plain("Delete"),
                "value": "d1",
                "confirm": CONFIRM,
            },
            {
                "type": "overflow",
                "action_id": "more",
                "options": [option("tone", "Another tone"), option("points", "Talking points")],
            },
        ],
    },
]

HOME = [
    {"type": "header", "text": plain("Drafts waiting")},
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "new", "style": "primary", "text": plain("New draft")}],
    },
    {
        "type": "section",
        "text": mrkdwn("*Ana Costa* · asked 3 times\nLast answer: no, on 3 October"),
        "accessory": {
            "type": "overflow",
            "action_id": "person",
            "options": [option("open"), option("forget")],
        },
    },
    {"type": "section", "fields": [mrkdwn("*Language*\nEnglish"), mrkdwn("*Tone*\nWarm")]},
    {"type": "divider"},
    {
        "type": "section",
        "text": mrkdwn("Language of drafts"),
        "accessory": {
            "type": "static_select",
            "action_id": "language",
            "options": [option("en", "English"), option("nl", "Nederlands")],
            "initial_option": option("en", "English"),
        },
    },
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A drawing of a door"},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "What the app stores", "style": {"bold": True}},
                            {"type": "text", "text": " and for how long"},
                        ],
                    }
                ],
            },
            {
                "type": "rich_text_quote",
                "elements": [{"type": "user", "user_id": "UANA"}, {"type": "text", "text": " asked"}],
            },
        ],
    },
]


def modal(blocks, submit="Create draft", **more):
    """A modal view."""
    view = {
        "type": "modal",
        "callback_id": "compose",
        "title": plain("Draft a decline"),
        "blocks": blocks,
        **more,
    }
    return {**view, "submit": plain(submit)} if submit else view
