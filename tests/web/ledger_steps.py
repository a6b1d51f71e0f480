"""The steps of an import as a person takes them, for the tests of the ledger."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from openkam.web.jobs.queue import run_waiting
from openkam.web.ledgers.models import Import

#: Three customers, two years; the second line of Brava has no cost.
INVOICES = """Customer,Name,Date,Invoice,Line,Product,Quantity,Net,Cost
ACME,Acme 台積,2023-02-01,R1,1,P1,2,100.00,60.00
ACME,Acme 台積,2024-02-01,R2,1,P1,3,150.10,90.05
BRAVA,Brava GmbH,2024-03-01,R3,1,P2,1,80.00,70.00
BRAVA,Brava GmbH,2024-03-01,R3,2,P3,1,20.00,
CIRRUS,Cirrus Ltd,2024-05-05,R4,1,P1,-1,-50.05,-30.00
"""
MAPPING = {
    "source": "ERP",
    "account": "Customer",
    "account_name": "Name",
    "date": "Date",
    "document": "Invoice",
    "line_no": "Line",
    "product": "Product",
    "quantity": "Quantity",
    "revenue": "Net",
    "direct_cost": "Cost",
    "date_order": "ymd",
    "decimal_mark": ".",
}


def a_file(text: str | bytes = INVOICES, name: str = "invoices.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text, "text/csv")


def uploaded(client: Client, text: str | bytes = INVOICES, *more: Any, name: str = "invoices.csv") -> Import:
    answer = client.post("/ledger/imports/", {"files": [a_file(text, name), *more]})
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[-1]))


def mapped(client: Client, subject: Import, **changes: str) -> Any:
    return client.post(f"/ledger/imports/{subject.pk}/mapping/", {**MAPPING, **changes})


def checked(client: Client, text: str | bytes = INVOICES, **changes: str) -> Import:
    subject = uploaded(client, text)
    answer = mapped(client, subject, **changes)
    assert answer.status_code == 302, answer.content.decode()
    run_waiting()
    subject.refresh_from_db()
    return subject


def imported(client: Client, text: str | bytes = INVOICES, **changes: str) -> Import:
    subject = checked(client, text, **changes)
    client.post(f"/ledger/imports/{subject.pk}/acceptance/")
    run_waiting()
    subject.refresh_from_db()
    return subject
