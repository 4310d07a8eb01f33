from django.urls import path

from . import views

app_name = "messages"
urlpatterns = [
    path("desk/phrases/", views.phrase_list, name="phrase_list"),
    path("desk/phrases/new/", views.phrase_edit, name="phrase_new"),
    path("desk/phrases/<int:phrase_id>/", views.phrase_edit, name="phrase_edit"),
    path("desk/phrases/<int:phrase_id>/delete/", views.phrase_delete, name="phrase_delete"),
]
