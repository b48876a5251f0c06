from django.urls import path

from onewindow.web.site import log, views

app_name = "site"

urlpatterns = [
    path("preferences/", views.preferences_form, name="preferences"),
    path("city.css", views.city_css, name="city-css"),
    path("push-worker.js", views.push_worker, name="push-worker"),
    path("log/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("log/tile/<int:level>/<path:place>", log.tile, name="log-tile"),
]
