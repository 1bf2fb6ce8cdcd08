"""The Hub's addresses, and beside them the bounds they are measured against."""

from django.urls import include, path

from benchmarks import bounds

urlpatterns = [
    path("bench/constant/<int:size>/<slug:programme>/<slug:cohort>/", bounds.constant),
    path("bench/unchanged/<slug:programme>/<slug:cohort>/", bounds.unchanged),
    path("bench/rows/<int:rows>/", bounds.rows),
    path("bench/strings/<slug:programme>/<slug:cohort>/<str:what>/", bounds.strings),
    path("bench/small/<slug:programme>/<slug:cohort>/", bounds.small),
    path("bench/first/<path:rest>", bounds.first),
    path("", include("hub.urls")),
]
