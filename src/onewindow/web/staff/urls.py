"""Addresses of an organisation's administrator, of the second officer, and of whoever looks after what was decided and issued."""

from django.urls import path

from onewindow.web.staff import beside, corrections, rechecks, texts, tiles, views, window
from onewindow.web.terminal import keeping

app_name = "staff"

urlpatterns = [
    path("", views.people, name="people"),
    path("permissions/", views.listed, name="permissions"),
    path("second/", views.second, name="second"),
    path("second/<uuid:proposal_id>/", views.settle, name="settle"),
    path("issued/", views.issued, name="issued"),
    path("issued/<uuid:output_id>/", views.issued_one, name="issued-one"),
    path("issued/<uuid:output_id>/withdraw/", views.withdraw, name="withdraw"),
    path("rechecks/", rechecks.listed, name="rechecks"),
    path("rechecks/<uuid:decision_id>/", rechecks.one, name="recheck"),
    path("oversight/", rechecks.oversight, name="oversight"),
    path("corrections/", corrections.listed, name="corrections"),
    path("corrections/<uuid:correction_id>/", corrections.answer, name="answer-correction"),
    path("texts/", texts.texts, name="texts"),
    path("texts/new/", texts.new, name="new-text"),
    path("texts/<uuid:template_id>/", texts.one, name="text"),
    path("texts/<uuid:template_id>/remove/", texts.remove, name="remove-text"),
    path("tiles/", tiles.arrange, name="tiles"),
    path("tiles/tiles.yaml", tiles.file, name="tiles-file"),
    path("window/", window.confirm, name="window"),
    path("help/", beside.beside, name="help"),
    path("help/end/", beside.end, name="help-end"),
    path("terminals/", keeping.terminals, name="terminals"),
    path("terminals/<uuid:terminal_id>/end/", keeping.end, name="end-terminal"),
    path("appoint/", views.appoint, name="appoint"),
    path("posts/<int:post_id>/", views.post, name="post"),
    path("posts/<int:post_id>/leave/<uuid:leave_id>/end/", views.end_leave, name="end-leave"),
    path("posts/<int:post_id>/<slug:act>/", views.change, name="change"),
]
