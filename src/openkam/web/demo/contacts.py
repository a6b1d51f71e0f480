"""Who works where, and who meets whom, at the demo company and its customers. Invented.

A tie is one of ours, one of theirs, how often in the last year and in the year before, and how.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Who:
    """A person: name, form of address, title, function, level, and whom they report to."""

    name: str
    form: str
    title: str
    function: str
    level: str
    boss: str = ""


#: The people of ours who sign in have a record already; here is what they do.
OURS_WITH_LOGIN = {
    "diana": Who("Diana Kessler", "Diana", "Programme director", "sales", "director", "lin"),
    "meiling": Who("蔡美玲 Mei-Ling Tsai", "蔡經理", "Key account manager", "sales", "manager", "diana"),
    "jonas": Who("Jonas Bergström", "Jonas", "Key account manager", "sales", "manager", "diana"),
    "zhiqiang": Who("李志强 Li Zhiqiang", "李经理", "Key account manager", "sales", "manager", "diana"),
    "rosa": Who("Rosa Delgado", "Rosa", "Field engineer", "operations", "specialist", "mensah"),
    "viktor": Who("Viktor Hale", "Viktor", "Controller", "finance", "manager", "webb"),
}
OURS = {
    "lin": Who("林志豪 Lin Chih-Hao", "林董", "Managing director", "board", "director"),
    "webb": Who("Marcus Webb", "Marcus", "Chief financial officer", "finance", "director", "lin"),
    "vogt": Who("Dr. Hannah Vogt", "Dr. Vogt", "Head of development", "rd", "manager", "lin"),
    "zhang": Who("張偉 Zhang Wei", "張工", "Drive engineer", "rd", "specialist", "vogt"),
    "kobayashi": Who("小林 健", "小林さん", "Application engineer", "npd", "specialist", "vogt"),
    "mensah": Who("Kofi Mensah", "Kofi", "Plant manager", "operations", "manager", "lin"),
    "ruiz": Who("Tomás Ruiz", "Tomás", "Shift lead", "operations", "operator", "mensah"),
    "lindgren": Who("Sofia Lindgren", "Sofia", "Dispatch planner", "outbound_logistics", "specialist", "mensah"),
    "chen": Who("陳怡君 Chen Yi-Chun", "怡君", "Order desk", "administration", "clerk", "webb"),
    "dahl": Who("Ingrid Dahl", "Ingrid", "Safety and environment", "she", "manager", "mensah"),
    "adler": Who("Ben Adler", "Ben", "Market analyst", "market_research", "specialist", "diana"),
}

#: customer -> key -> person. The first one is the main contact. A name in round brackets is a place to be filled.
THEIRS = {
    "C1034": {
        "buyer": Who("Cody Marsh", "Cody", "Sourcing lead", "purchasing", "specialist"),
        "cto": Who("Leila Haddad", "Leila", "Chief engineer", "rd", "director"),
    },
    "C1058": {
        "buyer": Who("Alan Pryce", "Mr Pryce", "Buyer", "purchasing", "clerk"),
        "owner": Who("Moira Pryce", "Mrs Pryce", "Owner", "board", "director"),
    },
    "C1001": {
        "buyer": Who("Dale Whitcomb", "Dale", "Commodity manager", "purchasing", "manager", "cpo"),
        "cpo": Who("Karen Oyelaran", "Karen", "Chief procurement officer", "board", "director"),
        "quality": Who("Phil Nakamura", "Phil", "Supplier quality", "quality", "specialist", "ops"),
        "ops": Who("Teresa Villanueva", "Teresa", "Plant director", "operations", "director", "cpo"),
        "rd": Who("Greg Lindahl", "Greg", "Gear engineer", "rd", "specialist", "rdhead"),
        "rdhead": Who("(head of gear design)", "", "Head of gear design", "rd", "manager", "cpo"),
        "log": Who("Amber Coyle", "Amber", "Inbound planner", "inbound_logistics", "clerk", "ops"),
    },
    "C1036": {
        "buyer": Who("陳柏宇", "陳課長", "採購課長", "purchasing", "manager", "boss"),
        "boss": Who("廖淑芬", "廖總", "總經理", "board", "director"),
        "ops": Who("蔡文傑", "文傑", "組裝領班", "operations", "operator", "boss"),
    },
    "C1027": {
        "buyer": Who("Nora Feld", "Nora", "Strategic buyer", "purchasing", "manager", "ceo"),
        "ceo": Who("Dr. Samuel Adeyemi", "Dr. Adeyemi", "Chief executive", "board", "director"),
        "reg": Who("Ruth Castellano", "Ruth", "Regulatory affairs", "quality", "manager", "ceo"),
        "rd": Who("Ian Prescott", "Ian", "Device engineer", "rd", "specialist", "ceo"),
        "log": Who("(inbound logistics, unknown)", "", "Inbound logistics", "inbound_logistics", "clerk", "ceo"),
    },
    "C1011": {
        "buyer": Who("Elise Montoya", "Elise", "Purchasing manager", "purchasing", "manager", "vp"),
        "vp": Who("Robert Haim", "Robert", "VP engineering", "rd", "director"),
        "eng": Who("Sanjay Pillai", "Sanjay", "Joint engineer", "rd", "specialist", "vp"),
        "ops": Who("Marta Kovacs", "Marta", "Assembly manager", "operations", "manager", "vp"),
        "test": Who("Oskar Lund", "Oskar", "Test technician", "operations", "operator", "ops"),
    },
    "C1005": {
        "buyer": Who("黃雅婷", "黃經理", "採購經理", "purchasing", "manager", "gm"),
        "gm": Who("吳建宏", "吳總", "總經理", "board", "director"),
        "rd": Who("林俊傑", "林博士", "研發專員", "rd", "specialist", "rdm"),
        "rdm": Who("周怡萱", "周協理", "研發協理", "rd", "manager", "gm"),
        "ops": Who("鄭國華", "鄭廠長", "廠長", "operations", "manager", "gm"),
        "clerk": Who("許雅琪", "雅琪", "採購職員", "purchasing", "clerk", "buyer"),
        "line": Who("張家豪", "家豪", "生產作業員", "operations", "operator", "ops"),
        "log": Who("(進貨物流，姓名未知)", "", "進貨物流", "inbound_logistics", "specialist", "ops"),
    },
    "C1022": {
        "buyer": Who("王丽娜", "王经理", "采购经理", "purchasing", "manager", "ceo"),
        "ceo": Who("赵明", "赵总", "总裁", "board", "director"),
        "rd": Who("孙浩", "孙工", "关节模组工程师", "rd", "specialist", "cto"),
        "cto": Who("刘洋", "刘总监", "技术总监", "rd", "director", "ceo"),
        "ops": Who("陈静", "陈主管", "生产主管", "operations", "manager", "ceo"),
        "fin": Who("高峰", "高会计", "应付账款", "finance", "clerk", "ceo"),
    },
    "C1002": {
        "buyer": Who("Henrike Moos", "Frau Moos", "Head of purchasing", "purchasing", "director", "board"),
        "board": Who("Peter Wilmering", "Herr Wilmering", "Board member, operations", "board", "director"),
        "rd": Who("Dr. Felix Meyer", "Dr. Meyer", "Drive development", "rd", "specialist", "rdm"),
        "rdm": Who("Anke Petersen", "Frau Petersen", "Head of development", "rd", "manager", "board"),
        "ops": Who("Ralf Mendel", "Herr Mendel", "Plant manager Hamburg", "operations", "manager", "board"),
        "log": Who("Jule Harms", "Jule", "Goods-in planning", "inbound_logistics", "specialist", "ops"),
        "adm": Who("Birte Classen", "Frau Claßen", "Accounts payable", "finance", "clerk", "cfo"),
        "cfo": Who("Dr. Uwe Brandt", "Dr. Brandt", "Chief financial officer", "finance", "director", "board"),
        "service": Who("Stefan Ott", "Stefan", "Field service", "operations", "operator", "ops"),
    },
    "C1013": {
        "buyer": Who("佐藤 恵子", "佐藤様", "調達部長", "purchasing", "manager", "president"),
        "president": Who("三浦 隆", "三浦社長", "代表取締役", "board", "director"),
        "rd": Who("高橋 誠", "高橋様", "開発主任", "rd", "specialist", "rdm"),
        "rdm": Who("伊藤 大輔", "伊藤部長", "開発部長", "npd", "manager", "president"),
        "ops": Who("渡辺 直人", "渡辺工場長", "工場長", "operations", "manager", "president"),
        "log": Who("中村 美咲", "中村様", "入荷物流", "inbound_logistics", "specialist", "ops"),
        "adm": Who("山本 由美", "山本様", "経理", "administration", "clerk", "president"),
        "she": Who("加藤 学", "加藤様", "安全衛生環境", "she", "manager", "ops"),
        "market": Who("井上 彩", "井上様", "市場調査", "market_research", "specialist", "president"),
    },
    "C1017": {
        "buyer": Who("Katrin Sommer", "Frau Sommer", "Buyer drives", "purchasing", "manager", "board"),
        "board": Who("Jan-Erik Thoms", "Herr Thoms", "Managing director", "board", "director"),
        "ops": Who("Holger Brinkmann", "Herr Brinkmann", "Nacelle assembly", "operations", "manager", "board"),
        "rd": Who("Silke Jansen", "Frau Jansen", "Pitch systems", "rd", "specialist", "board"),
    },
}

#: customer -> (ours, theirs, in the last year, in the year before, how). "kam" is whoever looks after the account.
TIES = {
    "C1034": (("kam", "buyer", 3, 1, "call"),),
    "C1058": (("kam", "buyer", 2, 6, "call"), ("kam", "owner", 0, 1, "visit")),
    "C1001": (
        ("kam", "buyer", 24, 20, "meeting"), ("kam", "quality", 6, 4, "call"), ("kam", "ops", 5, 2, "visit"),
        ("kam", "rd", 4, 2, "call"), ("kam", "log", 6, 5, "email"), ("kam", "cpo", 4, 1, "meeting"),
    ),
    "C1036": (("kam", "buyer", 14, 15, "call"), ("chen", "buyer", 9, 9, "email"), ("rosa", "ops", 2, 1, "visit")),
    "C1027": (("kam", "buyer", 20, 12, "meeting"), ("lin", "ceo", 4, 2, "meeting"), ("zhang", "rd", 2, 1, "call")),
    "C1011": (
        ("kam", "buyer", 16, 14, "meeting"), ("zhang", "eng", 14, 6, "call"), ("vogt", "vp", 5, 2, "meeting"),
        ("rosa", "test", 6, 4, "visit"), ("mensah", "ops", 3, 1, "visit"),
    ),
    "C1005": (
        ("kam", "buyer", 22, 18, "meeting"), ("lin", "gm", 2, 1, "meeting"), ("zhang", "rd", 10, 3, "call"),
        ("vogt", "rdm", 5, 1, "meeting"), ("mensah", "ops", 6, 2, "visit"), ("chen", "clerk", 14, 12, "email"),
        ("ruiz", "line", 5, 0, "visit"),
    ),
    "C1022": (
        ("kam", "buyer", 18, 9, "meeting"), ("kobayashi", "rd", 12, 2, "call"), ("vogt", "cto", 4, 1, "meeting"),
        ("chen", "fin", 8, 6, "email"), ("rosa", "ops", 5, 2, "visit"),
    ),
    "C1002": (
        ("kam", "buyer", 24, 22, "meeting"), ("lin", "board", 2, 1, "meeting"), ("zhang", "rd", 14, 8, "call"),
        ("vogt", "rdm", 8, 4, "meeting"), ("mensah", "ops", 12, 6, "visit"), ("lindgren", "log", 24, 14, "call"),
        ("chen", "adm", 18, 18, "email"), ("webb", "cfo", 4, 1, "meeting"), ("ruiz", "service", 6, 5, "visit"),
    ),
    "C1013": (
        ("kam", "buyer", 20, 20, "meeting"), ("lin", "president", 3, 2, "meeting"), ("kobayashi", "rd", 24, 16, "call"),
        ("vogt", "rdm", 10, 6, "meeting"), ("mensah", "ops", 12, 8, "visit"), ("lindgren", "log", 18, 10, "call"),
        ("chen", "adm", 16, 14, "email"), ("dahl", "she", 5, 1, "visit"), ("adler", "market", 4, 0, "call"),
    ),
    "C1017": (
        ("kam", "buyer", 5, 18, "call"), ("lin", "board", 0, 3, "meeting"), ("mensah", "ops", 0, 8, "visit"),
        ("zhang", "rd", 1, 10, "call"),
    ),
}  # fmt: skip

#: customer -> (name, kind, written goal, ours, theirs, meetings a year)
JOINT_TEAMS = {
    "C1013": (
        ("共同試験台", "npd", "関節モジュールの寿命を 20,000 時間に", ("kobayashi", "vogt"), ("rd", "rdm"), 8),
        ("Forecast and stock", "logistics", "Stock cover of 12 days at both plants", ("lindgren", "kam"), ("log",), 10),
        ("品質円卓会議", "operations", "Field returns below 300 ppm", ("mensah", "rosa"), ("ops",), 6),
        ("Safe handling", "she", "No lifting accident at either plant", ("dahl",), ("she", "ops"), 5),
    ),
    "C1002": (("Platform 2028", "npd", "One traction drive for three car sizes", ("zhang", "vogt"), ("rd", "rdm"), 5),),
    "C1011": (("Joint life test", "npd", "", ("zhang",), ("eng",), 2),),
}
#: customer -> (ours, theirs), meetings of both boards in the last year
JOINT_BOARDS = {"C1013": (("lin", "diana"), ("president", "rdm"), 3)}

#: (kind) -> what such contacts are about.
SUBJECTS = {
    "meeting": ("Quarterly review", "Price and volume for next year", "Roadmap", "Forecast", "Complaints of the month"),
    "call": ("Drawing revision C", "Delivery next week", "Question on backlash", "Sample for the test bench"),
    "visit": ("Line walk", "Commissioning", "Installation of two drives", "Root cause on site"),
    "email": ("Order confirmation", "Invoice query", "Call-off", "Certificates"),
    "joint_team": ("Team meeting", "Open points", "Results of the month"),
    "joint_board": ("Joint board meeting",),
}
SUBJECTS_HANT = {
    "meeting": ("季度檢討", "明年價格與數量", "技術藍圖", "需求預測"),
    "call": ("圖面修訂", "下週交期", "背隙問題", "試驗樣品"),
    "visit": ("產線巡查", "試車", "現場原因分析"),
    "email": ("訂單確認", "發票查詢", "材質證明"),
}
SUBJECTS_HANS = {
    "meeting": ("季度回顾", "明年价格与数量", "技术路线", "需求预测"),
    "call": ("图纸修订", "下周交期", "样品试验"),
    "visit": ("产线巡查", "调试", "现场原因分析"),
    "email": ("订单确认", "发票查询"),
}
