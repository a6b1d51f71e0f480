"""What the demo company has learned, where it wants to go, and what it judges of people. Invented.

Days are counted back (or ahead) from today.
"""

from dataclasses import dataclass, field

#: customer -> (key, kind, text, from whom, how we know, confirmed, days ago, check again in days, recurs of, hurts)
INSIGHTS = {
    "C1013": (
        ("line", "plan", "第二工場は来春 2 直で始動する。", "ops", "said", True, 40, 120, "", ""),
        ("life", "need", "関節モジュールの寿命 20,000 時間の証明。", "rd", "said", True, 75, None, "", ""),
        ("stock", "need", "在庫は 12 日以内、週次の予測共有。", "log", "observed", True, 30, None, "", ""),
    ),
    "C1002": (
        ("platform", "plan", "One drive for three car sizes from 2028 on.", "rdm", "said", True, 60, 90, "", ""),
        ("paper", "problem", "Invoices carry the old order number.", "adm", "said", True, 210, None, "", ""),
        ("paper2", "problem", "Invoices carry the old order number, again.", "adm", "said", True, 120, None, "paper",
         "Days to pay"),
        ("paper3", "problem", "Third month with the old order number; paid late.", "adm", "said", True, 20, None,
         "paper2", "Days to pay"),
        ("dock", "need", "A fixed slot at goods-in, every Tuesday.", "log", "said", True, 45, None, "", ""),
    ),
    "C1005": (
        ("fab", "plan", "新廠於第二季投產，產能加倍。", "gm", "said", True, 35, 60, "", ""),
        ("noise", "need", "模組噪音低於 58 dB。", "rd", "said", False, 20, -3, "", ""),
        ("dual", "decision", "採購決定保留第二供應商。", "buyer", "said", True, 50, None, "", ""),
    ),
    "C1001": (
        ("price", "decision", "The price desk decides; engineering is not asked.", "buyer", "said", True, 55, None,
         "", ""),
        ("backlash", "problem", "Backlash grows after 3,000 hours at the packing cells.", "rd", "observed", False, 28,
         10, "", "Line stops"),
        ("second", "plan", "A second source is being qualified.", "ops", "guessed", False, 15, -5, "", ""),
    ),
    "C1022": (("module", "need", "物流关节模组成本降低一成。", "cto", "said", True, 42, 80, "", ""),),
    "C1011": (("third", "plan", "Third platform is in prototype.", "eng", "said", True, 33, 45, "", ""),),
    "C1027": (("approval", "plan", "The new device is approved in May.", "reg", "said", True, 70, 30, "", ""),),
}  # fmt: skip

#: customer -> (target, days until, wished by the customer, justification)
AMBITIONS = {
    "C1005": (4, 300, 4, ""),
    "C1001": (3, 400, 2, ""),
    "C1002": (5, 420, 4, ""),
    "C1022": (4, 500, None, ""),
    "C1027": (3, 330, 3, ""),
}
#: customer -> (place, title, who, days until due, gate, how we will know, rests on); place 0: not one of the five
ACTIONS = {
    "C1005": (
        (1, "介紹我方出貨物流負責人給對方進貨物流", "meiling", 12, "functions", "每週一次直接聯繫", ("fab",)),
        (2, "研發雙週會議", "meiling", 26, "functions", "連續三次會議紀錄", ("noise",)),
        (3, "廠長互訪", "meiling", -4, "nu", "訪問報告", ()),
        (4, "年度高階主管會議", "diana", 70, "board", "雙方董事出席", ("fab", "dual")),
    ),
    "C1001": (
        (1, "Bring our drive engineer to theirs, on site", "diana", 18, "direct_share", "Two visits without Diana",
         ("backlash",)),
        (2, "Name their head of gear design", "diana", -9, "nu", "A name and a first call", ()),
        (0, "Offer for the half-year tender", "diana", 40, "", "Offer sent", ("price",)),
    ),
    "C1002": (
        (1, "Third joint team: stock, forecast", "jonas", 55, "joint_teams", "Written goal, two meetings", ("dock",)),
        (2, "Second joint board meeting", "diana", 120, "joint_board", "Minutes of both boards", ("platform",)),
        (0, "End the mix-up of order numbers", "jonas", 5, "", "A month without a complaint", ("paper3",)),
    ),
}  # fmt: skip

#: customer -> six answers of ours, six of the customer, and who gave those
PERCEIVED = {
    "C1005": ((3, 3, 3, 3, 3, 2), (3, 2, 3, 2, 3, 2), "黃雅婷"),
    "C1001": ((2, 2, 2, 2, 3, 2), (1, 1, 1, 2, 1, 2), "Dale Whitcomb"),
    "C1002": ((3, 3, 4, 3, 3, 3), (3, 3, 3, 3, 3, 3), "Henrike Moos"),
    "C1013": ((4, 4, 4, 4, 3, 4), (4, 4, 4, 4, 4, 4), "佐藤 恵子"),
}


@dataclass(frozen=True)
class Judged:
    """One person on a team map: participation and numbers of ours per phase, as the sheet writes them."""

    types: str
    influence: int
    support: int
    cells: tuple[str, str, str, str]
    needed: int = 1
    power: int = 3
    interest: int = 3
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)


#: customer -> members of ours with their roles
MEMBERS = {
    "C1005": (("meiling", "大客戶經理"), ("zhang", "技術窗口"), ("lin", "高階贊助人"), ("chen", "訂單窗口")),
    "C1002": (
        ("jonas", "Key account manager"),
        ("vogt", "Development"),
        ("lindgren", "Logistics"),
        ("webb", "Finance"),
    ),
}
MAPS = {
    "C1005": {
        "gm": Judged("E", 3, 1, ("1/3", "1/3", "3/3", "0"), needed=2, power=5, interest=3,
                     answers={"motive": ("新廠準時投產", "said"), "need_1": ("交期可靠", "said"),
                              "communication": ("當面", "observed")}),
        "buyer": Judged("T", 2, 1, ("1/1", "3/1", "3/1", "2/4"), power=3, interest=5),
        "rd": Judged("T", 2, 2, ("3/2", "3/2", "1", "1"), power=3, interest=5),
        "rdm": Judged("U T", 3, -1, ("2", "3/2", "2", "1"), needed=0, power=4, interest=4,
                      answers={"motive": ("擔心換供應商的風險", "guessed")}),
        "ops": Judged("U", 3, 2, ("3/1", "2/1", "1/1", "3/4"), power=4, interest=5),
    },
    "C1002": {
        "board": Judged("E", 3, 1, ("1", "1/1", "3/1", "1"), power=5, interest=3),
        "buyer": Judged("T", 3, 1, ("2/1", "3/1", "3/1", "2/1"), power=4, interest=5),
        "rdm": Judged("T", 2, 2, ("3/2", "3/2", "2/2", "1"), power=3, interest=5),
        "ops": Judged("U", 3, 1, ("3/1", "2/1", "2/1", "3/3"), power=4, interest=4),
        "adm": Judged("U", 1, -1, ("0", "0", "1", "3/4"), needed=1, power=2, interest=4,
                      answers={"motive": ("Measured by days to pay", "said")}),
    },
}  # fmt: skip
#: customer -> person -> how many days between two contacts they want
WANTED = {
    "C1005": {"buyer": 21, "gm": 180, "rd": 30, "ops": 60},
    "C1002": {"buyer": 14, "board": 180, "rdm": 45, "log": 14, "adm": 30},
    "C1013": {"buyer": 14, "president": 120, "rd": 14},
    "C1001": {"buyer": 14, "ops": 60, "cpo": 60},
    "C1017": {"buyer": 30, "board": 120},
}
EXIT = (
    "C1058",
    "Moved to another supplier in 2023; no project in sight.",
    "Spare seals are sold on through the dealer.",
)
