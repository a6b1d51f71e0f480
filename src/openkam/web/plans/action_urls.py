from django.urls import path

from . import action_views, feed_views, plan_views

urlpatterns = [
    path("actions/", action_views.actions, name="actions"),
    path("actions/export.<str:kind>", action_views.actions_file, name="actions-export"),
    path("actions/<int:action>/", action_views.action, name="action"),
    path("actions/<int:action>/completion/", action_views.completion, name="action-completion"),
    path("actions/<int:action>/reopening/", action_views.reopening, name="action-reopening"),
    path("actions/<int:action>/dropping/", action_views.dropping, name="action-dropping"),
    path("accounts/<int:account>/plan/", plan_views.plan, name="account-plan"),
    path("accounts/<int:account>/plan/review/", plan_views.review, name="account-plan-review"),
    path("accounts/<int:account>/plan/sponsor/", plan_views.sponsor, name="account-sponsor"),
    path("calendar/", feed_views.feed, name="calendar-feed"),
    path("calendar/revocation/", feed_views.revocation, name="calendar-feed-revocation"),
    path("calendar/<str:token>.ics", feed_views.calendar, name="calendar"),
]
