from django.urls import path

from onewindow.web.terminal import views

app_name = "terminal"

urlpatterns = [
    path("", views.start, name="start"),
    path("begin/", views.begin, name="begin"),
    path("menu/", views.menu, name="menu"),
    path("stay/", views.stay, name="stay"),
    path("finish/", views.finish, name="finish"),
    path("receipt/<uuid:case_id>/", views.receipt, name="receipt"),
]
