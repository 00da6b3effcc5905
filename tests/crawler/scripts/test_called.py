"""Where functions of a page go, worked out for what a link calls them with."""

import pytest

from crawler.scripts.called import Functions, given_in

PAGE = "http://www.a.example/xw/index.html?x=1"
GOES = {
    "function turn(n){window.location.href=form.replace('{0}',n);} var form='/c/list_{0}.html';": "/c/list_3.html",
    "function turn(p){document.location=base+'?pageIndex='+p;} var base='/c/ms.html'": "/c/ms.html?pageIndex=3",
    "function turn(p){location.href='/c/'+(p==1?'index':'index_'+p)+'.shtml';}": "/c/index_3.shtml",
    "function turn(n){var u='index.html';if(n>1){u='index_'+(n-1)+'.html';}window.location.href=u;}": "index_2.html",
    "function turn(n){if(n==1) location.href='a.html'; else location.href='a_'+n+'.html';}": "a_3.html",
    "const turn = (n) => { window.open(`/p/${n}/list`, '_self') }": "/p/3/list",
    "var o={turn:function(n){location.href=location.href.split('?')[0]+'?page='+parseInt(n)}}": (
        "http://www.a.example/xw/index.html?page=3"
    ),
    "function turn(n){n=n||1;location='/a?p='+n}": "/a?p=3",
    "function turn(n){alert(n)}": None,
    "function turn(n){location.href=document.title+n}": None,
    "function turn(n){turn(n)}": None,
}


@pytest.mark.parametrize("script", GOES)
def test_a_function_goes_to_its_address(script: str) -> None:
    assert Functions(script, PAGE).address("turn", [3]) == GOES[script]


def test_a_field_of_the_page_is_part_of_it() -> None:
    script = "function turn(n){location.href='/l?c='+$('#cid').val()+'&p='+n}"

    assert Functions(script, PAGE, {"cid": "17"}.get).address("turn", [2]) == "/l?c=17&p=2"


def test_every_argument_counts() -> None:
    script = "function open2(id,c){location.href='/'+c+'/'+id+'.htm'}"

    assert Functions(script, PAGE).address("open2", given_in("31, 'yw'")) == "/yw/31.htm"


def test_a_function_that_names_itself_without_end_is_given_up() -> None:
    script = "var a=b+'/';var b=a+'/';function turn(n){location.href=a+n}"

    assert Functions(script, PAGE).address("turn", [2]) is None
