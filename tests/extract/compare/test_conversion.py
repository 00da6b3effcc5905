import pytest

from extract.compare.conversion import wrong_characters


def wrong(origin: str, copy: str) -> list[tuple[str, str, str]]:
    pairs = [(at, at) for at in range(len(origin))]
    return [(w.origin, w.copy, w.expected) for w in wrong_characters(origin, copy, pairs)]


@pytest.mark.parametrize(
    ("origin", "copy", "found"),
    [
        ("建立机制遏制蔓延", "建立機製遏製蔓延", [("制", "製", "制"), ("制", "製", "制")]),
        ("缓解紧缺的局面", "緩解緊缺的局麵", [("面", "麵", "面")]),
        ("迅速汇聚只能胜利", "迅速彙聚隻能勝利", [("汇", "彙", "匯"), ("只", "隻", "只")]),
        ("国家治理体系", "國家治理體係", [("系", "係", "系")]),
        ("国务院联防联控", "國務院聯防联控", [("联", "联", "聯")]),
        ("國務院聯防聯控", "国务院联防聯控", [("聯", "聯", "联")]),
    ],
)
def test_a_wrong_character_is_told_with_the_right_one(
    origin: str, copy: str, found: list[tuple[str, str, str]]
) -> None:
    assert wrong(origin, copy) == found


@pytest.mark.parametrize(
    ("origin", "copy"),
    [
        ("建立机制，制造面包", "建立機制，製造麵包"),
        ("意味着要里应外合", "意味著要裡應外合"),
        ("意味着要里应外合", "意味着要裏應外合"),
        ("武汉的群众", "武漢的羣衆"),
        ("国务院联防联控", "国务院联防联控"),
        ("國務院聯防聯控", "国务院联防联控"),
        ("乾坤乾燥", "乾坤干燥"),
    ],
)
def test_right_and_regional_forms_are_no_error(origin: str, copy: str) -> None:
    assert wrong(origin, copy) == []
