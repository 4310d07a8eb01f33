from django.urls import path

from . import views

app_name = "improvement"
urlpatterns = [
    path("desk/improvement/", views.review_list, name="review_list"),
    path("desk/improvement/reviews/<int:review_id>/settle/", views.review_settle, name="review_settle"),
    path("desk/improvement/items/<int:item_id>/", views.item_detail, name="item_detail"),
    path("desk/improvement/procedures/<slug:procedure>/", views.procedure_reviews, name="procedure_reviews"),
    path("desk/improvement/procedures/<slug:procedure>/items/new/", views.item_new, name="item_new"),
]
