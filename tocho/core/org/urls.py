from django.urls import path

from tocho.core.org import views

app_name = "org"
urlpatterns = [
    path("desk/absence/", views.absence_list, name="absence_list"),
    path("desk/absence/<int:absence_id>/cancel/", views.absence_cancel, name="absence_cancel"),
    path("org/", views.bureau_list, name="bureau_list"),
    path("org/<slug:code>/", views.bureau_detail, name="bureau_detail"),
]
