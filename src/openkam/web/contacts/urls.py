from django.urls import include, path

from . import colleague_views, contact_views, duplicate_views, import_urls, list_views, org_urls, privacy_views

urlpatterns: list = [
    path("accounts/<int:account>/contacts/", list_views.account_contacts, name="account-contacts"),
    path("accounts/<int:account>/contacts/new/", contact_views.create, name="contact-new"),
    path("accounts/<int:account>/contacts/duplicates/", duplicate_views.of_account, name="account-duplicates"),
    path("contacts/duplicates/", duplicate_views.index, name="duplicates"),
    path("contacts/<int:contact>/", contact_views.contact, name="contact"),
    path("contacts/<int:contact>/edit/", contact_views.edit, name="contact-edit"),
    path("contacts/<int:contact>/departure/", contact_views.departure, name="contact-departure"),
    path("contacts/<int:contact>/move/", contact_views.move, name="contact-move"),
    path("contacts/<int:contact>/main/", contact_views.main, name="contact-main"),
    path("contacts/<int:contact>/merge/", duplicate_views.merge_contact, name="contact-merge"),
    path("contacts/<int:contact>/apart/", duplicate_views.apart_contact, name="contact-apart"),
    path("contacts/<int:contact>/data/", privacy_views.data, name="contact-data"),
    path("contacts/<int:contact>/data.json", privacy_views.data_file, name="contact-data-file"),
    path("contacts/<int:contact>/erasure/", privacy_views.erasure, name="contact-erasure"),
    path("contacts/merges/<int:merge>/separation/", duplicate_views.separation, name="contact-separation"),
    path("colleagues/", list_views.colleagues, name="colleagues"),
    path("colleagues/new/", colleague_views.create, name="colleague-new"),
    path("colleagues/duplicates/", duplicate_views.of_colleagues, name="colleague-duplicates"),
    path("colleagues/<int:colleague>/", colleague_views.colleague, name="colleague"),
    path("colleagues/<int:colleague>/edit/", colleague_views.edit, name="colleague-edit"),
    path("colleagues/<int:colleague>/departure/", colleague_views.departure, name="colleague-departure"),
    path("colleagues/<int:colleague>/merge/", duplicate_views.merge_colleague, name="colleague-merge"),
    path("colleagues/<int:colleague>/apart/", duplicate_views.apart_colleague, name="colleague-apart"),
    path("", include(import_urls)),
    path("", include(org_urls)),
]
