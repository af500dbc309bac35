"""The ids that a surface writes and a listener is routed by: each exists once, here."""

from __future__ import annotations

import re
from typing import Final

# ways in
COMMAND: Final = "/decline"
MESSAGE_SHORTCUT: Final = "decline_message"
GLOBAL_SHORTCUT: Final = "decline"

# events
HOME_OPENED: Final = "app_home_opened"
PROFILE_CHANGED: Final = "user_change"
UNINSTALLED: Final = "app_uninstalled"
TOKENS_REVOKED: Final = "tokens_revoked"

EVENTS: Final = (HOME_OPENED, PROFILE_CHANGED, UNINSTALLED, TOKENS_REVOKED)
"""All that the app is told of by itself."""

# views
COMPOSE: Final = "compose"
EDIT: Final = "edit"
HOME: Final = "home"
NOTICE: Final = "notice"

# the compose modal
REQUESTER: Final = "requester"
NAME: Final = "name"
RELATIONSHIP: Final = "relationship"
SITUATION: Final = "situation"
KIND: Final = "kind"
SENSITIVE: Final = "sensitive"
PRESSURED: Final = "pressured"
SCRIPT: Final = "script"
TONE: Final = "tone"
DRAFT_LANGUAGE: Final = "draft_language"
CHANNEL: Final = "channel"
ADDRESS: Final = "address"
MORE: Final = "more"
REFRESH: Final = "refresh"
DETAIL: Final = "detail."

COMPOSE_ACTIONS: Final = re.compile(
    rf"^({REQUESTER}|{NAME}|{RELATIONSHIP}|{SITUATION}|{KIND}|{SENSITIVE}|{SCRIPT}|{TONE}|{DRAFT_LANGUAGE}"
    rf"|{CHANNEL}|{ADDRESS}|{PRESSURED}"
    rf"|{MORE}|{REFRESH}|{re.escape(DETAIL)}[a-z_]+)$"
)
"""Everything in the compose modal does the same: it draws the modal anew."""

# a draft
SENT: Final = "draft_sent"
EDIT_DRAFT: Final = "draft_edit"
ANOTHER: Final = "draft_another"
DRAFT_MENU: Final = "draft_menu"
REOPEN: Final = "draft_reopen"
NOT_SENT: Final = "not_sent"
DELETE: Final = "delete"
KEEP: Final = "keep"

# the edit modal
TEXT: Final = "text"

# what stands beside a draft
BESIDE: Final = "beside"
GIVEN: Final = "given"
RECEIVED: Final = "received"

# the workspace's settings; its inputs are called as the settings are
SETTINGS: Final = "settings"
LANGUAGE: Final = "language"
RETENTION_DAYS: Final = "retention_days"
SCRIPTS_OFF: Final = "scripts_off"
SAFETY_CONTACT: Final = "safety_contact"
GROUP_RHYTHM: Final = "group_rhythm"
GROUP_PLACE: Final = "group_place"
URGENT_CHANNEL: Final = "urgent_channel"

# scripts of an author's own
OWN_SCRIPT: Final = "own_script"
TITLE: Final = "title"
SITUATIONS: Final = "situations"
KINDS: Final = "kinds"
OWN_REMOVE: Final = "own_remove"
OWN_SCRIPTS: Final = "own_scripts"

# scripts of a workspace's own
SCRIPTS: Final = "scripts"
SCRIPT_LANGUAGE: Final = "script_language"
SCRIPT_ADD: Final = "script_add"
SCRIPT_CHANGE: Final = "script_change"
SCRIPT_EDIT: Final = "script_edit"
SCRIPT_REMOVE: Final = "script_remove"
SCRIPT_EDITOR: Final = "script_editor"
SCRIPT_ID: Final = "script_id"
FACTS: Final = "facts"
WORDS: Final = "words"
SPOKEN: Final = "spoken."
TRY_OUT: Final = "try_out"

# App Home
ADMIN: Final = "admin"
NEW_DRAFT: Final = "new_draft"
APP_LANGUAGE: Final = "app_language"

# App Home's pages, a draft and a person in a modal
GO: Final = "home_go."
GOING: Final = re.compile(rf"^{re.escape(GO)}[a-z]+$")
FILTER: Final = "home_filter"
OPEN_DRAFT: Final = "open_draft"
DRAFT: Final = "draft"
PERSON: Final = "person"
OPEN_PERSON: Final = "open_person"
NEXT: Final = "next_answer"
TURN: Final = "person_go."
TURNING: Final = re.compile(rf"^{re.escape(TURN)}[a-z]+$")
MUTED: Final = "muted"

# reminders; the modal for a day is called as its input is
REMIND: Final = "reminder_set"
REMINDER_DAY: Final = "reminder_day"
NO_REMINDER: Final = "reminder_cancel"
REMINDER_MENU: Final = "reminder_menu"
HELD: Final = "reminder_held"
ASKED_AGAIN: Final = "reminder_asked_again"

# an author's own settings; its inputs are called as the preferences are
PREFERENCES: Final = "preferences"
ADDRESSING: Final = "addressing"
WHERE: Final = "where"
KEEPING: Final = "keeping"

# an author's own data
DATA: Final = "data"
EXPORT: Final = "export"
EXPORT_MENU: Final = re.compile(rf"^{EXPORT}\.[a-z]+$")
FORGET: Final = "forget_person"
FORGET_MENU: Final = "forget_menu"
FORGET_SURE: Final = "forget_sure"
ERASE: Final = "erase"
ERASE_SURE: Final = "erase_sure"
OPEN_LINK: Final = "open_link"
