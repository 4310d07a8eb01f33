from django.urls import path

from tocho.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("layouts/<slug:layout>/", views.layout_example, name="layout_example"),
    path("mail/", views.mail_list, name="mail_list"),
    path("mail/<slug:name>/", views.mail_detail, name="mail_detail"),
    path("language/", views.set_language, name="set_language"),
    path("furigana/", views.set_furigana, name="set_furigana"),
]
