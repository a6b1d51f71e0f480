import pytest

from openkam.ledger.mapping import FIELDS
from openkam.ledger.synonyms import NAMES, NOT, name_score, words


def test_every_field_has_names():
    assert set(NAMES) == set(NOT) == set(FIELDS)


@pytest.mark.parametrize(("field", "name"), [(field, name) for field in NAMES for name in NAMES[field].split("|")])
def test_a_known_name_means_its_field_most(field, name):
    scores = {other: name_score(other, name) for other in FIELDS}
    assert scores[field] >= 0.8
    assert scores[field] >= max(scores.values()) - 0.2


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("account", "CustomerPONumber"),
        ("account", "Customer Phone"),
        ("date", "DueDate"),
        ("date", "ship_date"),
        ("date", "付款到期日"),
        ("revenue", "TaxAmt"),
        ("revenue", "含稅金額"),
        ("revenue", "SalesAmountQuota"),
        ("direct_cost", "ProductStandardCost"),
        ("product", "product_category"),
        ("quantity", "quantity_per_unit"),
        ("currency", "Exchange rate"),
    ],
)
def test_a_name_that_only_sounds_alike_means_nothing(field, name):
    assert name_score(field, name) < 0.45


def test_names_are_compared_in_plain_words():
    assert (
        words("SalesOrderNumber")
        == words("sales_order_number")
        == words(" Sales Order-Number ")
        == "sales order number"
    )
    assert words("HSCompanyID__c") == "hs company id"
    assert words("金額（含稅）") == "金額"
