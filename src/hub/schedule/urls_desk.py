"""Addresses of the desk's pages of the schedule."""

from django.urls import path

from hub.schedule.pages import (
    desk,
    desk_box,
    desk_history,
    desk_import,
    desk_materials,
    desk_plan,
    desk_programme,
    desk_release,
    desk_runsheet,
    desk_series,
    desk_session,
)

COHORT = "team/<slug:programme>/<slug:cohort>/"

urlpatterns = [
    path("team/<slug:programme>/history/", desk_history.desk_history, name="desk-history"),
    path("team/<slug:programme>/materials/", desk_materials.all_materials, name="desk-materials"),
    path("team/<slug:programme>/rules/", desk_programme.rules, name="desk-rules"),
    path("team/<slug:programme>/run-sheets/", desk_runsheet.run_sheets, name="desk-run-sheets"),
    path("team/<slug:programme>/run-sheets/<slug:kind>/", desk_runsheet.run_sheet_edit, name="desk-run-sheet-edit"),
    path("team/<slug:programme>/tasks/<int:pk>/", desk_runsheet.one_task, name="desk-task"),
    path("team/<slug:programme>/tasks/<int:pk>/tick/", desk_runsheet.tick, name="desk-task-tick"),
    path("team/<slug:programme>/year-plan/", desk_programme.year_plan, name="desk-year-plan"),
    path(COHORT + "schedule/", desk.desk, name="desk"),
    path(COHORT + "schedule/add/", desk_session.add, name="desk-session-add"),
    path(COHORT + "sessions/<slug:slug>/", desk_session.session, name="desk-session"),
    path(COHORT + "sessions/<slug:slug>/cancel/", desk_session.cancel, name="desk-session-cancel"),
    path(COHORT + "sessions/<slug:slug>/materials/", desk_materials.materials, name="desk-session-materials"),
    path(COHORT + "sessions/<slug:slug>/materials/<int:pk>/", desk_materials.material, name="desk-material"),
    path(COHORT + "sessions/<slug:slug>/run-sheet/", desk_runsheet.session_sheet, name="desk-session-run-sheet"),
    path(COHORT + "run-sheet/", desk_runsheet.cohort_run_sheet, name="desk-run-sheet"),
    path(COHORT + "plan/", desk_plan.plan, name="desk-plan"),
    path(COHORT + "plan/import/", desk_import.plan_import, name="desk-plan-import"),
    path(COHORT + "plan/upload/", desk_plan.plan_upload, name="desk-plan-upload"),
    path(COHORT + "plan/versions/", desk_plan.plan_versions, name="desk-plan-versions"),
    path(COHORT + "plan.md", desk_plan.plan_text, name="desk-plan-text"),
    path(COHORT + "series/", desk_series.series, name="desk-series"),
    path(COHORT + "series/<int:pk>/", desk_series.one_series, name="desk-series-edit"),
    path(COHORT + "release/", desk_release.release, name="desk-release"),
    path(COHORT + "new-cohort/", desk_box.box, name="desk-box"),
]
