from django.urls import path

from . import views

app_name = "consultations"
urlpatterns = [
    path("consultations/", views.theme_list, name="theme_list"),
    path("consultations/book/<slug:key>/", views.consultation_book, name="consultation_book"),
    path("consultations/<str:token>/", views.consultation_detail, name="consultation_detail"),
    path("consultations/<str:token>/write/", views.consultation_write, name="consultation_write"),
    path("consultations/<str:token>/change/", views.consultation_change, name="consultation_change"),
    path("consultations/<str:token>/cancel/", views.consultation_cancel, name="consultation_cancel"),
    path("consultations/<str:token>/files/<int:file_id>/", views.consultation_file, name="consultation_file"),
    path("consultations/<str:token>/calendar.ics", views.consultation_calendar, name="consultation_calendar"),
    path("desk/consultations/", views.desk_list, name="desk_list"),
    path("desk/consultations/<int:consultation_id>/", views.desk_detail, name="desk_detail"),
    path("desk/consultations/<int:consultation_id>/files/<int:file_id>/", views.desk_file, name="desk_file"),
    path("desk/consultations/<int:consultation_id>/take/", views.desk_take, name="desk_take"),
    path("desk/consultations/<int:consultation_id>/write/", views.desk_write, name="desk_write"),
]
