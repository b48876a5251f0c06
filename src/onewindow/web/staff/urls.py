"""Addresses of an organisation's administrator, and of the second officer."""

from django.urls import path

from onewindow.web.staff import views

app_name = "staff"

urlpatterns = [
    path("", views.people, name="people"),
    path("permissions/", views.listed, name="permissions"),
    path("second/", views.second, name="second"),
    path("second/<uuid:proposal_id>/", views.settle, name="settle"),
    path("appoint/", views.appoint, name="appoint"),
    path("posts/<int:post_id>/", views.post, name="post"),
    path("posts/<int:post_id>/<slug:act>/", views.change, name="change"),
]
