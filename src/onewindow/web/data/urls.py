"""Addresses of the data pages; the public ones stand under /open-data/."""

from django.urls import path

from onewindow.web.data import asking, keeping, open_sets, systems, views

app_name = "data"

urlpatterns = [
    path("data/", views.listed, name="list"),
    path("data/new/", keeping.register, name="register"),
    path("data/requests/", asking.requests, name="requests"),
    path("data/requests/<uuid:request_id>/", asking.decide, name="request"),
    path("data/grants/", asking.grants, name="grants"),
    path("data/grants/<uuid:grant_id>/end/", asking.revoke, name="revoke"),
    path("data/systems/", systems.listed, name="systems"),
    path("data/systems/new/", systems.keep, name="new-system"),
    path("data/systems/<str:system_id>/", systems.one, name="system"),
    path("data/systems/<str:system_id>/edit/", systems.keep, name="edit-system"),
    path("data/resources/<str:resource_id>/", views.one, name="resource"),
    path("data/resources/<str:resource_id>/edit/", keeping.edit, name="edit"),
    path("data/resources/<str:resource_id>/publish/", keeping.publish, name="publish"),
    path("data/resources/<str:resource_id>/withdraw/", keeping.withdraw, name="withdraw"),
    path("data/resources/<str:resource_id>/follow/", keeping.follow, name="follow"),
    path("data/resources/<str:resource_id>/ask/", asking.ask, name="ask"),
    path("open-data/", open_sets.listed, name="open"),
    path("open-data/catalogue.<str:form>", open_sets.exported, name="open-catalogue"),
    path("open-data/<str:resource_id>/", open_sets.one, name="open-one"),
]
