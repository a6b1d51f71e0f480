"""What a job title or a department gives away, in English, German and both writings of Chinese: a guess, never more."""

import re
import unicodedata
from functools import lru_cache

#: The first that fits is taken, so what is said more closely stands first.
_LEVELS = (
    ("clerk", r"assistant to\b|secretar|sekret[aä]r|assistenz|秘書|秘书|特助|助理$"),
    (
        "director",
        (
            r"\bdirector|\b[es]?vp\b|president\b|\bchief\b|\bc[efotim]o\b|chairman|chairwoman|board member|founder|"
            r"geschäftsführ|\bvorst(and|änd)|aufsichtsrat|bereichsleit|direktor|"
            r"總監|总监|董事|總經理|总经理|副總|副总|協理|协理|總裁|总裁|執行長|首席|處長|处长|廠長|厂长"
        ),
    ),
    (
        "manager",
        (
            r"manager|\bhead of\b|\bhead\b|\blead(er)?\b|supervisor|superintendent|leit(er|ung)|meister|"
            r"經理|经理|課長|课长|科長|科长|主管|主任|部長|部长|組長|组长|副理|襄理|班長|班长|領班|领班"
        ),
    ),
    (
        "specialist",
        (
            r"engineer|ingenieur|specialist|spezialist|analyst|scientist|planner|buyer|einkäufer|consultant|berater|"
            r"technologist|developer|entwickler|architect|expert|accountant|controller|auditor|counsel|chemist|referent|"
            r"工程師|工程师|研究員|研究员|分析師|分析师|管理師|管理师|設計師|设计师|顧問|顾问|會計師|会计师"
        ),
    ),
    (
        "clerk",
        (
            r"secretar|clerk|administrator|coordinator|sachbearbeit|representative|associate|assistant|cashier|"
            r"專員|专员|職員|职员|辦事員|办事员|文員|文员|會計|会计|出納|出纳|助理|業務員|业务员|採購員|采购员"
        ),
    ),
    (
        "operator",
        (
            r"operator|worker|technician|machinist|fitter|assembler|\bdriver|warehouseman|bediener|arbeiter|techniker|"
            r"作業員|作业员|操作員|操作员|技術員|技术员|工人|司機|司机|技工|倉管員|仓管员"
        ),
    ),
)
_FUNCTIONS = {
    "market_research": r"market research|marktforsch|市場調查|市场调查|市場研究|市场研究|市調|市调",
    "npd": r"new product|\bnp[di]\b|product development|produktentwickl|新產品|新产品|產品開發|产品开发",
    "sales": (
        r"\bsales|business development|key account|account (manager|executive)|vertrieb|verkauf|commercial|"
        r"業務|业务|銷售|销售|營業|营业|客戶經理|客户经理"
    ),
    "purchasing": r"purchas|procure|\bbuyer|sourcing|einkauf|einkäufer|beschaffung|\bcpo\b|採購|采购|資材|资材",
    "marketing": r"marketing|\bbrand|communications|\bcmo\b|行銷|营销|市場|市场|企劃|企划",
    "quality": r"quality|\bq[ac]\b|qualität|品質|品质|品保|品管|質量|质量|質檢|质检",
    "she": (
        r"\bsafety|\bhealth\b|environment|\behs\b|\bhse\b|\bshe\b|umwelt|arbeitssicherheit|sustainab|nachhaltig|"
        r"職安|职安|工安|環安|环安|安全|環境|环境|環保|环保"
    ),
    "finance": (
        r"financ|\bcfo\b|accountant|accounting|accounts (payable|receivable)|controll|treasur|audit|finanz|buchhalt|"
        r"財務|财务|會計|会计|出納|出纳|稽核|審計|审计"
    ),
    "hr": (r"human resources|\bhr\b|personal(leit|abteil|refer|wesen)|recruit|talent|人資|人资|人力資源|人力资源|人事"),
    "it": r"\bit\b|information technology|software|\bcio\b|\bedv\b|資訊|资讯|信息|資管",
    "rd": (
        r"\br ?& ?d\b|\bf ?& ?e\b|research|development|entwickl|forschung|laborator|\blab\b|scientist|\bcto\b|"
        r"chief technology|\bdesign|konstruktion|研發|研发|研究|開發|开发|設計|设计"
    ),
    "inbound_logistics": r"inbound|goods in|receiving|incoming|wareneingang|進貨|进货|收貨|收货|進料|进料",
    "outbound_logistics": r"outbound|shipping|dispatch|warenausgang|versand|出貨|出货|發貨|发货",
    "logistics": (
        r"logisti|supply chain|warehous|transport|\blager|物流|供應鏈|供应链|倉儲|仓储|倉管|仓管|倉庫|仓库|運輸|运输"
    ),
    "operations": (
        r"operation|operator|production|manufactur|\bplant\b|factory|process engineer|maintenance|produktion|fertigung|"
        r"betriebsleit|werk(s|leit)|\bcoo\b|"
        r"生產|生产|製造|制造|廠長|厂长|廠務|厂务|製程|制程|設備|设备|作業員|作业员|營運|运营|運營"
    ),
    "administration": (
        r"administrat|\boffice\b|secretar|sekret[aä]r|legal|general affairs|verwaltung|"
        r"行政|總務|总务|秘書|秘书|法務|法务|特助"
    ),
    "board": (
        r"\bboard\b|chairman|chairwoman|\bceo\b|chief executive|managing director|(?<!vice )(?<!vice-)president\b|"
        r"founder|geschäftsführ|\bvorst(and|änd)|aufsichtsrat|"
        r"董事|(?<!副)總經理|(?<!副)总经理|(?<!副)總裁|(?<!副)总裁|執行長|首席执行官"
    ),
}
_EACH = {
    "level": [(code, re.compile(words)) for code, words in _LEVELS],
    "function": [(code, re.compile(words)) for code, words in _FUNCTIONS.items()],
}


def level(title: str) -> str:
    """The level of a job title, or "".

    >>> level("VP Purchasing"), level("品保經理"), level("Einkaufsleiterin"), level("專員"), level("Poet")
    ('director', 'manager', 'manager', 'clerk', '')
    """
    return _first("level", title)


def function(text: str) -> str:
    """The function that a job title or a department names, or "".

    >>> function("VP Purchasing"), function("品保經理"), function("Leiter F&E"), function("總經理"), function("Poet")
    ('purchasing', 'quality', 'rd', 'board', '')
    """
    return _first("function", text)


@lru_cache(maxsize=4_096)  # the same titles come again and again
def _first(what: str, text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return next((code for code, words in _EACH[what] if words.search(folded)), "")
