from django.urls import path

from onewindow.web.site import device, log, views

app_name = "site"

urlpatterns = [
    path("preferences/", views.preferences_form, name="preferences"),
    path("city.css", views.city_css, name="city-css"),
    path("push-worker.js", views.push_worker, name="push-worker"),
    path("app.webmanifest", device.manifest, name="manifest"),
    path("app-icon/<str:purpose>-<int:size>.png", device.icon, name="app-icon"),
    path("worker.js", device.worker, name="worker"),
    path("device/", device.who, name="device"),
    path("offline/<str:language>/", device.offline, name="offline"),
    path("log/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("log/tile/<int:level>/<path:place>", log.tile, name="log-tile"),
]
