from django.urls import path

from . import drawing_views

urlpatterns: list = [
    path("accounts/<int:account>/relationship/drawing.<slug:kind>", drawing_views.file, name="relationship-drawing"),
    path("accounts/<int:account>/relationship/print/", drawing_views.sheet, name="relationship-print"),
]
