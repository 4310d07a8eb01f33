from django.urls import path

from . import views

app_name = "decisions"
urlpatterns = [
    path("desk/decisions/", views.decision_list, name="decision_list"),
    path("desk/decisions/<int:decision_id>/", views.decision_detail, name="decision_detail"),
    path("desk/decisions/<int:decision_id>/approve/", views.step_approve, name="step_approve"),
    path("desk/decisions/<int:decision_id>/return/", views.step_return, name="step_return"),
    path("desk/decisions/<int:decision_id>/reject/", views.step_reject, name="step_reject"),
    path("desk/decisions/<int:decision_id>/pull-back/", views.draft_pull_back, name="draft_pull_back"),
    path("desk/decisions/<int:decision_id>/print/", views.decision_print, name="decision_print"),
    path(
        "desk/decisions/<int:decision_id>/files/<int:file_id>/", views.attachment_download, name="attachment_download"
    ),
]
