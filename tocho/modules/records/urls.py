from django.urls import path

from . import views

app_name = "records"
urlpatterns = [
    path("desk/records/", views.file_list, name="file_list"),
    path("desk/records/files.<str:form>", views.file_export, name="file_export"),
    path("desk/records/new/", views.file_open, name="file_open"),
    path("desk/records/classes/", views.classification_list, name="classification_list"),
    path("desk/records/<int:file_id>/", views.file_detail, name="file_detail"),
    path("desk/records/<int:file_id>/title/", views.file_retitle, name="file_retitle"),
    path("desk/records/<int:file_id>/close/", views.file_close, name="file_close"),
    path("desk/records/<int:file_id>/reopen/", views.file_reopen, name="file_reopen"),
    path("desk/records/<int:file_id>/hold/", views.file_hold, name="file_hold"),
    path("desk/records/<int:file_id>/package.zip", views.file_package, name="file_package"),
    path("desk/records/<int:file_id>/receipt/", views.file_receipt, name="file_receipt"),
    path("desk/records/<int:file_id>/add/", views.document_add, name="document_add"),
    path("desk/records/holds/<int:hold_id>/release/", views.hold_release, name="hold_release"),
    path("desk/records/documents/", views.document_list, name="document_list"),
    path("desk/records/documents/found.<str:form>", views.document_export, name="document_export"),
    path("desk/records/documents/<int:document_id>/", views.document_download, name="document_download"),
    path("desk/records/documents/<int:document_id>/move/", views.document_move, name="document_move"),
    path("desk/records/received/", views.received_list, name="received_list"),
    path("desk/records/received/new/", views.received_add, name="received_add"),
    path("desk/records/received/<int:received_id>/", views.received_detail, name="received_detail"),
    path("desk/records/received/<int:received_id>/file/", views.received_download, name="received_download"),
    path("desk/records/disposals/", views.list_list, name="list_list"),
    path("desk/records/disposals/new/", views.list_make, name="list_make"),
    path("desk/records/disposals/<int:list_id>/", views.list_detail, name="list_detail"),
    path("desk/records/disposals/<int:list_id>/propose/", views.list_propose, name="list_propose"),
    path("desk/records/disposals/<int:list_id>/agree/", views.list_agree, name="list_agree"),
    path("desk/records/disposals/<int:list_id>/withdraw/", views.list_withdraw, name="list_withdraw"),
    path("desk/records/disposals/items/<int:item_id>/", views.item_edit, name="item_edit"),
]
