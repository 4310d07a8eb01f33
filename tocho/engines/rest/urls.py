from django.urls import path

from . import views

app_name = "programs"
urlpatterns = [
    path("my/programs/", views.program_list, name="program_list"),
    path("my/programs/tokens/new/", views.token_new, name="token_new"),
    path("my/programs/tokens/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
    path("my/programs/hooks/new/", views.hook_new, name="hook_new"),
    path("my/programs/hooks/<int:hook_id>/", views.hook_detail, name="hook_detail"),
    path("my/programs/hooks/<int:hook_id>/try/", views.hook_try, name="hook_try"),
    path("my/programs/hooks/<int:hook_id>/reopen/", views.hook_reopen, name="hook_reopen"),
    path("my/programs/hooks/<int:hook_id>/end/", views.hook_end, name="hook_end"),
    path("my/programs/deliveries/<int:delivery_id>/resend/", views.delivery_resend, name="delivery_resend"),
]
