from django.urls import path

from . import ambition_views, list_views, rules_views, stage_views

urlpatterns = [
    path("accounts/<int:account>/relationship/", stage_views.relationship, name="relationship"),
    path("accounts/<int:account>/relationship/reviews/", stage_views.reviews, name="stage-reviews"),
    path(
        "accounts/<int:account>/relationship/reviews/<int:review>/undo/",
        stage_views.review_undo,
        name="stage-review-undo",
    ),
    path("accounts/<int:account>/relationship/perceived/", stage_views.perceived, name="perceived"),
    path("accounts/<int:account>/ambition/", ambition_views.ambition, name="account-ambition"),
    path("relationships/", list_views.index, name="relationships"),
    path("relationships.<slug:kind>", list_views.index_file, name="relationships-file"),
    path("programme/stage-rules/", rules_views.rules, name="stage-rules"),
    path("programme/stage-rules/defaults/", rules_views.defaults, name="stage-rules-defaults"),
]
