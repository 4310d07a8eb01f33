from django.urls import path

from . import views

app_name = "payments"
urlpatterns = [
    path("pay/callback/", views.provider_callback, name="provider_callback"),
    path("pay/<str:token>/", views.payment_choose, name="payment_choose"),
    path("pay/<str:token>/result/", views.payment_result, name="payment_result"),
    path("pay/<str:token>/receipt/", views.receipt_detail, name="receipt_detail"),
]
