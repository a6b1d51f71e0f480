"""Calendars, mailboxes and tables as pieces of contact. Nothing here knows Django, a clock or a database."""
