"""Addresses below /scim/v2/."""

from django.urls import path

from onewindow.api.scim import about, groups, users

app_name = "scim"

urlpatterns = [
    path("Users", users.users, name="users"),
    path("Users/<str:user_id>", users.user, name="user"),
    path("Groups", groups.groups, name="groups"),
    path("Groups/<str:role>", groups.group, name="group"),
    path("ServiceProviderConfig", about.config, name="config"),
    path("ResourceTypes", about.resource_types, name="resource-types"),
    path("ResourceTypes/<str:name>", about.resource_type, name="resource-type"),
    path("Schemas", about.schemas, name="schemas"),
    path("Schemas/<str:name>", about.schema, name="schema"),
]
