"""The page on which an admin lets the app in, or does not."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web
from yarl import URL

from bot.playground.cast import APP_NAME, Enterprise, Team, User
from bot.playground.drawing import Drawing
from bot.playground.installations import Place
from bot.playground.oauth import Ask, OAuth
from bot.playground.record import Record
from bot.playground.rules import Refused

if TYPE_CHECKING:
    from bot.playground.stage import Stage

PATH = "/oauth/v2/authorize"
ASKED = ("client_id", "scope", "user_scope", "state", "redirect_uri", "team")


class Consent:
    """Asks an admin, and sends the browser back to the app with the answer."""

    def __init__(self, stage: "Stage", oauth: OAuth, record: Record) -> None:
        self._stage = stage
        self._oauth = oauth
        self._record = record
        self._drawing = Drawing(stage.workspace)

    def add_routes(self, site: web.Application) -> None:
        """Adds the page to a site."""
        site.router.add_get(PATH, self._show)
        site.router.add_post(PATH, self._decide)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        try:
            ask = self._oauth.ask(request.query)
        except Refused as refused:
            return self._error(refused)
        if not ask.state:
            self._record.broke("oauth/v2/authorize: without a state anybody can finish this installation")
        return self._page(ask, request.query)

    async def _decide(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            ask = self._oauth.ask(form)
        except Refused as refused:
            return self._error(refused)
        answer = {"state": ask.state}
        if form.get("answer") != "allow":
            raise web.HTTPFound(URL(ask.redirect_uri).update_query({"error": "access_denied", **answer}))
        try:
            place = self._stage.installations.place(form.get("place", ""))
            user = self._admin(place, form.get("user", ""))
        except ValueError:
            return self._page(ask, form, notice="not_their_place")
        code = self._oauth.allow(ask, place, user)
        raise web.HTTPFound(URL(ask.redirect_uri).update_query({"code": code, **answer}))

    def _admin(self, place: Place, user: str) -> str:
        """Who says yes: who was picked, or else the first who may."""
        teams = self._stage.installations.within(place)
        able = [each.id for team in teams for each in self._people(team) if each.runs(place)]
        if not able or (user and user not in able):
            raise ValueError(f"not an admin of {place.name}: {user}")
        return user or able[0]

    def _people(self, team: Team) -> list[User]:
        """Those in a workspace who may install something there or in its organisation."""
        users = self._stage.workspaces[team.id].users.values()
        places = [place for place in (team, team.enterprise) if place]
        return [user for user in users if any(user.runs(place) for place in places)]

    def _page(self, ask: Ask, asked: Mapping[str, str], notice: str = "") -> web.Response:
        places = self._stage.installations.places
        text = self._drawing.render(
            "consent.html",
            app=APP_NAME,
            scopes=ask.scopes,
            asked={name: asked.get(name, "") for name in ASKED},
            places=[(place, isinstance(place, Enterprise)) for place in places],
            chosen=asked.get("place") or asked.get("team", ""),
            admins=[(team, self._people(team)) for team in self._stage.installations.teams.values()],
            user=asked.get("user", ""),
            notice=notice,
        )
        policy = f"default-src 'self'; base-uri 'none'; form-action 'self' {URL(ask.redirect_uri).origin()}"
        headers = {
            # A browser follows the answer to a form only to where forms may go.
            "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
            # Without a referrer the form would come from nowhere, and be turned away as another website's.
            "Referrer-Policy": "same-origin",
        }
        return web.Response(text=text, content_type="text/html", headers=headers)

    def _error(self, refused: Refused) -> web.Response:
        self._record.refused("oauth/v2/authorize", refused)
        text = self._drawing.render("refusal.html", app=APP_NAME, refused=refused)
        return web.Response(text=text, content_type="text/html", status=HTTPStatus.BAD_REQUEST)
