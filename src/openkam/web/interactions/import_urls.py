from django.urls import path

from . import import_views, mailbox_views, unknown_views

urlpatterns = [
    path("interactions/import/", import_views.imports, name="interactions-import"),
    path("interactions/import/<int:attempt>/", import_views.attempt, name="interactions-attempt"),
    path("interactions/import/<int:attempt>/undoing/", import_views.undoing, name="interactions-undoing"),
    path("mailboxes/", mailbox_views.mailboxes, name="mailboxes"),
    path("mailboxes/<int:mailbox>/", mailbox_views.mailbox, name="mailbox"),
    path("mailboxes/<int:mailbox>/visit/", mailbox_views.visit, name="mailbox-visit"),
    path("mailboxes/<int:mailbox>/removal/", mailbox_views.removal, name="mailbox-removal"),
    path("exclusions/", mailbox_views.exclusions, name="exclusions"),
    path("exclusions/<int:rule>/removal/", mailbox_views.exclusion_removal, name="exclusion-removal"),
    path("unknown-addresses/", unknown_views.unknown, name="unknown-addresses"),
    path("unknown-addresses/<int:address>/", unknown_views.decision, name="unknown-address"),
]
