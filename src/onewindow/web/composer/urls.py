"""Addresses of the composer."""

from django.urls import path

from onewindow.web.composer import views

app_name = "composer"

urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.compose, name="new"),
    path("new/moves/", views.moves, name="new-moves"),
    path("new/proof/", views.prove, name="new-proof"),
    path("new/save/", views.save, name="new-save"),
    path("new/publish/", views.publish, name="new-publish"),
    path("things/<str:event_id>/", views.compose, name="event"),
    path("things/<str:event_id>/moves/", views.moves, name="moves"),
    path("things/<str:event_id>/proof/", views.prove, name="proof"),
    path("things/<str:event_id>/save/", views.save, name="save"),
    path("things/<str:event_id>/publish/", views.publish, name="publish"),
    path("things/<str:event_id>/discard/", views.discard, name="discard"),
    path("things/<str:event_id>/process.bpmn", views.bpmn, name="bpmn"),
]
