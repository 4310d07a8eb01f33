from django.urls import path

from . import views

app_name = "mandates"
urlpatterns = [
    path("mandates/", views.mandate_list, name="mandate_list"),
    path("mandates/offer/", views.mandate_offer, name="mandate_offer"),
    path("mandates/ask/", views.mandate_ask, name="mandate_ask"),
    path("mandates/open/<str:token>/", views.mandate_open, name="mandate_open"),
    path("mandates/<uuid:public_id>/", views.mandate_detail, name="mandate_detail"),
    path("mandates/<uuid:public_id>/confirm/", views.mandate_confirm, name="mandate_confirm"),
    path("mandates/<uuid:public_id>/pass-on/", views.mandate_pass_on, name="mandate_pass_on"),
    path("mandates/<uuid:public_id>/papers/", views.evidence_add, name="evidence_add"),
    path("mandates/<uuid:public_id>/papers/<int:file_id>/", views.evidence_file, name="evidence_file"),
    path("desk/mandates/letters/", views.letter_list, name="letter_list"),
    path("desk/mandates/letters/<uuid:public_id>/", views.letter_print, name="letter_print"),
]
