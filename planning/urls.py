"""Addresses of dossiers, their steps and tracks; of what is under way, and of the law that it goes by."""

from django.urls import path

from planning.views import dossiers, law, overview, plans, sessions, steps, tracks

app_name = "planning"
ONE = "dossiers/<slug:code>/"
urlpatterns = [
    path("dossiers/", dossiers.dossiers, name="dossiers"),
    path("dossiers/new/", dossiers.dossier_new, name="dossier_new"),
    path(ONE, dossiers.dossier, name="dossier"),
    path(f"{ONE}edit/", dossiers.dossier_edit, name="dossier_edit"),
    path(f"{ONE}cooperating/", dossiers.cooperating, name="cooperating"),
    path(f"{ONE}moves/<slug:move>/", steps.advance, name="advance"),
    path(f"{ONE}observe/", steps.verb, {"what": "observe"}, name="observe"),
    path(f"{ONE}events/new/", steps.verb, {"what": "event"}, name="event_new"),
    path(f"{ONE}pauses/new/", steps.verb, {"what": "pause"}, name="pause_new"),
    path(f"{ONE}pauses/<int:pk>/resume/", steps.resume, name="resume"),
    path(f"{ONE}pauses/<int:pk>/remove/", steps.take_back, {"what": "pauses"}, name="pause_remove"),
    path(f"{ONE}extensions/new/", steps.verb, {"what": "extend"}, name="extension_new"),
    path(f"{ONE}extensions/<int:pk>/remove/", steps.take_back, {"what": "extensions"}, name="extension_remove"),
    path(f"{ONE}milestones/new/", steps.milestone_new, name="milestone_new"),
    path(f"{ONE}milestones/<int:pk>/edit/", steps.milestone_edit, name="milestone_edit"),
    path(f"{ONE}milestones/<int:pk>/remove/", steps.take_back, {"what": "milestones"}, name="milestone_remove"),
    path(f"{ONE}steps/<int:pk>/retract/", steps.retract, name="retract"),
    path("steps/", dossiers.steps, name="steps"),
    path("board/", overview.board, name="board"),
    path("timeline/", overview.timeline, name="timeline"),
    path("delays/", overview.delays, name="delays"),
    path("rules/", law.rules, name="rules"),
    path("holidays/", law.holidays, name="holidays"),
    path("clock/", law.explain, name="clock"),
    path("plans/", plans.plans, name="plans"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<slug:code>/", plans.plan, name="plan"),
    path("plans/<slug:code>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<slug:code>/lines/new/", plans.entry_new, name="entry_new"),
    path("plans/<slug:code>/lines/<int:pk>/edit/", plans.entry_edit, name="entry_edit"),
    path("plans/<slug:code>/lines/<int:pk>/remove/", plans.entry_remove, name="entry_remove"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/new/", sessions.session_new, name="session_new"),
    path("sessions/<slug:code>/", sessions.session, name="session"),
    path("sessions/<slug:code>/edit/", sessions.session_edit, name="session_edit"),
    path("sessions/<slug:code>/move/", sessions.session_move, name="session_move"),
    path("sessions/<slug:code>/dossiers/new/", sessions.item_new, name="item_new"),
    path("sessions/<slug:code>/dossiers/<int:pk>/remove/", sessions.item_remove, name="item_remove"),
    path("zones/<slug:code>/tracks/", tracks.zone_tracks, name="zone_tracks"),
]
