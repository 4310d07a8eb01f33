from django.urls import path, register_converter

from . import views

app_name = "designer"


class FormPart:
    """A part of a design that is a form: the application itself, or one filled in later or by others."""

    regex = r"form|parts/[a-z][a-z0-9_-]{0,59}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormPart, "form_part")
urlpatterns = [
    path("desk/designer/", views.design_list, name="design_list"),
    path("desk/designer/export/<slug:form>/", views.designs_export, name="designs_export"),
    path("desk/designer/new/", views.design_start, name="design_start"),
    path("desk/designer/new/import/", views.design_import, name="design_import"),
    path("desk/designer/new/<slug:key>/", views.design_next, name="design_next"),
    path("desk/designer/<int:design_id>/export.zip", views.design_export, name="design_export"),
    path("desk/designer/<int:design_id>/", views.design_detail, name="design_detail"),
    path("desk/designer/<int:design_id>/facts/", views.facts, name="facts"),
    path("desk/designer/<int:design_id>/facts/preview/", views.facts_preview, name="facts_preview"),
    path("desk/designer/<int:design_id>/parts/", views.part_change, name="part_change"),
    path("desk/designer/<int:design_id>/<form_part:part>/", views.form, name="form"),
    path("desk/designer/<int:design_id>/<form_part:part>/change/", views.form_change, name="form_change"),
    path("desk/designer/<int:design_id>/<form_part:part>/general/", views.form_general, name="form_general"),
    path("desk/designer/<int:design_id>/<form_part:part>/<slug:place>/", views.question_edit, name="question_edit"),
    path(
        "desk/designer/<int:design_id>/<form_part:part>/<slug:place>/preview/",
        views.question_preview,
        name="question_preview",
    ),
    path(
        "desk/designer/<int:design_id>/<form_part:part>/<slug:place>/condition/",
        views.condition_check,
        name="condition_check",
    ),
    path("desk/designer/<int:design_id>/tables/", views.tables, name="tables"),
    path("desk/designer/<int:design_id>/tables/<slug:name>/", views.table, name="table"),
    path("desk/designer/<int:design_id>/tables/<slug:name>/cell/", views.table_cell, name="table_cell"),
    path("desk/designer/<int:design_id>/tables/<slug:name>/try/", views.table_try, name="table_try"),
    path("desk/designer/<int:design_id>/tables/<slug:name>/file/", views.table_file, name="table_file"),
    path("desk/designer/<int:design_id>/tables/<slug:name>/upload/", views.table_upload, name="table_upload"),
    path("desk/designer/<int:design_id>/tables/<slug:name>/remove/", views.table_remove, name="table_remove"),
    path(
        "desk/designer/<int:design_id>/tables/<slug:name>/columns/<int:place>/", views.table_column, name="table_column"
    ),
    path("desk/designer/<int:design_id>/process/", views.process, name="process"),
    path("desk/designer/<int:design_id>/process/check/", views.process_check, name="process_check"),
    path("desk/designer/<int:design_id>/process/file/", views.process_file, name="process_file"),
    path("desk/designer/<int:design_id>/notices/", views.notices, name="notices"),
    path("desk/designer/<int:design_id>/notices/<slug:name>/", views.notice, name="notice"),
    path("desk/designer/<int:design_id>/notices/<slug:name>/preview/", views.notice_preview, name="notice_preview"),
    path("desk/designer/<int:design_id>/notices/<slug:name>/sample/", views.notice_sample, name="notice_sample"),
    path("desk/designer/<int:design_id>/check/", views.check, name="check"),
    path("desk/designer/<int:design_id>/check/<slug:key>/", views.check_explain, name="check_explain"),
    path("desk/designer/<int:design_id>/tryout/", views.tryout, name="tryout"),
    path("desk/designer/<int:design_id>/tryout/notice/", views.tryout_notice, name="tryout_notice"),
    path("desk/designer/<int:design_id>/trial/", views.trials, name="trials"),
    path("try/<str:token>/", views.trial, name="trial"),
    path("desk/designer/<int:design_id>/publish/", views.publish, name="publish"),
    path("desk/designer/<int:design_id>/publish/act/", views.publish_act, name="publish_act"),
]
