"""Addresses of the room."""

from django.urls import path

from hub.admissions import pages

_MINE = "me/onboarding/<slug:programme>/<slug:cohort>/"
_DESK = "team/<slug:programme>/<slug:cohort>/"

urlpatterns = [
    path(_MINE, pages.my_onboarding, name="my-onboarding"),
    path(f"{_MINE}answers/", pages.my_onboarding_summary, name="my-onboarding-summary"),
    path(f"{_DESK}onboarding/", pages.onboarding, name="desk-onboarding"),
    path(f"{_DESK}onboarding/steps/", pages.onboarding_steps, name="desk-onboarding-steps"),
    path(f"{_DESK}onboarding/steps/<int:step>/", pages.onboarding_step, name="desk-onboarding-step"),
    path(f"{_DESK}onboarding/experts/<int:person>/", pages.onboarding_expert, name="desk-onboarding-expert"),
    path(f"{_DESK}onboarding/calls/<int:organisation>/", pages.onboarding_call, name="desk-onboarding-call"),
    path(f"{_DESK}onboarding/answers/", pages.onboarding_summary, name="desk-onboarding-summary"),
    path(f"{_DESK}onboarding/export/<slug:form>", pages.onboarding_export, name="desk-onboarding-export"),
    path(f"{_DESK}kick-off/", pages.kick_off, name="desk-kick-off"),
]
