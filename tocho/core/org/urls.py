from django.urls import path

from tocho.core.org import views

app_name = "org"
urlpatterns = [
    path("desk/absence/", views.absence_list, name="absence_list"),
    path("desk/absence/<int:absence_id>/cancel/", views.absence_cancel, name="absence_cancel"),
    path("desk/appointments/", views.appointment_list, name="appointment_list"),
    path("desk/appointments/<int:appointment_id>/end/", views.appointment_end, name="appointment_end"),
    path("org/", views.bureau_list, name="bureau_list"),
    path("org/<slug:code>/", views.bureau_detail, name="bureau_detail"),
]
