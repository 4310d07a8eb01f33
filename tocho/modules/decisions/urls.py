from django.urls import path

from .views import acts, authority, decisions, drafts, earlier, inbox, registers, templates, trials

app_name = "decisions"
urlpatterns = [
    path("desk/decisions/", decisions.decision_list, name="decision_list"),
    path("desk/decisions/export/<slug:form>/", decisions.decision_export, name="decision_export"),
    path("desk/decisions/inbox/", inbox.inbox, name="inbox"),
    path("desk/decisions/inbox/together/", inbox.inbox_together, name="inbox_together"),
    path("desk/decisions/inbox/batches/<int:batch_id>/", inbox.batch_detail, name="batch_detail"),
    path("desk/decisions/new/", drafts.draft_new, name="draft_new"),
    path("desk/decisions/earlier/", earlier.earlier_search, name="earlier_search"),
    path("desk/decisions/typed/<str:place>/", drafts.draft_typed, name="draft_typed"),
    path("desk/decisions/templates/", templates.template_list, name="template_list"),
    path("desk/decisions/templates/new/", templates.template_new, name="template_new"),
    path("desk/decisions/templates/<int:template_id>/", templates.template_edit, name="template_edit"),
    path("desk/decisions/templates/<int:template_id>/end/", templates.template_end, name="template_end"),
    path("desk/decisions/post-reviews/", registers.post_review_list, name="post_review_list"),
    path("desk/standing-in/", registers.standing_in, name="standing_in"),
    path("desk/decisions/delegations/", registers.delegation_list, name="delegation_list"),
    path(
        "desk/decisions/delegations/<int:delegation_id>/revoke/",
        registers.delegation_revoke,
        name="delegation_revoke",
    ),
    path("desk/decisions/authority/", authority.authority_list, name="authority_list"),
    path("desk/decisions/authority/<int:table_id>/", authority.authority_detail, name="authority_detail"),
    path("desk/decisions/authority/<int:table_id>/file/", authority.authority_file, name="authority_file"),
    path("desk/decisions/authority/changes/<int:change_id>/", authority.change_detail, name="change_detail"),
    path("desk/decisions/authority/changes/<int:change_id>/try/", trials.change_try, name="change_try"),
    path("desk/decisions/authority/changes/<int:change_id>/ways/", trials.change_ways, name="change_ways"),
    path("desk/decisions/authority/changes/<int:change_id>/print/", trials.change_print, name="change_print"),
    path(
        "desk/decisions/authority/changes/<int:change_id>/ways/<slug:form>/",
        trials.change_ways_export,
        name="change_ways_export",
    ),
    path("desk/decisions/authority/changes/<int:change_id>/enact/", authority.change_enact, name="change_enact"),
    path(
        "desk/decisions/authority/changes/<int:change_id>/withdraw/", authority.change_withdraw, name="change_withdraw"
    ),
    path("desk/decisions/numbers/", registers.number_list, name="number_list"),
    path("desk/decisions/numbers/<int:reservation_id>/give-up/", registers.number_give_up, name="number_give_up"),
    path("desk/decisions/<int:decision_id>/", decisions.decision_detail, name="decision_detail"),
    path("desk/decisions/<int:decision_id>/edit/", drafts.draft_edit, name="draft_edit"),
    path("desk/decisions/<int:decision_id>/approve/", decisions.step_approve, name="step_approve"),
    path("desk/decisions/<int:decision_id>/pull-back/", decisions.draft_pull_back, name="draft_pull_back"),
    path("desk/decisions/<int:decision_id>/print/", decisions.decision_print, name="decision_print"),
    path("desk/decisions/<int:decision_id>/history/", decisions.decision_history, name="decision_history"),
    path("desk/decisions/<int:decision_id>/revisions/", decisions.revision_compare, name="revision_compare"),
    path("desk/decisions/<int:decision_id>/<slug:verb>/", acts.decision_act, name="decision_act"),
    path(
        "desk/decisions/<int:decision_id>/files/<int:file_id>/",
        decisions.attachment_download,
        name="attachment_download",
    ),
]
