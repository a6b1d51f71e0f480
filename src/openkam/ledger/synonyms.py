"""What invoice files call their columns: English, Chinese, SAP, and the common CRM and shop exports.

Names are compared without case, blanks and punctuation. Of two names the longer match wins; a name in NOT
never means the field, however well it sounds.
"""

import re
import unicodedata

# field -> names that mean it exactly, best first
NAMES: dict[str, str] = {
    "account": (
        "customer id|customer no|customer number|customer code|customer key|customer|cust id|cust no|"
        "cust code|"
        "account id|account no|account number|account code|account|client id|client code|client no|client|"
        "reseller key|reseller id|dealer id|dealer code|buyer id|buyer|sold to|sold to party|sold to id|"
        "bill to|bill to id|"
        "debtor|debtor no|kunnr|kunag|company id|hs company id|associated company id|cardcode|"
        "partner id|kundennummer|"
        "kunde|n° client|code client|cliente|"
        "客戶編號|客戶代號|客戶代碼|客戶|客戶id|客編|買方統編|買方統一編號|統一編號|往來對象|客户编号|客户代码|客户编码|客户|客户id|购方税号|"
        "購方稅號|會員編號|会员编号|經銷商編號|经销商编号|經銷商代號|经销商代码"
    ),
    "account_name": (
        "customer name|account name|client name|company name|company|reseller name|dealer name|buyer name|"
        "sold to name|bill to name|name1|debtor name|associated company|cardname|organization|organisation|"
        "kundenname|nom client|"
        "客戶名稱|客戶簡稱|客戶全名|公司名稱|買受人|買方名稱|客戶名|客户名称|客户简称|公司名称|购方名称|购买方名称|客户名|單位名稱|单位名称"
    ),
    "date": (
        "invoice date|posting date|billing date|document date|doc date|transaction date|sales date|"
        "sale date|order date|"
        "date|close date|closed date|closedate|booking date|fkdat|budat|bldat|audat|trans date|txn date|"
        "docdate|"
        "rechnungsdatum|belegdatum|date facture|fecha|"
        "發票日期|開立日期|銷貨日期|出貨日期|交易日期|單據日期|訂單日期|日期|帳款日期|开票日期|发票日期|销售日期|出库日期|交易日期|单据日期|"
        "订单日期|下单日期|記帳日期|记账日期|過帳日期|过账日期"
    ),
    "document": (
        "invoice no|invoice number|invoice id|invoice|invoice num|document no|document number|document|"
        "doc no|doc num|"
        "billing document|sales order number|sales order no|sales order|order number|order no|order id|"
        "order|voucher no|"
        "vbeln|belnr|transaction id|receipt no|rechnungsnummer|n° facture|deal id|opportunity id|docnum|"
        "發票號碼|發票編號|單號|單據號碼|單據編號|訂單編號|訂單號碼|銷貨單號|出貨單號|发票号码|发票号|发票编号|单号|单据号|单据编号|订单编号|"
        "订单号|销售单号|出库单号|憑證號碼|凭证号"
    ),
    "line_no": (
        "line no|line number|line|line item|item no in document|invoice line|order line|"
        "sales order line number|"
        "order line number|line num|posnr|item number in document|row no|linenum|position|pos|"
        "項次|行號|序號|明細序號|项次|行号|序号|明细行号|行项目"
    ),
    "product": (
        "product id|product key|product code|product no|product number|product|sku|stock code|item code|"
        "item no|item id|"
        "item number|item|article|article no|article number|material|material no|material number|matnr|"
        "part no|"
        "part number|product sku|itemcode|artikelnummer|artikel|product2id|hs product id|"
        "產品編號|產品代碼|產品代號|品號|料號|商品編號|商品代碼|貨號|物料編號|产品编号|产品代码|产品编码|品号|料号|商品编号|商品编码|货号|"
        "物料编码|物料编号|存货编码|物料|產品|产品|商品|product name|品名|產品名稱|"
        "产品名称|商品名称|商品名稱|貨品名稱|货物名称|存货名称|規格型號|规格型号"
    ),
    "quantity": (
        "quantity|qty|order quantity|order qty|invoiced quantity|invoice qty|billed quantity|"
        "sales quantity|units|"
        "units sold|pieces|fkimg|kwmeng|volume|menge|quantité|cantidad|"
        "數量|銷售數量|出貨數量|銷貨數量|訂購數量|件數|数量|销售数量|出库数量|订购数量|件数|开票数量|發票數量"
    ),
    "unit_price": (
        "unit price|price|sales price|selling price|price per unit|unitprice|net price|netpr|item price|"
        "list price|"
        "stückpreis|einzelpreis|prix unitaire|"
        "單價|售價|銷售單價|未稅單價|单价|售价|销售单价|不含税单价|未税单价|無稅單價|无税单价"
    ),
    "discount": (
        "discount|discount pct|discount percent|discount %|unit price discount pct|unit price discount|"
        "disc pct|disc|"
        "discount rate|discount amount|disc amount|rabatt|remise|"
        "折扣|折扣率|折讓|折讓金額|折扣金額|折扣额|折让|折扣金额|折讓率|扣率"
    ),
    "revenue": (
        "net sales|net revenue|net amount|net value|revenue|sales amount|line total|line amount|"
        "line value|netwr|"
        "sales|amount|extended price|extended amount|total sales|net|subtotal|total price|totalprice|"
        "turnover|"
        "amount excl tax|amount ex vat|amount net|net line total|umsatz|nettobetrag|montant ht|importe|"
        "linetotal|total|"
        "未稅金額|銷售額|銷貨金額|銷售金額|未稅銷售額|銷貨淨額|金額|營業額|淨額|小計|本幣未稅金額|未税金额|不含税金额|销售额|销售金额|"
        "无税金额|金额|销售收入|收入|净额|小计|營收|营收|銷貨收入|無稅金額|本币金额"
    ),
    "direct_cost": (
        "total product cost|total cost|cost of goods sold|cogs|cost of sales|cost amount|line cost|"
        "extended cost|"
        "direct cost|sales cost|wavwr|cost|einstand|"
        "成本金額|銷貨成本|成本|總成本|直接成本|本幣成本|成本金额|销售成本|总成本|成本合计|成本合計|主营业务成本|營業成本"
    ),
    "unit_cost": (
        "unit cost|product standard cost|standard cost|std cost|cost per unit|cost price|average cost|"
        "unitcost|"
        "standard price|stprs|verpr|purchase price|"
        "單位成本|成本單價|標準成本|單價成本|单位成本|成本单价|标准成本|成本价|成本價|進價|进价|加權平均成本|加权平均成本"
    ),
    "currency": (
        "currency|currency code|currency iso code|currencyisocode|curr|ccy|waers|waerk|deal currency code|"
        "document currency|currencycode|währung|devise|moneda|currency key|"
        "幣別|幣種|貨幣|交易幣別|原幣幣別|币别|币种|货币|交易币种|货币代码|幣別代號"
    ),
}
NOT: dict[str, str] = {
    "account": (
        "po|purchase order|phone|group|type|class|country|region|category|segment|currency|manager|"
        "owner|rep|since|訂單|订单|電話|电话|類|类|業務|业务"
    ),
    "account_name": "contact|ship|product|first|last|聯絡|联系|業務|业务",
    "date": (
        "due|ship|required|delivery|created|updated|modified|birth|expected|valid|start|end|payment|"
        "paid|到期|預計|预计|交貨|交货|付款|生日|建立|修改"
    ),
    "document": "line|date|amount|po|purchase|original|customer|ship|日期|金額|金额|原",
    "line_no": "production|phone|discount|total|amount|product",
    "product": "cost|price|category|group|line|type|class|family|quantity|成本|價|价|類|类|單位|单位",
    "quantity": "per|return|stock|on hand|open|庫存|库存|未交",
    "unit_price": "cost|discount|total|tax incl|list|成本|含稅|折",
    "discount": "price after|折後|折后",
    "revenue": "tax|vat|gross|freight|quota|cost|discount|shipping|target|含稅|含税|稅額|税额|運費|运费|成本|折",
    "direct_cost": "unit|standard|center|centre|shipping|freight|單|单|中心",
    "unit_cost": "center|total|中心|總|总",
    "currency": "rate|exchange|匯率|汇率",
}
# "不含稅", "未稅" speak of tax and yet mean without it
WITHOUT_TAX = ("未稅", "未税", "不含稅", "不含税", "無稅", "无税", "excl", "ex vat", "net of", "without", "before tax")


def words(name: str) -> str:
    """A column name in plain words: "SalesOrderNumber" and "sales_order_number" are one.

    >>> words("SalesOrderNumber"), words("Customer_ID__c"), words("單價 (TWD)")
    ('sales order number', 'customer id', '單價')
    """
    name = unicodedata.normalize("NFKC", name)
    name = re.sub(r"__c$|\(.*?\)|\[.*?\]", " ", name)
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(re.sub(r"[\W_]+", " ", name.replace("%", " % ")).casefold().split())


def _ranked(names: str) -> dict[str, float]:
    """Score of each name by its place: 1 for the first, towards 0.8 for the last."""
    known = names.split("|")
    return {words(name): 1.0 - 0.2 * at / len(known) for at, name in reversed(list(enumerate(known)))}


EXACT: dict[str, dict[str, float]] = {field: _ranked(names) for field, names in NAMES.items()}


def name_score(field: str, column: str) -> float:
    """How well a column's name means a field, 0..1.

    >>> name_score("date", "OrderDate") > 0.8, name_score("date", "DueDate"), name_score("account", "客戶編號") > 0.8
    (True, 0.0, True)
    """
    plain = words(column)
    squeezed = plain.replace(" ", "")
    exact = EXACT[field]
    for known, score in exact.items():
        if known == plain or known.replace(" ", "") == squeezed:
            return score
    if _excluded(field, plain):
        return 0.0
    return max((_partial(known, plain) * score for known, score in exact.items()), default=0.0)


def _excluded(field: str, plain: str) -> bool:
    if field in ("revenue", "unit_price") and any(mark in plain for mark in WITHOUT_TAX):
        return "成本" in plain or "cost" in plain
    return any(_within(word, plain) for word in NOT[field].split("|"))


def _within(word: str, plain: str) -> bool:
    return word in plain if not word.isascii() else f" {word} " in f" {plain} "


def _partial(known: str, plain: str) -> float:
    """A known name inside a longer one: whole words in English, two or more characters in Chinese."""
    if len(known) < (2 if not known.isascii() else 4) or not _within(known, plain):
        return 0.0
    return 0.4 + 0.4 * len(known) / len(plain)
