from django.urls import include, path

from tocho.core.accounts import views

# No app_name: the names account_login, mfa_index, … are allauth's, and its own views use them.
urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("sample/<slug:username>/", views.sample_sign_in, name="account_sample"),
    path("", include("allauth.urls")),
]
