"""Addresses of the composer."""

from django.urls import path

from onewindow.web.composer import views, words

app_name = "composer"

urlpatterns = [
    path("", views.home, name="home"),
    path("words/", words.listed, name="words"),
    path("words/save/", words.save, name="words-save"),
    path("words/<uuid:group_id>/", words.save, name="words-change"),
    path("words/<uuid:group_id>/remove/", words.remove, name="words-remove"),
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
