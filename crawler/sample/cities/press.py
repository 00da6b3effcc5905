"""Invented articles of the cities: made by chance, dated, and each different from the others."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

PLACES = [
    "青河",
    "临泽",
    "云溪",
    "白桥",
    "石滩",
    "南岭",
    "东湖",
    "平川",
    "长堤",
    "古渡",
    "新塘",
    "柳林",
    "双塔",
    "赤岸",
    "清源",
    "凤台",
    "龙泉",
    "望江",
]
MATTERS = [
    "春灌",
    "防汛",
    "旧城改造",
    "公交线路",
    "图书馆",
    "养老服务",
    "果园",
    "中学校舍",
    "夜市",
    "河道清淤",
    "冬小麦",
    "博物馆",
    "热力管网",
    "义诊",
    "马拉松",
    "菜市场",
]
DOINGS = [
    "启动",
    "完成验收",
    "向市民开放",
    "进入第二阶段",
    "提前竣工",
    "公开征求意见",
    "获得补助",
    "举行座谈",
    "列入计划",
    "恢复使用",
]
PEOPLE = ["周屿", "林知夏", "贺长川", "沈一禾", "陆归远", "秦望舒", "宋野", "叶青禾"]
SENTENCES = (
    "{place}的{matter}项目{day}日{doing}，当地负责人{person}在现场介绍了前后经过。",
    "据了解，这项工作涉及{number}个社区、{other}户居民，前期走访用了{weeks}周时间。",
    "{person}说，最难的一段在{place}老街，那里的管线图还是三十年前画的。",
    "记者在现场看到，工人们正在铺设最后{number}米路面，两侧的树木全部保留了下来。",
    "按照计划，下一步将在{season}以前把经验推广到{place}的其余{other}个村镇。",
    "住在附近的{person}告诉记者，过去出门要绕行二十分钟，如今五分钟就能走到车站。",
    "当地统计显示，今年以来{matter}相关投入比上年同期增加了百分之{number}。",
    "有关部门提醒，施工期间{place}大桥实行单向通行，请来往车辆提前选择路线。",
)


@dataclass(frozen=True, slots=True)
class CityArticle:
    """An article of a city's site; later articles have higher numbers."""

    number: int
    title: str
    published: datetime
    paragraphs: tuple[str, ...]
    source: str
    editor: str
    channel: int

    @property
    def day(self) -> date:
        """The day of publication."""
        return self.published.date()


def pieces(host: str, today: date, channels: int, *, count: int, since: int = 12) -> tuple[CityArticle, ...]:
    """The articles of a site until a day, oldest first: `count` in the `since` days before 2024-12-02, then two a day."""
    start = date(2024, 12, 2)
    made = [
        _piece(host, n, start - timedelta(days=since - n * since // count), channels) for n in range(count)
    ]
    later = (today - start).days
    made += [
        _piece(host, count + n, start + timedelta(days=1 + n // 2), channels)
        for n in range(2 * max(0, later))
    ]
    return tuple(made)


def _piece(host: str, number: int, day: date, channels: int) -> CityArticle:
    chance = random.Random(f"{host} {number}")  # noqa: S311 - the same article every time
    words = {
        "place": chance.choice(PLACES),
        "matter": chance.choice(MATTERS),
        "doing": chance.choice(DOINGS),
        "person": chance.choice(PEOPLE),
        "day": day.day,
        "season": chance.choice(["春节", "汛期", "入冬", "秋收"]),
    }
    title = f"{words['place']}{words['matter']}{words['doing']} 惠及{chance.randrange(120, 9800)}户居民"
    paragraphs = tuple(
        sentence.format(
            **words | {"person": chance.choice(PEOPLE), "place": chance.choice(PLACES)},
            number=chance.randrange(11, 99),
            other=chance.randrange(101, 990),
            weeks=chance.randrange(2, 9),
        )
        for sentence in chance.sample(SENTENCES, 5)
    )
    moment = datetime.combine(day, time(7 + number % 12, (number * 7) % 60))
    source = chance.choice(["人民日报", "新华社", "本报讯", "河阳日报", "人民网"])
    return CityArticle(number, title, moment, paragraphs, source, chance.choice(PEOPLE), number % channels)
