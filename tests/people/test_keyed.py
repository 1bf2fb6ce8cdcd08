"""Keys of people that stand within JSON: every such field is known, so that a merge and an erasure reach into it."""

from __future__ import annotations

from django.apps import apps
from django.db.models import JSONField

from hub.kit import keyed, personal

# What else is kept as JSON, and why no key of a person is in it that a merge or an erasure would have to reach.
WITHOUT = {
    "kit.JournalEntry facts": "what was, as it was said then; persons stand in the line's own references, which move",
    "kit.JournalEntry personal": "names of facts",
    "kit.Job payload": "keys of a room's own rows, and of addresses",
    "people.LikelyPair reasons": "words",
    "people.Merge facts": "what undoing takes; whoever was merged in turn undoes that first, and an erasure empties it",
    "people.Erasure counts": "numbers by model",
    "people.RetentionRun counts": "numbers by sort",
    "messaging.Mailing audiences": "names of groups; people stand in besides and without",
    "forms.Form draft": "questions",
    "forms.Form frozen": "numbers",
    "forms.Form imported": "fingerprints of rows nobody signed",
    "forms.FormVersion content": "questions",
    "forms.Answer typed": "their own words",
    "forms.Answer values": "their own words",
    "forms.AnonymousAnswer values": "words of nobody in particular",
    "schedule.Series nths": "numbers of weeks",
    "schedule.Session agenda": "words and times",
    "schedule.Session plan_facts": "words and times; who leads is named",
    "schedule.Release difference": "words and times",
    "schedule.ReleasedSession facts": "words and times; who leads is named",
    "admissions.SharedAnswer values": "words; whose they are stands beside",
    "participation.Certificate facts": "what is printed; whose it is stands beside",
    "participation.Certificate signed_by": "names and what they are, as printed",
    "participation.NotesExport accepted": "places in a text",
    "participation.Commitment kinds": "kinds of session",
    "participation.Commitment modes": "ways to take part",
    "participation.Commitment series": "keys of series",
    "participation.AttendanceReport findings": "file, line, sentence",
    "participation.ReportPresence also": "names in a file",
    "participation.ReportPresence times": "times",
    "participation.ReportPresence notes": "sentences",
    "participation.ReportPresence twins": "numbers of lines",
    "participation.RoomPlan links": "words and addresses",
    "mfa.Authenticator data": "secrets of a way in",
    "socialaccount.SocialApp settings": "settings",
    "socialaccount.SocialAccount extra_data": "what the other side says of an account there",
    "usersessions.UserSession data": "of a browser",
}


def test_every_json_field_is_known_to_hold_keys_of_people_or_said_to_hold_none() -> None:
    labels = {label for label, _ in personal.fields_to_class()}
    stored = {
        f"{label} {column.name}"
        for label in labels
        for column in apps.get_model(label)._meta.local_concrete_fields
        if isinstance(column, JSONField)
    }
    held = {f"{label} {field}" for label, field in keyed.known()}
    assert sorted(stored) == sorted([*held, *WITHOUT])
    assert held
    assert all(WITHOUT.values())
