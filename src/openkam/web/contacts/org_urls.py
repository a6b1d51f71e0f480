from django.urls import path

from . import org_views

urlpatterns = [
    path("accounts/<int:account>/org-chart/", org_views.org_chart, name="org-chart"),
    path("accounts/<int:account>/org-chart/moves/", org_views.move, name="org-chart-move"),
    path("accounts/<int:account>/org-chart/undoing/", org_views.undo, name="org-chart-undo"),
    path("accounts/<int:account>/org-chart/places/", org_views.place, name="org-chart-place"),
]
