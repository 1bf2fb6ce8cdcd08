"""What is sent to come in, looked at before the library does: tries at a code are counted, keys have the shape of one."""

from __future__ import annotations

import json
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from hub.people.doors import MANY_TRIES

_RATE = {"try_code": f"{settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS}/{2 * settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT}s/key"}


class CountedTries:
    """Count each try at a code before the code is looked at, where all processes see it; goes before the library's view.

    The library counts in the session, which each request reads and writes whole: of tries sent at once it would count one.
    """

    request: HttpRequest
    start = "sign-in"  # where one begins again
    _action: str
    _process: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take a try while there are any left; without any, the code ends."""
        state = self._process.state
        code = f"{state['at']} {state.get('email')} {state.get('user_id')}"
        if self._action == "verify" and not ratelimit.consume(
            request, app="hub.people", action="try_code", config=_RATE, key=code
        ):
            self._process.abort()
            messages.error(request, MANY_TRIES)
            return redirect(self.start)
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return answer


def only_keys(request: HttpRequest, shape: type[AuthenticationResponse] | type[RegistrationResponse]) -> None:
    """Raise BadRequest where what was sent as a passkey's answer has not the shape of one. No browser sends such a thing."""
    sent = request.POST.get("credential")
    if not sent:
        return
    try:
        said = json.loads(sent)
        shape.from_dict(said)
        _texts(said)
    except Exception as no:  # the library says in many ways that it cannot read something
        raise BadRequest("This is no passkey's answer.") from no


def _texts(said: dict[str, Any]) -> None:
    handle = said["response"].get("userHandle")
    if handle is not None and not isinstance(handle, str):
        raise TypeError("whose key it is, is said in letters")
