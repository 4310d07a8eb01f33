from django.urls import path

from . import views

app_name = "seals"
urlpatterns = [
    path("seals/", views.progress, name="progress"),
    path("desk/seals/", views.requirement_list, name="requirement_list"),
    path("desk/seals/seals.<str:form>", views.requirement_export, name="requirement_export"),
    path("desk/seals/new/", views.requirement_add, name="requirement_add"),
    path("desk/seals/change/", views.requirement_change, name="requirement_change"),
    path("desk/seals/move/<slug:state>/", views.requirement_move, name="requirement_move"),
    path("desk/seals/<int:requirement_id>/", views.requirement_detail, name="requirement_detail"),
    path("desk/seals/<int:requirement_id>/edit/", views.requirement_edit, name="requirement_edit"),
    path("desk/seals/import/", views.import_start, name="import_start"),
    path("desk/seals/import/<str:token>/", views.import_check, name="import_check"),
    path("desk/seals/rules/", views.rule_list, name="rule_list"),
    path("desk/seals/rules/new/", views.rule_add, name="rule_add"),
    path("desk/seals/rules/<int:rule_id>/", views.rule_detail, name="rule_detail"),
    path("desk/seals/rules/<int:rule_id>/edit/", views.rule_edit, name="rule_edit"),
    path("desk/seals/rules/<int:rule_id>/amend/", views.rule_amend, name="rule_amend"),
    path("desk/seals/rules/<int:rule_id>/correct/", views.rule_correct, name="rule_correct"),
    path("desk/seals/rules/<int:rule_id>/drop/", views.rule_drop, name="rule_drop"),
    path("desk/seals/returns/", views.return_list, name="return_list"),
    path("desk/seals/returns/new/", views.survey_open, name="survey_open"),
    path("desk/seals/returns/<int:return_id>/", views.return_detail, name="return_detail"),
    path("desk/seals/returns/<int:survey_id>/<str:bureau>/certify/", views.return_certify, name="return_certify"),
    path("desk/seals/returns/<int:survey_id>/<str:bureau>/reopen/", views.return_reopen, name="return_reopen"),
    path("desk/seals/nation/", views.nation_list, name="nation_list"),
]
