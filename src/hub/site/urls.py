"""The shell's own addresses. A programme's come last, because its slug may be any word that is not one of these."""

from django.urls import path

from hub.site import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("me/", pages.me, name="me"),
    path("me/places/", pages.places, name="places"),
    path("dev/gallery/", pages.gallery, name="gallery"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("<slug:programme>/look.css", pages.look, name="look"),
    path("<slug:programme>/year-plan/", pages.year_plan, name="year-plan"),
]
