from django.urls import path

from . import views

app_name = "line"
urlpatterns = [
    path("line/", views.about, name="about"),
    path("line/webhook/", views.webhook, name="webhook"),
    path("line/link/", views.link, name="link"),
    path("line/friends/<int:friend_id>/unlink/", views.unlink, name="unlink"),
    path("line/follow/<str:token>/", views.follow, name="follow"),
]
