from django.urls import path

from . import views

app_name = "procedures"
urlpatterns = [
    path("procedures/", views.procedure_list, name="procedure_list"),
    path("procedures/<slug:key>/", views.procedure_detail, name="procedure_detail"),
    path("procedures/<slug:key>/check/", views.eligibility_check, name="eligibility_check"),
    path("procedures/<slug:key>/start/", views.application_start, name="application_start"),
    path("apply/<uuid:public_id>/save/", views.application_save, name="application_save"),
    path("apply/<uuid:public_id>/review/", views.application_review, name="application_review"),
    path("apply/<uuid:public_id>/submit/", views.application_submit, name="application_submit"),
    path("apply/<uuid:public_id>/step/<slug:step>/", views.application_step, name="application_step"),
    path("applications/find/", views.application_find, name="application_find"),
    path("applications/open/<str:token>/", views.application_open, name="application_open"),
    path("applications/<uuid:public_id>/", views.application_status, name="application_status"),
    path("applications/<uuid:public_id>/correct/", views.application_correct, name="application_correct"),
    path("applications/<uuid:public_id>/withdraw/", views.application_withdraw, name="application_withdraw"),
    path("applications/<uuid:public_id>/cancel/", views.booking_cancel, name="booking_cancel"),
    path("applications/<uuid:public_id>/files/<int:file_id>/", views.application_file, name="application_file"),
    path("applications/<uuid:public_id>/messages/", views.application_messages, name="application_messages"),
    path(
        "applications/<uuid:public_id>/messages/files/<int:file_id>/",
        views.application_message_file,
        name="application_message_file",
    ),
    path("desk/cases/", views.case_list, name="case_list"),
    path("desk/cases/<int:case_id>/", views.case_detail, name="case_detail"),
    path("desk/cases/<int:case_id>/process/", views.case_diagram, name="case_diagram"),
    path("desk/cases/<int:case_id>/correct/", views.case_correct, name="case_correct"),
    path("desk/cases/<int:case_id>/draft/", views.case_draft, name="case_draft"),
    path("desk/cases/<int:case_id>/annex/", views.case_annex, name="case_annex"),
    path("desk/cases/<int:case_id>/messages/", views.case_messages, name="case_messages"),
    path("desk/cases/<int:case_id>/messages/settle/", views.case_message_settle, name="case_message_settle"),
    path("desk/cases/<int:case_id>/messages/files/<int:file_id>/", views.case_message_file, name="case_message_file"),
    path("desk/cases/<int:case_id>/files/<int:file_id>/", views.case_file, name="case_file"),
]
