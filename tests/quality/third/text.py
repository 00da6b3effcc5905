"""Invented text, pages, and the habits of newsrooms."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone


def _words(listed: str) -> list[str]:
    return listed.split()


CST = timezone(timedelta(hours=8))
CHARS = "".join(
    _words("""
    的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自
    二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变
    条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指
    几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安
    场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连
    断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属
    圆包火住调满县局照参红细引听该铁价严龙飞
""")
)
LEX = _words("""
    记者 昨日 今天 上午 市政府 召开 会议 研究 部署 防汛 工作 干部 群众 农村 道路 建设 项目 投资 亿元 增长 百分之
    企业 工人 技术 改造 学校 教师 学生 医院 医生 门诊 患者 社区 居民 服务 中心 窗口 办理 证件 铁路 车站 旅客 发送
    列车 开行 客流 高峰 航班 机场 天气 降雨 气温 下降 部分 地区 大风 预警 消防 队员 赶到 现场 扑灭 火灾 无人 伤亡
    原因 正在 调查 警方 抓获 嫌疑人 涉案 金额 法院 审理 判决 罚款 公司 负责人 表示 下一步 继续 加强 管理 提高 质量
    保障 供应 粮食 丰收 小麦 收割 机械 面积 万亩 产量 种植 果园 苹果 价格 上涨 市场 超市 蔬菜 批发 消费者 投诉 热线
    环境 治理 污染 河道 清淤 绿化 公园 开放 游客 文化 展览 博物馆 文物 出土 专家 考证 年代 历史 传统 节日 活动 演出
    观众 比赛 球队 冠军 运动员 训练 教练 奖牌 志愿者 捐款 希望 小学 图书 老人 养老 补贴 标准 调整 政策 实施 办法
    条例 公布 征求 意见 代表 委员 提案 答复 高速公路 通车 桥梁 隧道 工程 竣工 验收 安全 生产 检查 隐患 整改 煤矿
    关闭 能源 电力 线路 检修 停电 通知 自来水 水厂 供水 管网 改造 地铁 号线 施工 交通 管制 绕行 公交 线路 调整
    出租车 司机 拾金不昧 表扬 锦旗 银行 贷款 利率 保险 理赔 股市 收盘 指数 上涨 外贸 出口 订单 港口 吞吐量 海关 查获
    走私 边防 渔民 出海 台风 登陆 撤离 转移 救灾 物资 帐篷 面条 里程 干部 发展 头发 皇后 以后 松树 台湾 平台 钟表
    钟情 复查 重复 范围 姓范 云南 人云亦云 丑闻 准确 批准 征收 出征 山谷 谷物 几乎 茶几 系统 联系 关系 制造 制度
    千里 秋千 余额 冬天 咚咚 了解 了望 克服 千克 胡同 胡须 困难 困倦 向导 方向 游泳 周游 采访 采取 风采 注意 注释
    才能 刚才
""")
FUNC = _words("""
    的 了 在 和 与 对 为 从 已 将 并 等 还 也 由 向 把 被 于 则
""")
NAMES = _words("""
    焦作 安阳 洛阳 晋城 长治 邯郸 德州 泰安 临沂 徐州 宿迁 滁州 六安 黄冈 荆门 岳阳 郴州 韶关 梅州 玉林 百色 遵义
    曲靖 绵阳 南充 汉中 宝鸡 天水 酒泉 张掖 大同 朔州 承德 锦州 丹东 四平 鹤岗 佳木斯 赤峰 包头
""")
NUM = "一二三四五六七八九十"


class Text:
    """Invented sentences: characters by chance, words, or words with names and numbers."""

    def __init__(self, r, flavour, mean, sd):
        self.r, self.flavour, self.mean, self.sd = r, flavour, mean, sd
        self.sub = [r.choice(LEX) for _ in range(12)]

    def clause(self, n):
        r = self.r
        out = ""
        while len(out) < n:
            if self.flavour == "chars":
                out += r.choice(CHARS)
            elif self.flavour == "words":
                out += r.choice(LEX) if r.random() < 0.75 else r.choice(FUNC)
            else:
                out += (
                    r.choice(self.sub)
                    if r.random() < 0.3
                    else (
                        r.choice(LEX)
                        if r.random() < 0.7
                        else r.choice(
                            [*FUNC, r.choice(NAMES) + "市", f"{r.randint(2, 99)}", r.choice(NUM) + "个"]
                        )
                    )
                )
        return out

    def sentence(self):
        r = self.r
        n = max(6, int(r.gauss(self.mean, self.sd)))
        out = []
        while n > 0:
            k = min(n, max(4, int(r.gauss(13, 5))))
            out.append(self.clause(k))
            n -= k + 1
        x = "，".join(out)
        if r.random() < 0.06:
            x = x.replace("，", "：“", 1) + "”" if "，" in x else x
        return x + ("。" if r.random() < 0.94 else r.choice("！？"))


@dataclass
class Page:
    """One page. `ops` is what was done to its text since the origin, each edit known by its place and its words."""

    number: int
    site: str
    name: str
    parent: int | None
    depth: int
    title: str
    paras: list  # list of list of (sid, text)
    ops: frozenset = frozenset()
    held: bool = True
    script: str = "hans"
    at: datetime | None = None
    shown_at: datetime | None = None
    precision: str | None = None
    source: str | None = None
    credit_true: bool = False
    children: list = field(default_factory=list)
    known: bool = True
    credited: int | None = None
    width: str = "full"
    before: list = field(default_factory=list)
    after: list = field(default_factory=list)

    @property
    def text(self):
        """The text as the page prints it."""
        return "\n".join([*self.before, *("".join(t for _, t in p) for p in self.paras if p), *self.after])


@dataclass
class Habit:
    """How the newsrooms of a story work."""

    copies: tuple = (8, 40)
    depth: int = 6
    star: float = 0.35
    rate: tuple = ("fixed", 1.5)
    mix: dict | None = None
    lost: float = 0.1
    times: str = "mixed"
    credits: str = "mixed"
    convert: float = 0.12
    glyph: float = 0.5
    flavours: tuple = ("words", "mixed", "chars")
    sents: tuple = (8, 30)
    lens: tuple = ((38, 18),)
    furniture: float = 0.2
    fixed_furniture: float = 0.3
    names: str = "mixed"


MIX = {
    "title": 3,
    "tail": 3,
    "cutsent": 2,
    "cutpara": 2,
    "cuthead": 0.7,
    "cutwords": 2,
    "addline": 1.5,
    "addsent": 1,
    "replace": 3,
    "number": 1,
    "breaks": 2,
    "width": 0.8,
    "typo": 1,
    "move": 0.4,
}
HABITS = {
    "middling": Habit(),
    "light": Habit(rate=("fixed", 0.35)),
    "heavy": Habit(rate=("fixed", 5.0)),
    "uneven": Habit(rate=("lognormal", 1.0)),
    "cuts": Habit(
        rate=("fixed", 1.4), mix={"tail": 3, "cutsent": 3, "cutpara": 2, "cutwords": 2, "title": 1}
    ),
    "words": Habit(
        rate=("fixed", 1.6), mix={"replace": 4, "typo": 3, "number": 2, "title": 1, "cutwords": 1}
    ),
    "headlines": Habit(rate=("fixed", 1.0), mix={"title": 6, "addline": 2, "breaks": 1, "tail": 1}),
    "bad clocks": Habit(times="bad"),
    "liars": Habit(credits="false"),
    "grandfathers": Habit(credits="grandfather"),
    "silent": Habit(credits="none"),
    "converters": Habit(convert=0.55, glyph=1.5),
    "chains": Habit(star=0.05, copies=(7, 20)),
    "gaps": Habit(lost=0.4),
    "gaps heavy": Habit(lost=0.35, rate=("fixed", 3.0)),
    "short": Habit(sents=(4, 8), lens=((28, 10),), copies=(6, 25)),
    "long": Habit(sents=(40, 70), lens=((60, 30),), copies=(10, 30)),
    "star": Habit(star=3.0, copies=(10, 60)),
    "furniture": Habit(furniture=0.8, fixed_furniture=0.8),
}
