"""Addresses of one's own data."""

from django.urls import path

from onewindow.web.mydata import views

app_name = "mydata"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("download/", views.download, name="download"),
    path("name/", views.rename, name="rename"),
    path("contact/", views.contact, name="contact"),
    path("contact/code/", views.contact_code, name="contact-code"),
    path("close/", views.close, name="close"),
]
