"""Addresses of the public's pages of the schedule.

They come after every address that begins with a word of the Hub's own, and after a programme's own pages.
"""

from django.urls import path

from hub.schedule.pages import public

urlpatterns = [
    path("<slug:programme>/<slug:cohort>/", public.cohort_home, name="cohort"),
    path("<slug:programme>/<slug:cohort>/schedule/", public.schedule, name="schedule"),
    path("<slug:programme>/<slug:cohort>/sessions/<slug:slug>/", public.session, name="session"),
    path("<slug:programme>/<slug:cohort>/changes/", public.changes, name="changes"),
]
