from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest


class PeopleConfig(AppConfig):
    name = "hub.people"
    label = "people"

    def ready(self) -> None:
        """List every session, however it began: allauth's own signal leaves out the demo's cast."""
        from django.contrib.auth.signals import user_logged_in

        user_logged_in.connect(_list_session, dispatch_uid="people.list-session")


def _list_session(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    from allauth.account.adapter import get_adapter
    from allauth.usersessions.models import UserSession

    if not request.session.session_key:
        request.session.save()
    facts = {
        "user": user,
        "ip": get_adapter().get_client_ip(request),
        "user_agent": request.META.get("HTTP_USER_AGENT", "")[:200],
    }
    UserSession.objects.update_or_create(session_key=request.session.session_key, defaults=facts)
