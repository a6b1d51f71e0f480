"""What people of the demo company have typed: the cost model, forecasts with their reasons, what customers spend."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    role: str
    sees_profit: bool
    language: str = ""


PEOPLE = (
    Person("Diana Kessler", "diana@demo.example", "director", sees_profit=True),
    Person("蔡美玲 Mei-Ling Tsai", "meiling@demo.example", "manager", sees_profit=True, language="zh-hant"),
    Person("Jonas Bergström", "jonas@demo.example", "manager", sees_profit=True),
    Person("李志强 Li Zhiqiang", "zhiqiang@demo.example", "manager", sees_profit=True, language="zh-hans"),
    Person("Rosa Delgado", "rosa@demo.example", "contributor", sees_profit=False),
    Person("Viktor Hale", "viktor@demo.example", "viewer", sees_profit=False),
)

#: Which account manager looks after which countries; the rest has no owner yet, as in real life.
REGIONS = {
    "meiling@demo.example": {"Taiwan", "Japan", "South Korea"},
    "zhiqiang@demo.example": {"China", "Vietnam", "Indonesia"},
    "jonas@demo.example": {"Germany", "Spain", "Sweden", "Norway", "Denmark", "Finland", "Austria", "Netherlands"},
    "diana@demo.example": {"United States", "Canada", "United Kingdom"},
}

#: key: status, orientation, reason
JUDGEMENTS = {
    "C1001": ("key_development", "transactional", "Tenders every half-year; the price desk decides."),
    "C1002": ("key", "strategic", "Shares its three-year platform plan with us."),
    "C1005": ("key", "strategic", "採購與研發一同參與規格討論。"),
    "C1007": ("maintenance", "transactional", "年度招标，价格优先。"),
    "C1011": ("key_development", "strategic", "Engineers ask for us by name."),
    "C1013": ("key", "strategic", "Joint test bench since 2024."),
    "C1022": ("key_development", "strategic", "联合开发物流关节模组。"),
    "C1027": ("key_development", "strategic", "Validated supplier list; exit takes them 18 months."),
    "C1009": ("opportunistic", "transactional", "Small orders, many changes."),
    "C1058": ("exiting", "transactional", "Moved to another supplier in 2023."),
    "C1057": ("key_development", "", ""),
    "C1036": ("maintenance", "transactional", "Buys to drawing, changes nothing."),
}

#: pool, cost and minutes of fiscal year 2026 (earlier years scaled), activities: name, driver, minutes each, terms
POOLS = (
    (
        "Customer service",
        1_150_000,
        196_000,
        (
            ("Take an order", "orders", 38, (("lines", 6),)),
            ("Answer an inquiry", "inquiries", 55, ()),
            ("Settle a return", "returns", 170, ()),
        ),
    ),
    (
        "Logistics",
        1_020_000,
        204_000,
        (("Pick and ship", "orders", 52, (("lines", 9),)), ("Ship express", "express shipments", 210, ())),
    ),
    ("Field engineering", 1_240_000, 190_000, (("Visit a customer", "visits", 410, ()),)),
)
YEARLY_RISE = 0.94  # what a year cost, of the year after it

#: key: (revenue growth of next year and the year after, assumption for each)
FORECASTS = {
    "C1001": ((-0.05, -0.08), ("Second source qualified in spring", "They halve the gearbox volume")),
    "C1002": ((0.04, 0.05), ("New traction drive in two plants", "Third plant follows")),
    "C1005": ((0.18, 0.12), ("新廠於第二季投產", "第二期設備到位")),
    "C1007": ((0.00, -0.03), ("招标结果持平", "国产替代增加")),
    "C1011": ((0.20, 0.15), ("Two platforms in series", "Third platform in prototype today")),
    "C1013": ((0.12, 0.10), ("Joint test bench leads to series", "")),
    "C1022": ((0.25, 0.18), ("新增三条产线", "")),
    "C1027": ((0.15, 0.12), ("FDA approval expected in May", "Full year of the new device")),
}

#: key: offering, what the customer spends a year, our sales of it, probability of winning the rest, how we know
SPENDS = {
    "C1001": (
        ("Gearboxes", 6_500_000, 1_900_000, "0.20", "Their tender document of March"),
        ("Linear motion", 3_100_000, 700_000, "0.15", "Estimated from machine count"),
    ),
    "C1002": (("Elevator drives", 4_200_000, 1_850_000, "0.35", "Said by the head of purchasing, June review"),),
    "C1005": (
        ("諧波減速機", 3_800_000, 1_200_000, "0.50", "年度採購會議紀錄"),
        ("線性模組", 1_600_000, 500_000, "0.40", "採購經理口頭說明"),
    ),
    "C1011": (("Robot joints", 2_900_000, 1_320_000, "0.45", "Production plan they shared"),),
    "C1013": (("Robot joints", 3_300_000, 2_380_000, "0.40", "Joint plan"),),
    "C1022": (("物流关节模组", 5_200_000, 2_180_000, "0.40", "客户年报与访谈"),),
    "C1027": (("Servo motors", 4_000_000, 1_800_000, "0.30", "Guessed from devices sold"),),
    "C1036": (("電梯煞車", 900_000, 550_000, "0.25", ""),),
}

GROWTH = {
    "C1005": ("兩期擴產可使用量加倍", 24),
    "C1011": ("Third robot platform would add a third", 18),
    "C1022": ("物流自动化需求年增两成", 24),
}
