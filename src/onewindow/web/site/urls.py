from django.urls import path

from onewindow.web.site import views

app_name = "site"

urlpatterns = [
    path("preferences/", views.preferences_form, name="preferences"),
    path("city.css", views.city_css, name="city-css"),
]
