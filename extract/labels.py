"""Fields printed behind a label: 来源：人民日报 (source), 作者：张三 (author), 责任编辑：李四 (duty editor)."""

import re

LABELS = {
    "source": "来源于?|來源|信息来源|信息來源|稿源|稿件来源|稿件來源|文章来源|文章來源|本文来源|本文來源|新闻来源|新聞來源|"
    "消息来源|资料来源|資料來源|内容来源|原文来源|出处|出處|转自|轉自|转载自|轉載自|摘自",
    "byline": "作者|作　者|作 者|撰文|撰稿|文章作者|署名|记者|記者|通讯员|通訊員|执笔|採訪撰文|采写|文/图|图/文|文图|供稿",
    "editor": "责任编辑|責任編輯|责编|責編|责 编|编辑|編輯|编 辑|文章编辑|文章編輯|本文编辑|网络编辑|网站编辑|执行编辑|"
    "值班编辑|新媒体编辑|审核编辑|文字编辑|小编",
    "date": "发布时间|發布時間|发布日期|發布日期|发稿时间|發稿時間|发表时间|發表時間|发布于|發佈時間|發佈日期|更新时间|更新時間|最后更新|"
    "最後更新|更新日期|时间|時間|日期|成文日期|发文日期|刊登日期|上传时间|录入时间|添加时间|编发时间|创建时间|公开日期|生成日期",
    "other": "点击数?|点击量|点击率|浏览|浏览次数|浏览量|访问次数|访问量|阅读|阅读数|阅读量|阅读次数|人气|次数|字号|字體|字体|字號|分享到?|"
    "审核|审校|校对|校對|監製|监制|编审|主编|策划|策劃|统筹|制作|美编|摄影|攝影|图片|文章录入|录入|录入者|录入员|发布者|发布人|发布|上传|"
    "关键词|關鍵詞|关键字|標籤|标签|分类|分類|栏目|专题|类别|类型|评论|評論|回复|收藏|举报|打印|版次|版面|版本|投稿|"
    "初审|复审|终审|一审|二审|三审|值班主任|值班主编|值班审核|签发|原标题|原題|原标题|发布机构|发布单位|索引号|文号|责任校对|"
    "电话|邮箱|联系人|地点|地址|单位|信息员|保护视力色",
}  # fmt: skip
_GAP = r"[\s　]*[:：︱丨]\s*"
_BEFORE = r"(?<![\u4e00-\u9fff])"
_ANY = "|".join(LABELS.values())
_CLOSERS = "】］\\]〕)）>》|｜"
_WIDGETS = (
    "参与互动|我要|【|\\[纠错|纠错|打印|关闭|字号|大中小|分享|收藏|评论|跟贴|人参与|\\d+人|订阅|举报|扫一扫|点击|浏览|"
    "进入论坛|手机看新闻|关注|微博|微信|QQ|参与评论|进入|复制|点赞|小字|大字|缩小|放大|我有话|查看评论|欢迎|返回"
)
_STOP = re.compile(
    rf"\s{{2,}}|[{_CLOSERS}【\[]|(?:{_ANY}){_GAP}|(?:19|20)\d\d\s*[-年/.]|(?:\s|^)(?:{_WIDGETS})|[。；;]"
)
_FIELDS = {
    kind: re.compile(rf"(?:{_BEFORE}|(?<=[一-鿿])(?=(?:责任编辑|来源|作者|编辑|稿源)))(?:{words}){_GAP}")
    for kind, words in LABELS.items()
}
_DATE_LABEL = re.compile(rf"(?:{LABELS['date']}){_GAP}$")


def values(kind: str, text: str) -> list[str]:
    """What stands behind the labels of a kind in a line; `text` is Line.spaced. Empty labels give nothing."""
    found = []
    for match in _FIELDS[kind].finditer(text[:3_000]):
        rest = text[match.end() : match.end() + 80]
        stop = _STOP.search(rest)
        value = (rest[: stop.start()] if stop else rest).strip(" \u3000,，、:：/·-—")
        if value:
            found.append(value)
    return found


def is_labelled(kind: str, text: str) -> bool:
    """Whether a line holds a label of the kind, with a value or without."""
    return _FIELDS[kind].search(text) is not None


def label_before(text: str, position: int) -> str:
    """The date label that stands right before a position: 发布时间, 更新时间; empty if none."""
    match = _DATE_LABEL.search(text[max(0, position - 12) : position])
    return match[0] if match else ""
