"""The shell's own addresses."""

from django.urls import path

from hub.site import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.healthz, name="healthz"),
]
