from django.urls import path

from tocho.core.org import views

app_name = "org"
urlpatterns = [
    path("desk/absence/", views.absence_list, name="absence_list"),
    path("desk/absence/<int:absence_id>/cancel/", views.absence_cancel, name="absence_cancel"),
    path("org/", views.organisation, name="organisation"),
]
