"""What people type, in three languages, finds what they mean."""

import pytest

from onewindow.modules.catalogue.search import Filters, Index, Searchable, Thesaurus

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
        ("怎么办理退休", "pension"),
        ("退修申请", "pension"),
        ("tuixiu", "pension"),
        ("shipin jingying", "food"),
        ("spjyxk", "food"),
        ("restarant", "restaurant"),
        ("ресторна", "restaurant"),
        ("retiring", "pension"),
        ("пенсия", "pension"),
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


def test_an_everyday_word_finds_what_the_office_calls_otherwise_in_any_language() -> None:
    assert found("饭庄") == []
    same = Thesaurus([["餐馆", "饭庄", "bistro"], ["优待证", "veteran card"]])

    def best(text: str) -> list[str]:
        return [hit.id for hit in INDEX.search(text, language="en", limit=3, also=same).hits][:1]

    assert best("饭庄") == best("a bistro") == best("bistros") == best("bistroo") == ["restaurant"]
    assert best("veteran cards") == ["d2"]
    assert best("cards") == [], "one word of two is not yet the same"


def test_what_many_places_list_under_one_name_is_one_result_and_a_region_narrows_it() -> None:
    places = [
        Searchable("directory", f"p{n}", {"zh": "取水许可"}, {"zh": f"第{n}区水务局"}, office=f"第{n}区水务局", region=str(n))
        for n in (1, 2, 3)
    ]
    index = Index([*places, Searchable("directory", "other", {"zh": "取水许可注销"}, region="1")])
    first, second = index.find("取水许可", language="zh", limit=9)
    assert (first.id, first.elsewhere, second.id) == ("p1", 2, "other")
    found = index.search("取水", language="zh", limit=9, filters=Filters(region="3"))
    assert [(hit.id, hit.elsewhere) for hit in found.hits] == [("p3", 0)]
    assert {value for value, _, _ in index.search("取水", language="zh", limit=9).facets.regions} == {"1", "2", "3"}


def test_filters_shut_out_what_is_known_to_be_for_others_and_use_decides_between_equals() -> None:
    say = {"zh": "登记服务"}
    index = Index(
        [
            Searchable("service", "a", say, office="x", audience=frozenset({"legal"}), use=10),
            Searchable("service", "b", say, office="y", audience=frozenset({"natural"}), use=900),
            Searchable("service", "c", say, office="y"),
        ]
    )

    def ids(text: str, **filters: str) -> list[str]:
        return [hit.id for hit in index.search(text, language="zh", limit=9, filters=Filters(**filters)).hits]

    assert ids("登记") == ids("") == ["b", "a", "c"]
    assert ids("登记", audience="natural") == ["b", "c"]
    assert ids("", office="y") == ["b", "c"]
    assert index.search("登记", language="zh", limit=1).total == 3
