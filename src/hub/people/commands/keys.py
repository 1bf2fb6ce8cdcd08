"""Write keys: passkeys, authenticator apps and recovery codes are allauth's; only losing them all is ours."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from hub.core.errors import NotAllowed
from hub.kit import journal
from hub.people.models import Account, Person


@transaction.atomic
def forget_keys(account: Account, *, by: Person | None, at: datetime) -> int:
    """Take every key of an account away, so that a code by mail is enough again; give how many there were.

    Only the program itself may (`by` None, from the command line): a team could come in that way. Raises NotAllowed.
    """
    if by is not None:
        raise NotAllowed("Only who runs the server takes somebody's keys away.")
    count: int = Authenticator.objects.filter(user=account).delete()[0]
    journal.record("forgot-keys", account.person, by=by, about=account.person, at=at, count=count)
    return count
