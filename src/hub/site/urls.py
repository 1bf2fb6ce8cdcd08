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
    path("card.png", pages.home_card, name="home-card"),
    path("<slug:programme>/card.png", pages.programme_card, name="programme-card"),
    path("<slug:programme>/<slug:cohort>/card.png", pages.cohort_card, name="cohort-card"),
    path("<slug:programme>/<slug:cohort>/sessions/<slug:slug>/card.png", pages.session_card, name="session-card"),
    path("<slug:programme>/look.css", pages.look, name="look"),
    path("team/<slug:programme>/", pages.team_home, name="team-home"),
    path("team/<slug:programme>/statements/", pages.edit_statements, name="desk-statements"),
    path("<slug:programme>/privacy/", pages.privacy, name="privacy"),
    path("<slug:programme>/accessibility/", pages.accessibility, name="accessibility"),
    path("<slug:programme>/year-plan/", pages.year_plan, name="year-plan"),
]
