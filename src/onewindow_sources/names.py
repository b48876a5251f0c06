"""Names put together from syllables: common enough to read naturally, meant for nobody."""

from random import Random

_families = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_first = "文志建国晓小海春秋雪明玉金德永立新长东思嘉子梓雨欣佳"
_second = "华平军红梅兰英杰强伟涛霞丽燕波辉宁洁宇轩涵怡然琳超鹏"
_brands = "云松江鹤林泉鼎盛和顺丰源宝泰恒祥锦华佳益"
_trades = ("餐饮管理", "商贸", "物业服务", "食品", "酒店管理", "建材", "农产品", "电子科技", "物流", "文化传媒")
_streets = ("胜利路", "江沿街", "松林路", "中央大街", "站前路", "文化街", "向阳路", "新华街", "解放路", "云江大道")


def person(rng: Random) -> str:
    """Return the name of a person.

    >>> person(Random(1))
    '陈鹏'
    """
    given = rng.choice(_second) if rng.random() < 0.2 else rng.choice(_first) + rng.choice(_second)
    return rng.choice(_families) + given


def enterprise(rng: Random) -> str:
    """Return the name of an enterprise of the invented city."""
    brand = "".join(rng.sample(_brands, 2))
    return f"云江市{brand}{rng.choice(_trades)}有限公司"


def address(rng: Random) -> str:
    """Return an address in the invented city."""
    return f"云江市{rng.choice(_streets)}{rng.randrange(1, 400)}号"
