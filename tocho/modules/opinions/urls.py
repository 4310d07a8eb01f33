from django.urls import path

from . import views

app_name = "opinions"
urlpatterns = [
    path("desk/opinions/", views.opinion_list, name="opinion_list"),
    path("desk/opinions/<int:opinion_id>/", views.opinion_detail, name="opinion_detail"),
    path("desk/opinions/<int:opinion_id>/files/<int:file_id>/", views.opinion_file, name="opinion_file"),
    path("desk/opinions/asked/<int:inquiry_id>/", views.inquiry_detail, name="inquiry_detail"),
    path("desk/opinions/asked/<int:inquiry_id>/files/<int:file_id>/", views.inquiry_file, name="inquiry_file"),
    path("desk/opinions/<int:opinion_id>/remind/", views.opinion_remind, name="opinion_remind"),
    path("desk/opinions/<int:opinion_id>/withdraw/", views.opinion_withdraw, name="opinion_withdraw"),
]
