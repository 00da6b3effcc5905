"""Forms of lists: which ask by GET for a page, and which leave no way but a POST."""

from lxml import html

from crawler.scripts.forms import by_number, goes_on_by_post

BASE = "http://www.a.example/news/list.jsp?c=3"


def test_a_form_for_a_page_gives_the_addresses_of_all() -> None:
    root = html.fromstring(
        "<form action=list.jsp><input type=hidden name=c value=3>1/5页<input name=toPage value=1></form>"
    )

    assert by_number(root, BASE, 1) == (
        "http://www.a.example/news/list.jsp?c=3&toPage=2",
        "http://www.a.example/news/list.jsp?c=3&toPage={page}",
    )
    assert by_number(root, BASE, 5) is None


def test_a_search_is_no_pager() -> None:
    root = html.fromstring("<form action=/s><input name=q><input type=hidden name=page value=1></form>")

    assert by_number(root, BASE, 1) is None


def test_pages_behind_a_post_are_told() -> None:
    by_net = html.fromstring(
        "<form method=post><a href=\"javascript:__doPostBack('P','2')\">下一页</a></form>"
    )
    by_field = html.fromstring("<form method=post><input type=hidden name=pageNo value=1></form>")
    by_words = html.fromstring("<form method=post><input type=password name=p></form>")

    assert goes_on_by_post(by_net, "")
    assert goes_on_by_post(by_field, "")
    assert not goes_on_by_post(by_words, "$.post('/hits',{id:3});var page=1")
    assert goes_on_by_post(by_words, "$.ajax({type:'POST',url:'/l',data:{pageNum:n}})")
