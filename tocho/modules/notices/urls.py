from django.urls import path

from tocho.modules.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/<str:token>/", views.notice_detail, name="notice_detail"),
    path("notices/<str:token>/pdf/", views.notice_download, name="notice_download"),
    path("verify/", views.verify, name="verify"),
    path("verify/file/", views.verify_file, name="verify_file"),
    path("verify/ca.pem", views.certificate_download, name="certificate_download"),
    path("verify/ca.crl", views.revocation_list_download, name="revocation_list_download"),
    path("verify/<str:code>.json", views.verify_code_json, name="verify_code_json"),
    path("verify/<str:code>/", views.verify_code, name="verify_code"),
]
