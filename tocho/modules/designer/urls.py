from django.urls import path

from . import views

app_name = "designer"
urlpatterns = [
    path("desk/designer/", views.design_list, name="design_list"),
    path("desk/designer/<int:design_id>/", views.design_detail, name="design_detail"),
    path("desk/designer/<int:design_id>/facts/", views.facts, name="facts"),
    path("desk/designer/<int:design_id>/form/", views.form, name="form"),
    path("desk/designer/<int:design_id>/form/change/", views.form_change, name="form_change"),
    path("desk/designer/<int:design_id>/form/general/", views.form_general, name="form_general"),
    path("desk/designer/<int:design_id>/form/<slug:place>/", views.question_edit, name="question_edit"),
    path("desk/designer/<int:design_id>/form/<slug:place>/preview/", views.question_preview, name="question_preview"),
    path("desk/designer/<int:design_id>/form/<slug:place>/condition/", views.condition_check, name="condition_check"),
    path("desk/designer/<int:design_id>/tables/", views.tables, name="tables"),
    path("desk/designer/<int:design_id>/process/", views.process, name="process"),
    path("desk/designer/<int:design_id>/notices/", views.notices, name="notices"),
    path("desk/designer/<int:design_id>/check/", views.check, name="check"),
    path("desk/designer/<int:design_id>/tryout/", views.tryout, name="tryout"),
    path("desk/designer/<int:design_id>/publish/", views.publish, name="publish"),
]
