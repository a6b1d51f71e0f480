from django.urls import path

from . import edit_views, import_views, merge_views, views

urlpatterns = [
    path("", views.index, name="accounts"),
    path("export.<str:kind>", views.export, name="accounts-export"),
    path("new/", edit_views.create, name="account-new"),
    path("parents/", edit_views.parents, name="account-parents"),
    path("import/", import_views.imports, name="accounts-import"),
    path("import/<int:pk>/", import_views.file, name="accounts-import-file"),
    path("<int:pk>/", views.account, name="account"),
    path("<int:pk>/history/", views.history, name="account-history"),
    path("<int:pk>/edit/", edit_views.edit, name="account-edit"),
    path("<int:pk>/team/", edit_views.join, name="account-team"),
    path("<int:pk>/team/<int:person>/departure/", edit_views.leave, name="account-departure"),
    path("<int:pk>/merge/", merge_views.merge, name="account-merge"),
    path("<int:pk>/merge/<int:event>/separation/", merge_views.separation, name="account-separation"),
]
