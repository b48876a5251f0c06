"""Addresses of the interfaces."""

from django.urls import path

from onewindow.web.interfaces import views

app_name = "interfaces"

urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.new, name="new"),
    path("drafts/<uuid:interface_id>/", views.draft, name="draft"),
]
