"""What every router shares: the API object, who asks, and how a no is said."""

from __future__ import annotations

import re
from datetime import time
from itertools import chain
from typing import Annotated, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import APIKeyCookie, HttpBearer
from pydantic import BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema, model_validator

from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.people import commands, permissions
from hub.people import queries as people
from hub.people.access import person_of
from hub.people.models import Person, Token, TokenScope
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme


class Out(Schema):
    """What the API gives."""

    model_config = ConfigDict(from_attributes=True)


class In(Schema):
    """What the API takes: nothing it does not know, no text a database cannot keep."""

    model_config = ConfigDict(extra="forbid", from_attributes=False, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _only_text_that_can_be_kept(cls, data: Any) -> Any:
        """Refuse NUL characters and lone surrogates wherever they stand: no database and no page can hold them."""
        if not isinstance(data, dict):
            data = getattr(data, "_obj", data)
        _walk(data)
        return data


_WALL_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _wall_time(value: object) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or re.match(_WALL_TIME, value) is None:
        raise ValueError("A time is written HH:MM, such as 15:00.")
    return time(int(value[:2]), int(value[3:]))


# A time on the clock of the session's own zone, to the minute: HH:MM both ways.
WallTime = Annotated[
    time,
    BeforeValidator(_wall_time),
    PlainSerializer(lambda value: f"{value:%H:%M}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": _WALL_TIME, "examples": ["15:00"]}),
]


def _walk(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError("Text can't hold a NUL character or half of a surrogate pair.")
    elif isinstance(value, dict):
        for key, each in value.items():
            _walk(key)
            _walk(each)
    elif isinstance(value, list):
        for each in value:
            _walk(each)


class Problem(Out):
    """A no, in the same words a page would use."""

    code: str
    message: str
    field: str | None = None


class Invalid(Problem):
    """Input that could not be read: which parts, and why."""

    errors: list[dict[str, Any]] = []


DEEPEST = 40  # levels of a body; nothing the API takes has half as many


class BoundedParser(Parser):
    """Read JSON that is no deeper than what walks through it can go."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Read the body of a request. Raises ValueError where it nests too deep."""
        read = super().parse_body(request)
        level: list[Any] = [read]
        for _ in range(DEEPEST):
            inside = [value.values() if isinstance(value, dict) else value for value in level if isinstance(value, dict | list)]
            level = list(chain.from_iterable(inside))
            if not level:
                return read
        raise ValueError("the body nests too deep")


class SignedIn(APIKeyCookie):
    """The browser's own session, with its CSRF token on writes."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        """Ask for the CSRF token on writes."""
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        """Give the person whose session it is, None when nobody is signed in."""
        return person_of(request)


class WithToken(HttpBearer):
    """A person's own token: what it may do is bounded by its scope, its programme and its end."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        """Give the person a key acts for, None for a key that is none or has ended. Raises NotAllowed beyond its scope."""
        at = timezone.now()
        found = people.token_of_key(commands.digest_of(token), at=at)
        if found is None:
            return None
        if found.scope != TokenScope.WRITE and request.method not in ("GET", "HEAD"):
            raise NotAllowed("This token may read, and this writes.")
        commands.note_use(found, at=at)
        request._person = found.person  # type: ignore[attr-defined]  # what person_of gives from here on
        request._token = found  # type: ignore[attr-defined]
        return found.person


signed_in = [WithToken(), SignedIn()]
api = NinjaAPI(
    title="Practitioners Hub",
    version="1",
    description="Programmes, cohorts, schedules and plans. Reading what is public needs no sign-in.",
    docs_url=None,
    parser=BoundedParser(),
    urls_namespace="api",
)

READS: dict[int, Any] = {404: Problem, 422: Invalid}
TEAM_READS: dict[int, Any] = {401: Problem, 403: Problem, **READS}
WRITES: dict[int, Any] = {400: Problem, 409: Problem, **TEAM_READS}


def asker(request: HttpRequest) -> Person:
    """Give the person who asks on a route that needs a sign-in."""
    person = person_of(request)
    if person is None:
        raise AuthenticationError
    return person


def public_programme(slug: str) -> Programme:
    """Find a programme everybody may see. Raises Http404."""
    found = programmes.programme(slug)
    if found is None or not found.is_public:
        raise Http404(f"There is no programme “{slug}”.")
    return found


def run_programme(request: HttpRequest, slug: str) -> Programme:
    """Find a programme for its team. Raises Http404 for strangers, NotAllowed for others of the programme."""
    person, found = asker(request), programmes.programme(slug)
    belongs, runs = permissions.belongs_and_runs(person, found, at=timezone.now()) if found else (False, False)
    if found is None or not belongs:
        raise Http404(f"There is no programme “{slug}”.")
    token: Token | None = getattr(request, "_token", None)
    if token is not None and token.programme_id not in (None, found.pk):
        raise NotAllowed("This token is for another programme.")
    if not runs:
        raise NotAllowed("This is for the programme's team.")
    return found


def run_cohort(request: HttpRequest, programme: str, cohort: str) -> Cohort:
    """Find a cohort for the programme's team. Raises Http404, NotAllowed."""
    run_programme(request, programme)
    found = programmes.cohort(programme, cohort)
    if found is None:
        raise Http404(f"There is no cohort “{cohort}” in “{programme}”.")
    return found


def _say(request: HttpRequest, status: int, code: str, message: str, **more: Any) -> HttpResponse:
    return api.create_response(request, {"code": code, "message": message, "field": None, **more}, status=status)


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, no: Refusal) -> HttpResponse:
    status = 403 if isinstance(no, NotAllowed) else 409 if isinstance(no, ChangedMeanwhile) else 422
    return _say(request, status, no.code, no.sentence, field=no.field)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, no: Http404) -> HttpResponse:
    return _say(request, 404, "not-found", str(no) or "There is nothing here.")


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, no: AuthenticationError) -> HttpResponse:
    return _say(request, 401, "sign-in", "Sign in to do this.")


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, no: ValidationError) -> HttpResponse:
    errors = [{"field": ".".join(str(part) for part in error["loc"][1:]), "message": str(error["msg"])} for error in no.errors]
    first = errors[0] if errors else {"field": "", "message": "the input could not be read"}
    message = f"{first['field'] or 'The input'}: {first['message']}"
    return _say(request, 422, "unreadable-input", message, field=first["field"] or None, errors=errors)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, no: HttpError) -> HttpResponse:
    return _say(request, no.status_code, "bad-request" if no.status_code == 400 else "refused", str(no))


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, no: RequestDataTooBig) -> HttpResponse:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
    return _say(request, 413, "too-large", f"The body is larger than {most} MB.")
