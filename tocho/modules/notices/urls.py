from django.urls import path

from tocho.modules.notices import views

app_name = "notices"
urlpatterns = [
    path("desk/notices/", views.desk_list, name="desk_list"),
    path("desk/notices/export/<str:form>/", views.desk_export, name="desk_export"),
    path("desk/notices/post/", views.desk_post, name="desk_post"),
    path("desk/notices/labels/", views.desk_labels, name="desk_labels"),
    path("desk/notices/batches/", views.batch_list, name="batch_list"),
    path("desk/notices/batches/new/", views.batch_new, name="batch_new"),
    path("desk/notices/batches/<int:batch_id>/", views.batch_detail, name="batch_detail"),
    path("desk/notices/batches/<int:batch_id>/preview/", views.batch_preview, name="batch_preview"),
    path("desk/notices/batches/<int:batch_id>/results/<str:form>/", views.batch_results, name="batch_results"),
    path("desk/notices/batches/<int:batch_id>/mend/", views.batch_mend, name="batch_mend"),
    path("desk/notices/batches/<int:batch_id>/mend/<str:form>/", views.batch_mend_export, name="batch_mend_export"),
    path("desk/notices/batches/<int:batch_id>/rows/<int:number>/", views.batch_row, name="batch_row"),
    path("desk/notices/batches/<int:batch_id>/<str:verb>/", views.batch_act, name="batch_act"),
    path("desk/notices/<int:notice_id>/", views.desk_detail, name="desk_detail"),
    path("desk/notices/<int:notice_id>/pdf/", views.desk_download, name="desk_download"),
    path("desk/notices/<int:notice_id>/proof/", views.desk_proof, name="desk_proof"),
    path("desk/notices/<int:notice_id>/post/", views.notice_post, name="notice_post"),
    path("desk/notices/<int:notice_id>/return/", views.notice_return, name="notice_return"),
    path("desk/notices/<int:notice_id>/serve/", views.notice_serve, name="notice_serve"),
    path("desk/notices/<int:notice_id>/revoke/", views.notice_revoke, name="notice_revoke"),
    path("desk/notices/<int:notice_id>/correct/", views.notice_correct, name="notice_correct"),
    path("desk/notices/<int:notice_id>/review/", views.notice_review, name="notice_review"),
    path("desk/notices/<int:notice_id>/undelivered/", views.notice_undelivered, name="notice_undelivered"),
    path("my/delivery/", views.wish_edit, name="wish_edit"),
    path("notices/<str:token>/", views.notice_detail, name="notice_detail"),
    path("notices/<str:token>/pdf/", views.notice_download, name="notice_download"),
    path("verify/", views.verify, name="verify"),
    path("verify/file/", views.verify_file, name="verify_file"),
    path("verify/ca.pem", views.certificate_download, name="certificate_download"),
    path("verify/ca.crl", views.revocation_list_download, name="revocation_list_download"),
    path("verify/<str:code>.json", views.verify_code_json, name="verify_code_json"),
    path("verify/<str:code>/", views.verify_code, name="verify_code"),
]
