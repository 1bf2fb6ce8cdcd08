"""Addresses of the desk's pages of the schedule."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
