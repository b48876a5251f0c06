"""What people type, in three languages, finds what they mean."""

import pytest

from onewindow.modules.catalogue.search import Index, Searchable

THINGS = [
    Searchable(
        "event",
        "restaurant",
        {"zh": "开一家餐馆", "en": "Open a restaurant", "ru": "Открыть ресторан"},
        others=("食品经营许可", "店铺登记"),
    ),
    Searchable("service", "food", {"zh": "食品经营许可", "en": "Food business licence", "ru": "Лицензия на торговлю продуктами"}),
    Searchable("service", "pension", {"zh": "职工退休申请", "en": "Retirement", "ru": "Выход на пенсию"}, {"zh": "人社局"}),
    Searchable("directory", "d1", {"zh": "食品小作坊备案"}, {"zh": "区市监局"}),
    Searchable("directory", "d2", {"zh": "退役军人优待证"}, {"zh": "退役军人事务局"}),
]
INDEX = Index(THINGS)


def found(text: str, limit: int = 10) -> list[str]:
    return [hit.id for hit in INDEX.find(text, language="zh", limit=limit)]


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("退休", "pension"),
        ("餐馆", "restaurant"),
        ("我想开餐馆", "restaurant"),
        ("食品经营许可", "food"),
        ("FOOD licence", "food"),
        ("restaur", "restaurant"),
        ("ресторан", "restaurant"),
        ("пенсию", "pension"),
        ("小作坊", "d1"),
        ("退役军人", "d2"),
    ],
)
def test_the_best_hit_is_what_was_meant(text: str, best: str) -> None:
    assert found(text)[0] == best


def test_nothing_typed_and_nothing_known_find_nothing() -> None:
    assert found("") == found("  ?!") == found("xyzzy") == []
    assert Index([]).find("退休", language="zh", limit=5) == ()


def test_no_more_than_the_limit_is_returned_best_first() -> None:
    assert len(found("食品", limit=2)) == 2
    scores = [hit.score for hit in INDEX.find("食品", language="zh", limit=10)]
    assert scores == sorted(scores, reverse=True)
