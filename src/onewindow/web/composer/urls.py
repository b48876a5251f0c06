"""Addresses of the composer."""

from django.urls import path

from onewindow.web.composer import views

app_name = "composer"

urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.compose, name="new"),
    path("things/<str:event_id>/", views.compose, name="event"),
    path("blockers/", views.blockers, name="blockers"),
    path("save/", views.save, name="save"),
    path("publish/", views.publish, name="publish"),
    path("things/<str:event_id>/process.bpmn", views.bpmn, name="bpmn"),
]
