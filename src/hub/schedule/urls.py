"""Addresses of the schedule: the team's desk under /team/, then the public's under the programme's own slug."""

from django.urls import include, path

urlpatterns = [
    path("", include("hub.schedule.urls_desk")),
    path("", include("hub.schedule.urls_feeds")),
    path("", include("hub.schedule.urls_public")),
]
