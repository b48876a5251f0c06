"""Addresses of evaluation."""

from django.urls import path

from onewindow.web.evaluation import views

app_name = "evaluation"

urlpatterns = [
    path("cases/<uuid:case_id>/evaluate/<slug:node>/<str:subject>/", views.evaluate, name="evaluate"),
    path("scores/", views.scores, name="scores"),
    path("staff/call-backs/", views.call_backs, name="call-backs"),
    path("staff/call-backs/<uuid:evaluation_id>/", views.answer, name="answer"),
]
