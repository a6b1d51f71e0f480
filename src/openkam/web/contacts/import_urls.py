from django.urls import path

from . import import_views

urlpatterns = [
    path("accounts/<int:account>/contacts/import/", import_views.of_account, name="contacts-import"),
    path("contacts/import/", import_views.imports, name="people-import"),
    path("contacts/import/<int:people_file>/", import_views.file, name="people-import-file"),
    path("contacts/import/<int:people_file>/guesses/", import_views.guesses, name="people-import-guesses"),
]
