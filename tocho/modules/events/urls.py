from django.urls import path

from .views import desk, mine, public

app_name = "events"
urlpatterns = [
    path("events/", public.event_list, name="event_list"),
    path("events/calendar.ics", public.event_feed, name="event_feed"),
    path("events/<int:event_id>/", public.event_detail, name="event_detail"),
    path("events/<int:event_id>/calendar.ics", public.event_calendar, name="event_calendar"),
    path("events/<int:event_id>/register/", public.event_register, name="event_register"),
    path("events/<int:event_id>/recording/", public.event_recording, name="event_recording"),
    path("events/<int:event_id>/files/<int:file_id>/", public.event_file, name="event_file"),
    path("events/my/<str:token>/", mine.registration_detail, name="registration_detail"),
    path("events/my/<str:token>/live/", mine.registration_live, name="registration_live"),
    path("events/my/<str:token>/recording/", mine.registration_recording, name="registration_recording"),
    path("events/my/<str:token>/survey/", mine.registration_survey, name="registration_survey"),
    path("events/my/<str:token>/cancel/", mine.registration_cancel, name="registration_cancel"),
    path("events/my/<str:token>/calendar.ics", mine.registration_calendar, name="registration_calendar"),
    path("events/my/<str:token>/files/<int:file_id>/", mine.registration_file, name="registration_file"),
    path("desk/events/", desk.desk_list, name="desk_list"),
    path("desk/events/new/", desk.desk_new, name="desk_new"),
    path("desk/events/<int:event_id>/", desk.desk_detail, name="desk_detail"),
    path("desk/events/<int:event_id>/edit/", desk.desk_edit, name="desk_edit"),
    path("desk/events/<int:event_id>/publish/", desk.desk_publish, name="desk_publish"),
    path("desk/events/<int:event_id>/cancel/", desk.desk_cancel, name="desk_cancel"),
    path("desk/events/<int:event_id>/attendance/", desk.desk_attendance, name="desk_attendance"),
    path("desk/events/<int:event_id>/recording/", desk.desk_recording, name="desk_recording"),
    path("desk/events/<int:event_id>/materials/", desk.desk_materials, name="desk_materials"),
    path("desk/events/<int:event_id>/materials/<int:material_id>/", desk.desk_unmaterial, name="desk_unmaterial"),
    path("desk/events/<int:event_id>/people/", desk.desk_people, name="desk_people"),
    path("desk/events/<int:event_id>/people.<str:form>", desk.desk_export, name="desk_export"),
]
