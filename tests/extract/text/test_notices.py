"""Notices that sites set over and under a text: copyright, donations, moods, share lines, sound files, clocks."""

import json

import pytest

from extract.article import Article
from extract.page.page import Page
from extract.read import read

TITLE = "柳河湿地三年多了六百只白鹤"
LINES = [
    "柳河湿地的巡护员在为期三年的观测中发现，越冬的白鹤由六百余只增加到一千二百只。",
    "巡护员老秦每天骑着电动车沿堤走二十公里，记录鸟群的数量和位置，晚上再抄到本子上。",
    "县里今年拿出三千万元，补偿因保护区扩大而减少收入的渔民，平均每户可得一万四千元。",
]


def article(inside: str) -> Article:
    markup = (
        f"<html><head><meta charset='utf-8'><title>{TITLE}_柳河网</title></head><body><div><a href='/'>首页</a></div>"
        f"<h1>{TITLE}</h1><p class='info'>2012-01-11 09:06 来源：柳河晚报</p><div class='t'>{inside}</div>"
        "<div>版权所有 柳河网</div></body></html>"
    )
    return read(Page("http://www.liuhe.example/a.html", markup.encode()))


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


BELOW = [
    # copyright and reader service
    "特别提醒：如果我们使用了您的图片，请作者与本站联系索取稿酬。如您不希望作品出现在本站，可联系我们要求撤下您的作品。",
    "如本站转载的稿件涉及您的版权，请尽快与我们联系。",
    "声明：若侵犯了您的权益，请联系本站，我们会在两日内删除。",
    "读者热线：4000000000",
    "订报热线：0000-1234567",
    "【声明】转载须经柳报授权。",
    "【版权声明】本网稿件未获许可不得转载。",
    "转载本文须征得柳河晚报许可",
    # donations
    "台湾的媒体环境，让柳河网继续活下去，请<a>捐款支持</a>柳河网。",
    "欢迎给您喜欢的作者捐助。您的爱心鼓励就是对我们媒体的耕耘。",
    "恳请读者小额赞助本站！",
    # the address, the site
    "本文短网址：http://lh.example/1",
    "文章来自：柳河新闻网 http://www.liuhe.example/",
    "（本文转自：柳河新闻网）",
    # moods, share lines, readers' accounts
    "您看完此刻的感受是什么？ 恶心 愤怒 难过 流汗 平淡 高兴 感动",
    "看完这篇新闻后的心情：感动 惊讶 无聊",
    "感动 0票 高兴 3票 难过 1票 愤怒 0票",
    "共享此文章： 电子邮件 打印 加载中...",
    "分享此文：Twitter Facebook 电子邮件",
    "Share this: Email Print Facebook",
    "回應 使用臉書留言",
    "使用微博账号登录",
    # the public account
    "点击上方“柳河发布”可以订阅哦！",
    "↑↑点击标题下方蓝字，一键关注",
    "轻触右上角关注我们",
    # sound
    "录音：<a>下载</a>",
    "音频：在线收听 | 下载",
    # the clock
    "6/9/2004 10:35:21 AM",
    "美东时间: 2012-01-11 01:06:34 AM 【万年历】",
    "发表时间：2012年1月11日 9:06",
]


@pytest.mark.parametrize("notice", BELOW)
def test_a_notice_below_the_text_is_none_of_it(notice: str) -> None:
    assert article(f"{paragraphs(*LINES)}<div>{notice}</div>").text.split("\n") == LINES
    assert article(paragraphs(*LINES, notice)).text.split("\n") == LINES


ABOVE = [
    "点击上方“柳河发布”可以订阅哦！",
    "录音：<a>下载</a>",
    "分享此文章： 电子邮件 打印",
    "【声明】转载须经柳报授权。",
]


@pytest.mark.parametrize("notice", ABOVE)
def test_a_notice_above_the_text_is_none_of_it(notice: str) -> None:
    assert article(f"<section><p>{notice}</p></section>{paragraphs(*LINES)}").text.split("\n") == LINES


def test_a_sound_file_between_paragraphs_goes() -> None:
    inside = f"<p>{LINES[0]}</p><div class='audio'>录音：<a>下载</a></div>{paragraphs(*LINES[1:])}"

    assert article(inside).text.split("\n") == LINES


PROSE = [
    "他说，如果我们使用了您的图片，作者可以与本站联系，这句话在网页底下放了十年。",
    "“如果侵犯了您的权益，请与本站联系。”老秦在相册第一页写下这句话。",
    "读者热线开通一个月，接到三百多个电话，大多问湿地几点开门。",
    "县里的声明说，转载须经授权的规定只管照片，不管文字。",
    "老人说，请捐款支持我们。",
    "镇上倡议大家捐款支持湿地图书馆，一周收到两万元。",
    "请大家捐款支持县里的观鸟站。",
    "看完这部片子，您的感受是什么？老秦说，是平静，是高兴，也是难过。",
    "他的感受是高兴、难过、愤怒都有一些，但更多的是感动。",
    "巡护员共享此文章：老秦的日记从此人人能读，有人打印出来贴在墙上。",
    "录音：下载之后要用老机器才听得见，那是一九八四年的鹤鸣。",
    "游客点击上方的按钮，就可以订阅鸟讯。",
    "使用微博账号登录的观众有三千人，比去年多一倍。",
    "2012年1月11日 9:06，第一只白鹤落在堤上。",
    "文章来自：老秦的本子。他写了三十年。",
]


@pytest.mark.parametrize("line", PROSE)
def test_a_sentence_with_the_same_words_stays(line: str) -> None:
    assert article(paragraphs(*LINES, line)).text.split("\n") == [*LINES, line]
    assert article(paragraphs(LINES[0], line, *LINES[1:])).text.split("\n") == [LINES[0], line, *LINES[1:]]


def test_a_day_without_a_clock_signs_a_notice_and_stays() -> None:
    assert article(paragraphs(*LINES, "2012年1月11日")).text.split("\n")[-1] == "2012年1月11日"


def of_script(script: str) -> Article:
    head = f"<head><meta charset='utf-8'><title>{TITLE}_柳河网</title></head>"
    markup = (
        f"<html>{head}<body><div id='root'><div>柳河网</div></div><script>{script}</script></body></html>"
    )
    return read(Page("http://www.liuhe.example/a.html", markup.encode()))


IN_ONE = "".join(f"\\u003cp>{line}\\u003c/p>" for line in LINES)
SCRIPTS = [
    f'var allData = {{"contentData":{{"contentList":[{{"data":"{IN_ONE}","type":"text"}}]}}}};',
    'window.d={"contentList": '
    + json.dumps([{"type": "text", "data": f"<p>{line}</p>"} for line in LINES], ensure_ascii=False)
    + "}",
    'window.d={"content":' + json.dumps([{"type": "p", "text": line} for line in LINES]) + "}",
    'window.d={"paragraphs":' + json.dumps(LINES) + "}",
    'window.d={"blocks":'
    + json.dumps([{"type": "img", "data": {"src": "a.jpg"}}, *({"data": line} for line in LINES)])
    + "}",
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_s_list_of_pieces_is_the_text(script: str) -> None:
    found = of_script(script)

    assert found.text.split("\n") == LINES
    assert "embedded" in {note.kind for note in found.notes}


@pytest.mark.parametrize(
    "script",
    [
        'var d={"contentList":[{"data":"' + IN_ONE,
        'var d={"contentList":' + "[" * 3000,
        'var d={"contentList":[1, null, {"data": 5}, {"img": "a.jpg"}]}',
        'var d={"contentList":[{"title":"' + LINES[0] + LINES[1] + '","url":"/a.html"}]}',
    ],
)
def test_a_broken_list_or_one_without_text_is_none(script: str) -> None:
    assert of_script(script).text == ""
