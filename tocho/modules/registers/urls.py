from django.urls import path

from . import views

app_name = "registers"
urlpatterns = [
    path("my/details/", views.own_data, name="own_data"),
    path("my/details/delete/", views.own_delete, name="own_delete"),
    path("my/details/corporate/", views.own_corporate, name="own_corporate"),
    path("my/details/residents/", views.own_residents, name="own_residents"),
    path("my/details/<slug:step>/", views.own_edit, name="own_edit"),
]
