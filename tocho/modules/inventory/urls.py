from django.urls import path

from . import views

app_name = "inventory"
urlpatterns = [
    path("roadmap/", views.roadmap, name="roadmap"),
    path("desk/inventory/", views.entry_list, name="entry_list"),
    path("desk/inventory/procedures.<str:form>", views.entry_export, name="entry_export"),
    path("desk/inventory/new/", views.entry_add, name="entry_add"),
    path("desk/inventory/assign/", views.entry_assign, name="entry_assign"),
    path("desk/inventory/export/", views.export_new, name="export_new"),
    path("desk/inventory/exports/<int:export_id>/", views.export_detail, name="export_detail"),
    path("desk/inventory/exports/<int:export_id>/file/", views.export_file, name="export_file"),
    path("desk/inventory/bulk/", views.bulk_new, name="bulk_new"),
    path("desk/inventory/bulk/<int:change_id>/", views.bulk_detail, name="bulk_detail"),
    path("desk/inventory/of/<slug:key>/", views.entry_of, name="entry_of"),
    path("desk/inventory/<int:entry_id>/", views.entry_detail, name="entry_detail"),
    path("desk/inventory/<int:entry_id>/edit/<slug:group>/", views.entry_edit, name="entry_edit"),
    path("desk/inventory/<int:entry_id>/move/<slug:state>/", views.entry_move, name="entry_move"),
    path("desk/inventory/imports/", views.import_list, name="import_list"),
    path("desk/inventory/imports/<int:run_id>/", views.import_detail, name="import_detail"),
    path("desk/inventory/imports/<int:run_id>/confirm/", views.import_confirm, name="import_confirm"),
    path("desk/inventory/imports/<int:run_id>/discard/", views.import_discard, name="import_discard"),
    path("desk/inventory/imports/<int:run_id>/errors.csv", views.import_errors, name="import_errors"),
]
