"""Addresses of the room."""

from django.urls import path

from hub.people import pages

urlpatterns = [
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("dev/", pages.dev, name="dev"),
    path("dev/as/<str:name>/", pages.dev_as, name="dev-as"),
]
