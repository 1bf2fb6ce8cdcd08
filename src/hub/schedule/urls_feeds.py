"""Addresses of what programs read: calendars, JSON, CSV and the feed of releases."""

from django.urls import path

from hub.schedule.pages import feeds, mine

urlpatterns = [
    path("me/calendar/", mine.my_calendar, name="my-calendar"),
    path("calendars/<slug:secret>.ics", mine.my_sessions_ics, name="my-sessions-ics"),
    path("<slug:programme>/<slug:cohort>/schedule.ics", feeds.schedule_ics, name="schedule-ics"),
    path("<slug:programme>/<slug:cohort>/schedule.json", feeds.schedule_json, name="schedule-json"),
    path("<slug:programme>/<slug:cohort>/schedule.csv", feeds.schedule_csv, name="schedule-csv"),
    path("<slug:programme>/<slug:cohort>/sessions/<slug:slug>.ics", feeds.session_ics, name="session-ics"),
    path("<slug:programme>/<slug:cohort>/atom.xml", feeds.cohort_atom, name="cohort-atom"),
]
