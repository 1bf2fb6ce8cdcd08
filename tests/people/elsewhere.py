"""GitHub and ORCID as far as signing in asks them, on loopback: OAuth 2 with a code, and what each tells of somebody.

Sources: GitHub REST API, "Authorizing OAuth apps" and "List email addresses"; ORCID API tutorial, "Authenticated ORCID iDs".
It speaks HTTP as they do; only their addresses are others.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.orcid.views import OrcidOAuth2Adapter

from tests.people.provider import Provider


@dataclass
class Elsewhere(Provider):
    """`who` is what GitHub tells of who signs in, `emails` their addresses there, `record` what ORCID tells."""

    emails: list[dict[str, Any]] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)

    def addresses(self) -> list[tuple[type, str, str]]:
        """Which addresses of allauth's adapters lead here."""
        hub, orcid = f"{self.url}/github", f"{self.url}/orcid"
        return [
            (GitHubOAuth2Adapter, "authorize_url", f"{hub}/login/oauth/authorize"),
            (GitHubOAuth2Adapter, "access_token_url", f"{hub}/login/oauth/access_token"),
            (GitHubOAuth2Adapter, "profile_url", f"{hub}/user"),
            (GitHubOAuth2Adapter, "emails_url", f"{hub}/user/emails"),
            (OrcidOAuth2Adapter, "authorize_url", f"{orcid}/oauth/authorize"),
            (OrcidOAuth2Adapter, "access_token_url", f"{orcid}/oauth/token"),
            (OrcidOAuth2Adapter, "profile_url", f"{orcid}/v3.0/%s/record"),
        ]

    def answer(self, path: str, query: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path.endswith("/authorize"):
            assert (query["client_id"], query["response_type"]) == (self.client_id, "code")
            code = secrets.token_urlsafe(16)
            self.codes[code] = query
            return 302, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        if path.endswith(("/access_token", "/token")):
            begun = self.codes.pop(query.get("code", ""), None)
            if begun is None or query.get("client_secret") != self.secret or begun["redirect_uri"] != query["redirect_uri"]:
                return 400, {"error": "bad_verification_code"}
            token = secrets.token_urlsafe(16)
            self.tokens.add(token)
            told = {"access_token": token, "token_type": "bearer", "scope": begun["scope"]}
            return 200, told | ({"orcid": self.record["orcid-identifier"]["path"]} if "orcid" in path else {})
        if "/orcid/v3.0/" in path:
            return 200, self.record
        if authorization.removeprefix("token ") not in self.tokens:
            return 401, {"message": "Bad credentials"}
        return 200, self.emails if urlsplit(path).path.endswith("/emails") else self.who
