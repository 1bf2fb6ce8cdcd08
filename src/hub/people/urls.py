"""Addresses of the room."""

from django.urls import path

from hub.people import pages

urlpatterns = [
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("me/data/", pages.my_data, name="my-data"),
    path("me/data.json", pages.my_data_file, name="my-data-file"),
    path("me/profile/", pages.profile, name="profile"),
    path("me/tokens/", pages.tokens, name="tokens"),
    path("me/agreements/", pages.agreements, name="agreements"),
    path("me/agreements/<slug:programme>/<slug:use>/", pages.withdrawn, name="withdrawn"),
    path("team/<slug:programme>/people/", pages.people, name="desk-people"),
    path("team/<slug:programme>/agreements/", pages.terms, name="desk-terms"),
    path("team/<slug:programme>/people/duplicates/", pages.duplicates, name="desk-duplicates"),
    path("team/<slug:programme>/people/duplicates/<int:pair>/", pages.duplicate, name="desk-duplicate"),
    path("team/<slug:programme>/people/<int:pk>/", pages.person, name="desk-person"),
    path("dev/", pages.dev, name="dev"),
    path("dev/as/<str:name>/", pages.dev_as, name="dev-as"),
]
