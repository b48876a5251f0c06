from django.urls import path

from onewindow.web.portal.views import cases, drafts, enquiries, filing, home, search, status, things, tiles, uploads, who, who_looked

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("tiles/", tiles.tiles, name="tiles"),
    path("services/<str:service_id>/", tiles.service, name="service"),
    path("accessibility/", home.accessibility, name="accessibility"),
    path("privacy/", home.privacy, name="privacy"),
    path("things/<str:event_id>/", things.event, name="event"),
    path("things/<str:event_id>/numbers/", things.numbers, name="numbers"),
    path("things/<str:event_id>/start/", drafts.start, name="start"),
    path("drafts/<uuid:draft_id>/", drafts.resume, name="draft"),
    path("drafts/<uuid:draft_id>/questions/<str:question_id>/", drafts.question, name="question"),
    path("drafts/<uuid:draft_id>/form/<int:part>/", drafts.form, name="form"),
    path("drafts/<uuid:draft_id>/form/<int:part>/keep/", drafts.keep, name="keep"),
    path("drafts/<uuid:draft_id>/known/", drafts.known, name="known"),
    path("drafts/<uuid:draft_id>/who/", who.who, name="who"),
    path("drafts/<uuid:draft_id>/discard/", drafts.discard, name="discard"),
    path("drafts/<uuid:draft_id>/documents/", uploads.documents, name="documents"),
    path("drafts/<uuid:draft_id>/documents/<uuid:upload_id>/remove/", uploads.remove, name="remove-upload"),
    path("drafts/<uuid:draft_id>/check/", filing.check, name="check"),
    path("cases/", cases.my_cases, name="my-cases"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path("cases/<uuid:case_id>/filed/", filing.filed, name="filed"),
    path("cases/<uuid:case_id>/receipt/", filing.receipt, name="receipt"),
    path("cases/<uuid:case_id>/notices/<uuid:notice_id>/", cases.notice, name="notice"),
    path("cases/<uuid:case_id>/withdraw/", cases.withdraw, name="withdraw"),
    path("cases/<uuid:case_id>/papers/<uuid:file_id>/", cases.paper, name="paper"),
    path("who-looked/", who_looked.who_looked, name="who-looked"),
    path("enquiries/", enquiries.listed, name="enquiries"),
    path("enquiries/<str:enquiry_id>/", enquiries.one, name="enquiry"),
    path("enquiries/<str:enquiry_id>/ask/", enquiries.ask, name="ask"),
    path("enquiries/answers/<uuid:answer_id>/", enquiries.answer, name="answer"),
    path("enquiries/answers/<uuid:answer_id>/statement/", enquiries.proof, name="statement"),
    path("status/", status.status, name="status"),
]
