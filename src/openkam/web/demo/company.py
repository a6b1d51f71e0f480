"""A made-up supplier of drive components and its sixty-odd customers. Everything here is invented.

The same every time: one seeded generator, no clock. Five whole fiscal years, October to September.
"""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

COMPANY = "Hexa Motion 六合傳動"
CURRENCY = "USD"
FISCAL_START = 10
FIRST_YEAR, LAST_YEAR = 2022, 2026
SEED = 20260930


@dataclass(frozen=True)
class Character:
    """How a kind of customer buys and what it takes to serve it, per year."""

    orders: int
    lines: float  # per order
    size: float  # of a line, relative to list
    growth: float
    discount: float
    returns: float  # share of lines
    inquiries: float  # per order
    visits: int
    express: float  # share of orders


CHARACTERS = {
    "giant": Character(52, 4.0, 3.2, 0.03, 0.285, 0.015, 1.2, 30, 0.30),
    "star": Character(30, 3.0, 1.7, 0.22, 0.10, 0.006, 0.4, 12, 0.05),
    "steady": Character(24, 2.6, 1.3, 0.02, 0.08, 0.006, 0.25, 5, 0.03),
    "noisy": Character(44, 1.5, 0.28, 0.01, 0.12, 0.04, 2.2, 9, 0.35),
    "fading": Character(22, 2.4, 1.2, -0.20, 0.14, 0.015, 0.6, 6, 0.08),
    "small": Character(8, 1.8, 0.55, 0.04, 0.05, 0.008, 0.3, 1, 0.02),
    "new": Character(10, 2.0, 0.9, 0.45, 0.10, 0.01, 0.9, 8, 0.10),
}


@dataclass(frozen=True)
class Customer:
    key: str
    name: str
    country: str
    industry: str
    currency: str
    character: str
    parent: str = ""
    since: int = FIRST_YEAR
    until: int = LAST_YEAR


# key | name | country | industry | currency | character | parent | since-until
_CUSTOMERS = """
C1001|Brightwater Automation|United States|Robotics|USD|giant
C1002|Kestrel Elevators Group|Germany|Elevators|EUR|giant
C1003|Kestrel Elevators Iberia|Spain|Elevators|EUR|steady|C1002
C1004|Kestrel Elevators Nordic|Sweden|Elevators|EUR|steady|C1002
C1005|東嶺半導體設備|Taiwan|Semiconductor equipment|TWD|star
C1006|東嶺半導體設備（新竹廠）|Taiwan|Semiconductor equipment|TWD|star|C1005
C1007|華瀚自動化|China|Machine tools|CNY|giant
C1008|华瀚自动化（苏州）|China|Machine tools|CNY|steady|C1007
C1009|Marrow & Finch Packaging|United Kingdom|Packaging|EUR|noisy
C1010|Ostrava Pohony|Czechia|Machine tools|EUR|steady
C1011|Sable Creek Robotics|United States|Robotics|USD|star
C1012|三鶴精機|Japan|Machine tools|JPY|steady
C1013|三鶴メカトロニクス|Japan|Robotics|JPY|star|C1012
C1014|Lindqvist Förpackning|Sweden|Packaging|EUR|small
C1015|Cobalt Ridge Mining|Canada|Mining|USD|fading
C1016|Tamarind Textiles Machinery|India|Textile machinery|USD|noisy
C1017|Blauwind Turbinen|Germany|Wind power|EUR|fading
C1018|Ålesund Marine Systems|Norway|Marine|EUR|steady
C1019|鴻磐機械|Taiwan|Machine tools|TWD|steady
C1020|永嶽輸送設備|Taiwan|Conveyors|TWD|small
C1021|嘉澄包裝機械|Taiwan|Packaging|TWD|noisy
C1022|北辰智能物流|China|Logistics equipment|CNY|star
C1023|南湾纺织机械|China|Textile machinery|CNY|fading
C1024|Delmonte Trascinamenti|Italy|Packaging|EUR|small
C1025|Ferraz Elevadores|Brazil|Elevators|USD|small
C1026|Pacific Loom Works|Vietnam|Textile machinery|USD|noisy
C1027|Juniper Medical Devices|United States|Medical devices|USD|star
C1028|Hallstatt Medizintechnik|Austria|Medical devices|EUR|steady
C1029|Grampian Offshore|United Kingdom|Marine|EUR|fading
C1030|Nordhavn Kraner|Denmark|Cranes|EUR|steady
C1031|المحركات الحديثة|United Arab Emirates|Conveyors|USD|small
C1032|Prairie Grain Handling|United States|Conveyors|USD|steady
C1033|Tallow Bay Foods Machinery|New Zealand|Food machinery|USD|small
C1034|Corvid Drones|United States|Robotics|USD|new||2024
C1035|Sunda Conveyors|Indonesia|Conveyors|USD|small
C1036|瑞櫻電梯|Taiwan|Elevators|TWD|steady
C1037|晨揚醫療器材|Taiwan|Medical devices|TWD|new||2024
C1038|启岳机器人|China|Robotics|CNY|new||2025
C1039|Verdant Vertical Farms|Netherlands|Food machinery|EUR|new||2024
C1040|Aldermoor Lifts|United Kingdom|Elevators|EUR|noisy
C1041|Caldera Geothermal|Iceland|Power|EUR|small
C1042|Quarry Lane Tools|United States|Machine tools|USD|noisy
C1043|Monsoon Packaging|India|Packaging|USD|small
C1044|Ironbark Cranes|Australia|Cranes|USD|small
C1045|Saltmarsh Pumps|United States|Pumps|USD|steady
C1046|Pieterse Pompen|Netherlands|Pumps|EUR|small
C1047|Zephyr Wind Services|Germany|Wind power|EUR|small|C1017
C1048|Osprey Aerospace Tooling|United States|Machine tools|USD|fading
C1049|高岡搬送|Japan|Conveyors|JPY|small
C1050|한빛자동화|South Korea|Robotics|USD|steady
C1051|Larkspur Labs|United States|Medical devices|USD|small
C1052|Béziers Levage|France|Cranes|EUR|small
C1053|Halcyon Food Systems|United States|Food machinery|USD|fading
C1054|Tarn Valley Mills|United Kingdom|Textile machinery|EUR|noisy
C1055|Sirocco Bottling|Italy|Packaging|EUR|small
C1056|Boreal Pulp Machinery|Finland|Paper|EUR|steady
C1057|Sequoia Warehouse Systems|United States|Logistics equipment|USD|star
C1058|Old Harbour Cranes|United Kingdom|Cranes|EUR|small|||2023
C1059|Redfern Looms|Australia|Textile machinery|USD|small|||2024
C1060|Mistral Énergies|France|Wind power|EUR|new||2025
"""

# code | description | list price | unit cost
_PRODUCTS = """
HM-100|Harmonic drive, size 17|412.00|231.50
HM-120|Harmonic drive, size 25|688.00|377.25
HM-210|Planetary gearbox, 10:1|295.00|188.80
HM-230|Planetary gearbox, 50:1|449.00|279.40
HM-310|Linear guide, 1 m|128.50|86.35
HM-330|Ball screw, 20 mm|214.00|131.10
HM-410|Servo motor, 400 W|356.00|243.20
HM-430|Servo motor, 2 kW|912.00|597.75
HM-510|Elevator traction drive|2380.00|1684.00
HM-610|Coupling, torsionally stiff|46.80|24.95
HM-620|Brake, spring-applied|174.00|109.30
HM-900|Spare seal kit|18.40|7.15
"""

#: One unit in US dollars from each first of October on: invented, roughly plausible.
RATES = {
    "EUR": ("1.1600", "0.9800", "1.0570", "1.1130", "1.0950", "1.1240"),
    "TWD": ("0.0359", "0.0315", "0.0310", "0.0316", "0.0308", "0.0322"),
    "CNY": ("0.1551", "0.1405", "0.1370", "0.1425", "0.1380", "0.1402"),
    "JPY": ("0.0090", "0.0069", "0.0067", "0.0070", "0.0066", "0.0068"),
}


def customers() -> tuple[Customer, ...]:
    rows = []
    for line in _CUSTOMERS.strip().splitlines():
        key, name, country, industry, currency, character, *rest = line.split("|")
        parent, since, until = (*rest, "", "", "")[:3]
        rows.append(
            Customer(key, name, country, industry, currency, character, parent,
                     int(since or FIRST_YEAR), int(until or LAST_YEAR))
        )  # fmt: skip
    return tuple(rows)


def products() -> tuple[tuple[str, str, Decimal, Decimal], ...]:
    rows = (line.split("|") for line in _PRODUCTS.strip().splitlines())
    return tuple((code, text, Decimal(price), Decimal(cost)) for code, text, price, cost in rows)


def rates() -> Iterator[tuple[str, date, Decimal]]:
    for currency, values in RATES.items():
        for year, value in enumerate(values, start=FIRST_YEAR - 1):
            yield currency, date(year, 10, 1), Decimal(value)


def rate_on(currency: str, day: date) -> Decimal:
    """Dollars for one unit; the dollar itself is 1."""
    if currency == CURRENCY:
        return Decimal(1)
    known = [value for code, start, value in rates() if code == currency and start <= day]
    return known[-1]


HEADER = ("Invoice No", "Line", "Invoice Date", "Customer No", "Customer Name", "Product", "Quantity", "Unit Price",
          "Discount %", "Net Amount", "Cost", "Currency")  # fmt: skip


def invoice_lines() -> Iterator[tuple[str, ...]]:
    """Every invoice line of five years, in the order of the dates."""
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    orders = sorted(
        ((day, customer) for customer in customers() for day in _order_days(customer, chance)),
        key=lambda order: (order[0], order[1].key),
    )
    for number, (day, customer) in enumerate(orders, start=1):
        yield from _invoice(f"INV{day:%y}-{number:05d}", day, customer, chance)


def _order_days(customer: Customer, chance: random.Random) -> list[date]:
    character = CHARACTERS[customer.character]
    days = []
    for year in range(customer.since, customer.until + 1):
        scale = (1 + character.growth) ** (year - customer.since) * chance.uniform(0.85, 1.15)
        opening = date(year - 1, FISCAL_START, 1)
        count = max(1, round(character.orders * scale))
        days += [opening + timedelta(days=chance.randrange(365)) for _ in range(count)]
    return days


def _invoice(number: str, day: date, customer: Customer, chance: random.Random) -> Iterator[tuple[str, ...]]:
    character = CHARACTERS[customer.character]
    catalogue = products()
    liked = 2 + sum(map(ord, customer.key)) % 5
    for line in range(1, max(1, round(chance.gauss(character.lines, 0.8))) + 1):
        code, _, price, cost = catalogue[(liked * line + chance.randrange(4)) % len(catalogue)]
        quantity = max(1, round(chance.lognormvariate(1.9, 0.6) * character.size))
        if chance.random() < character.returns:
            quantity = -max(1, quantity // 3)
        yield _line((number, line, day), customer, (code, price, cost, quantity), chance)


def _line(
    place: tuple[str, int, date], customer: Customer, sold: tuple[str, Decimal, Decimal, int], chance: random.Random
) -> tuple[str, ...]:
    number, line, day = place
    code, price, cost, quantity = sold
    rate = rate_on(customer.currency, day)
    drift = Decimal("1.025") ** (day.year - FIRST_YEAR + 1)
    unit = (price * drift / rate).quantize(Decimal("0.01"))
    unit_cost = (cost * drift / rate).quantize(Decimal("0.0001"))
    discount = Decimal(round(100 * max(0.0, chance.gauss(CHARACTERS[customer.character].discount, 0.02))))
    net = (unit * quantity * (1 - discount / 100)).quantize(Decimal("0.01"))
    direct = (unit_cost * quantity).quantize(Decimal("0.0001"))
    return (number, str(line), day.isoformat(), customer.key, customer.name, code, str(quantity), str(unit),
            str(discount), str(net), str(direct), customer.currency)  # fmt: skip


def invoices_csv() -> str:
    """The file that a newcomer could have exported: the demo is imported through the same door."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(invoice_lines())
    return text.getvalue()


def driver_counts() -> Iterator[tuple[str, int, str, int]]:
    """(customer key, fiscal year, driver, count): what each customer asked of us, orders aside."""
    chance = random.Random(SEED + 1)  # noqa: S311
    for customer in customers():
        character = CHARACTERS[customer.character]
        for year in range(customer.since, customer.until + 1):
            orders = character.orders * (1 + character.growth) ** (year - customer.since)
            yield customer.key, year, "inquiries", round(orders * character.inquiries * chance.uniform(0.8, 1.2))
            yield customer.key, year, "visits", round(character.visits * chance.uniform(0.7, 1.3))
            yield customer.key, year, "express shipments", round(orders * character.express * chance.uniform(0.7, 1.3))
