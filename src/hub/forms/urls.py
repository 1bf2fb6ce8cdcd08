"""Addresses of the room."""

from django.urls import path

from hub.forms import pages

_DESK = "team/<slug:programme>/forms/"

urlpatterns = [
    path("me/forms/", pages.my_forms, name="my-forms"),
    path("forms/<slug:programme>/<slug:slug>/", pages.fill, name="form"),
    path("forms/<slug:programme>/<slug:slug>/review/", pages.review, name="form-review"),
    path("forms/<slug:programme>/<slug:slug>/sent/", pages.sent, name="form-sent"),
    path("forms/<slug:programme>/<slug:slug>/withdraw/", pages.withdraw, name="form-withdraw"),
    path("forms/<slug:programme>/<slug:slug>/files/<int:pk>/", pages.file, name="form-file"),
    path(_DESK, pages.forms, name="desk-forms"),
    path(f"{_DESK}new/", pages.new, name="desk-form-new"),
    path(f"{_DESK}<slug:slug>/", pages.builder, name="desk-form"),
    path(f"{_DESK}<slug:slug>/about/", pages.about, name="desk-form-about"),
    path(f"{_DESK}<slug:slug>/questions/<slug:key>/", pages.question, name="desk-form-question"),
    path(f"{_DESK}<slug:slug>/sections/<slug:key>/", pages.section, name="desk-form-section"),
    path(f"{_DESK}<slug:slug>/preview/", pages.preview, name="desk-form-preview"),
    path(f"{_DESK}<slug:slug>/publish/", pages.publish, name="desk-form-publish"),
    path(f"{_DESK}<slug:slug>/settings/", pages.settings, name="desk-form-settings"),
    path(f"{_DESK}<slug:slug>/delete/", pages.remove, name="desk-form-remove"),
    path(f"{_DESK}<slug:slug>/summary/", pages.summary, name="desk-form-summary"),
    path(f"{_DESK}<slug:slug>/answers/", pages.answers, name="desk-form-answers"),
    path(f"{_DESK}<slug:slug>/answers/<int:pk>/", pages.answer, name="desk-form-answer"),
    path(f"{_DESK}<slug:slug>/export/<slug:form>", pages.export, name="desk-form-export"),
    path(f"{_DESK}<slug:slug>/import/", pages.bring, name="desk-form-import"),
]
