"""The app, and what it is measured against; each is a program of its own."""

STATIC_VIEW = {
    "type": "modal",
    "callback_id": "view_1",
    "title": {"type": "plain_text", "text": "My App"},
    "submit": {"type": "plain_text", "text": "Submit"},
    "blocks": [
        {
            "type": "input",
            "block_id": "input_c",
            "label": {"type": "plain_text", "text": "What are your hopes and dreams?"},
            "element": {"type": "plain_text_input", "action_id": "dreamy_input", "multiline": True},
        }
    ],
}
"""The view with one input that contestants open; it is always the same."""
