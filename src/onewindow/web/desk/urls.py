from django.urls import path

from onewindow.web.desk.views import acts, arrange, assign, cases, exports, queue, several

app_name = "desk"

urlpatterns = [
    path("", queue.inbox, name="inbox"),
    path("accept/", queue.accept_several, name="accept-several"),
    path("several/", several.look, name="several"),
    path("several/do/", several.do, name="do-several"),
    path("exports/", exports.listed, name="exports"),
    path("exports/new/", exports.ask, name="ask-export"),
    path("exports/<uuid:export_id>/", exports.file, name="export-file"),
    path("exports/<uuid:export_id>/remove/", exports.remove, name="remove-export"),
    path("assign/", assign.assign_several, name="assign-several"),
    path("colleagues/", assign.colleagues, name="colleagues"),
    path("filters/", arrange.keep, name="keep-filter"),
    path("filters/<uuid:filter_id>/drop/", arrange.drop, name="drop-filter"),
    path("columns/", arrange.columns, name="columns"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path("cases/<uuid:case_id>/tasks/<uuid:task_id>/", cases.task, name="task"),
    path("cases/<uuid:case_id>/tasks/<uuid:task_id>/values/<str:element>/", cases.reveal, name="reveal"),
    path("cases/<uuid:case_id>/tasks/<uuid:task_id>/assign/", assign.assign, name="assign"),
    path("cases/<uuid:case_id>/tasks/<uuid:task_id>/note/", cases.note, name="note"),
    path("cases/<uuid:case_id>/tasks/<uuid:task_id>/<slug:slug>/", acts.act, name="act"),
    path("cases/<uuid:case_id>/papers/<uuid:attachment_id>/", cases.paper, name="paper"),
    path("cases/<uuid:case_id>/papers/<uuid:attachment_id>/pages/", cases.pages, name="paper-pages"),
]
