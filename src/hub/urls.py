"""Every address of the Hub. Fixed words come before programmes' own slugs; `programmes.models.RESERVED_SLUGS` names them."""

from django.urls import include, path

from hub.api import api
from hub.site import pages as site

handler400 = "hub.site.pages.bad_request"
handler403 = "hub.site.pages.forbidden"
handler404 = "hub.site.pages.not_found"
handler500 = "hub.site.pages.server_error"

urlpatterns = [
    path("", include("hub.site.urls")),
    path("api/v1/", api.urls),
    path("", include("hub.people.urls")),
    path("", include("hub.messaging.urls")),
    path("", include("hub.forms.urls")),
    path("", include("hub.participation.urls")),  # “me/bookings/” is a page of one’s own before it is one of a cohort
    path("", include("hub.schedule.urls")),  # “run-sheets/kick-off/” is a page of the programme before it is one of a cohort
    path("", include("hub.admissions.urls")),
    path("<slug:programme>/", site.programme_home, name="programme"),
]
