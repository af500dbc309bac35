"""The browser side: pages, and one address to which every click is posted."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web
from yarl import URL

from bot.playground.cast import BOT_USER, FOLDER, LANGUAGES, TEAM, YOU, words
from bot.playground.conversations import Message
from bot.playground.drawing import Drawing, target
from bot.playground.inputs import TICKED, clean, inputs
from bot.playground.rules import Refused, elements
from bot.playground.views import View

if TYPE_CHECKING:
    from bot.playground.slack import Slack

COMMAND = "/decline"
MESSAGE_SHORTCUTS = {"decline_message": "Draft a decline"}
GLOBAL_SHORTCUTS = {"decline": "Draft a decline"}

FILES = {
    "playground.css": "text/css",
    "playground.js": "text/javascript",
    "playground.svg": "image/svg+xml",
}
LEAPS = {"day_later": 1, "month_later": 30}
LOCAL = {"127.0.0.1", "localhost", "::1"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Form = dict[str, list[str]]


class Pages:
    """Draws what You see, and does what You do."""

    def __init__(self, slack: "Slack") -> None:
        self._slack = slack
        self._drawing = Drawing(slack.workspace)
        self._dismissed = 0
        self._deeds: dict[str, Callable[[Form], Awaitable[None]]] = {
            "act": self._act,
            "submit": self._submit,
            "close": self._close,
            "close_all": self._close_all,
            "message_shortcut": self._message_shortcut,
            "global_shortcut": self._global_shortcut,
            "say": self._say,
            "ask_again": self._ask_again,
            "language": self._language,
            "start_over": self._start_over,
            "days_pass": self._days_pass,
            "dismiss": self._dismiss,
        }

    def add_routes(self, site: web.Application) -> None:
        """Adds the pages to a site."""
        site.router.add_get("/", self._front)
        site.router.add_get("/c/{channel}", self._conversation)
        site.router.add_get("/app/{tab:home|messages}", self._app)
        site.router.add_post("/do/{deed}", self._do)
        for name, kind in FILES.items():
            site.router.add_get(f"/{name}", _file(name, kind))

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keeps other websites out: they can neither reach this address by another name nor post to it."""
        if _hostname(request.headers.get("Host", "")) not in LOCAL:
            raise web.HTTPForbidden(text="The playground is only for this computer.")
        if (
            request.method == "POST"
            and request.path.startswith(("/do/", "/oauth/"))
            and not _same_origin(request)
        ):
            raise web.HTTPForbidden(text="This did not come from the playground.")
        response = await handler(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    async def _front(self, _: web.Request) -> web.StreamResponse:
        first = next(iter(self._slack.workspace.conversations))
        raise web.HTTPFound(f"/c/{first}")

    async def _conversation(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["channel"] not in self._listed():
            raise web.HTTPFound("/")
        return self._page(request.path)

    async def _app(self, request: web.Request) -> web.StreamResponse:
        if self._slack.installations.hears(self._slack.workspace.team):
            await self._slack.open_home(YOU, request.match_info["tab"])
        return self._page(request.path)

    async def _do(self, request: web.Request) -> web.StreamResponse:
        deed = self._deeds.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        posted = await request.post()
        form: Form = {name: [str(each) for each in posted.getall(name)] for name in posted}
        try:
            await deed(form)
        except (ValueError, Refused):
            # The page was drawn before something changed: show how things stand now.
            self._slack.notices[YOU] = "changed"
        return web.Response(text=self._region(form["page"][0]), content_type="text/html")

    # What is shown

    def _page(self, path: str) -> web.Response:
        text = self._drawing.render("page.html", region=self._region(path))
        return web.Response(text=text, content_type="text/html")

    def _region(self, path: str) -> str:
        slack = self._slack
        place = path.rpartition("/")[2]
        app = slack.workspace.app_dm(YOU)
        channel = app.id if path.startswith("/app/") else place
        if channel not in slack.workspace.conversations:
            channel = next(iter(self._listed()))
        tab = place if path.startswith("/app/") else ""
        conversation = slack.workspace.conversations[channel]
        messages = slack.messages(YOU, channel)  # which brings what is due, read or not
        if tab != "home":
            conversation.unread = False
        return self._drawing.render(
            "region.html",
            tab=tab,
            here=conversation,
            app=app,
            listed=[slack.workspace.conversations[each] for each in self._listed()],
            messages=messages,
            scheduled=len(slack.workspace.scheduled),
            leaps=LEAPS,
            home=slack.home_view(YOU),
            modal=slack.top_view(YOU),
            you=YOU,
            team=TEAM,
            bot=slack.workspace.users[BOT_USER],
            languages=LANGUAGES,
            command=COMMAND,
            message_shortcuts=MESSAGE_SHORTCUTS,
            global_shortcuts=GLOBAL_SHORTCUTS,
            untouched=not slack.views.triggers,
            refused=slack.violations[self._dismissed :],
            notice=slack.notices.pop(YOU, ""),
        )

    def _listed(self) -> list[str]:
        conversations = self._slack.workspace.conversations.values()
        return [each.id for each in conversations if YOU in each.members and each.person != BOT_USER]

    # What You do

    async def _act(self, form: Form) -> None:
        where = self._fill(form)
        for block in where.blocks:
            for element in elements(block):
                if target(block, element) == form["target"][0]:
                    value = form["value"][0] if element["type"] == "overflow" else None
                    await self._slack.act(YOU, where, element["action_id"], value, block_id=block["block_id"])
                    return
        raise ValueError("it is gone")

    async def _submit(self, form: Form) -> None:
        self._fill(form)
        await self._slack.submit(YOU)

    async def _close(self, form: Form) -> None:
        self._fill(form)
        await self._slack.close(YOU)

    async def _close_all(self, form: Form) -> None:
        self._fill(form)
        await self._slack.close(YOU, everything=True)

    async def _message_shortcut(self, form: Form) -> None:
        await self._slack.message_shortcut(YOU, _channel(form), form["ts"][0], form["value"][0])

    async def _global_shortcut(self, form: Form) -> None:
        await self._slack.global_shortcut(YOU, form["value"][0])

    async def _say(self, form: Form) -> None:
        channel, text = _channel(form), form["text"][0].strip()
        name, _, rest = text.partition(" ")
        if name == COMMAND:
            await self._slack.slash_command(YOU, channel, rest)
        elif name.startswith("/"):
            spoken = words(self._slack.language)["unknown_command"].format(command=name, known=COMMAND)
            self._slack.workspace.post(channel, "USLACKBOT", spoken, only_for=YOU)
        elif text:
            self._slack.type(YOU, channel, text)

    async def _ask_again(self, form: Form) -> None:
        self._slack.ask_again(_channel(form))

    async def _language(self, form: Form) -> None:
        await self._slack.change_language(form["value"][0])
        if form["page"][0] == "/app/home":
            await self._slack.open_home(YOU)

    async def _start_over(self, _: Form) -> None:
        self._slack.start_over()

    async def _days_pass(self, form: Form) -> None:
        days = int(form["value"][0])
        if days not in LEAPS.values():
            raise ValueError("not one of the leaps")
        self._slack.let_days_pass(days)

    async def _dismiss(self, _: Form) -> None:
        self._dismissed = len(self._slack.violations)

    def _fill(self, form: Form) -> View | Message:
        """Finds what a form belongs to and keeps what was typed in it."""
        where = self._scope(form)
        for each in inputs(where.blocks):
            values = form.get(target(each.block, each.element), [])
            if each.element["type"] in TICKED:
                where.typed[each.key] = clean(each.element, values)
            elif values:
                where.typed[each.key] = clean(each.element, values[0])
        return where

    def _scope(self, form: Form) -> View | Message:
        kind, _, name = form["scope"][0].partition(":")
        if kind == "message":
            return self._slack.workspace.find(_channel(form), name, ephemeral=True)
        for view in (self._slack.top_view(YOU), self._slack.home_view(YOU)):
            if view and view.id == name:
                return view
        raise ValueError("that view is gone")


def _channel(form: Form) -> str:
    path = form["page"][0]
    return f"DAPP{YOU}" if path.startswith("/app/") else path.rpartition("/")[2]


def _hostname(host: str) -> str:
    try:
        return URL(f"http://{host}").host or ""
    except ValueError:
        return ""


def _same_origin(request: web.Request) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or URL(origin).authority == request.headers["Host"]


def _file(name: str, kind: str) -> Handler:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.Response(text=(FOLDER / name).read_text(encoding="utf-8"), content_type=kind)

    return serve
