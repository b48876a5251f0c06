"""Draw the papers that Wang Li uploads: the layout of her kitchen and two pictures of her sign.

Run once with `python scenarios/restaurant/make_files.py`; the pictures are kept in the repository,
so the story needs neither this nor the font.
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

here = Path(__file__).parent / "files"
fonts = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
)
ink, soft, wall, paper = "#14213d", "#4a5a73", "#14213d", "#ffffff"
Point = tuple[float, float]


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return a font that has Chinese characters."""
    for path in fonts:
        if Path(path).exists():
            return ImageFont.truetype(path, size)
    sys.exit("No font with Chinese characters: install fonts-noto-cjk.")


def label(draw: ImageDraw.ImageDraw, at: Point, text: str, size: int = 26, fill: str = ink) -> None:
    """Write a text around a point."""
    draw.text(at, text, font=font(size), fill=fill, anchor="mm")


def measure(draw: ImageDraw.ImageDraw, start: Point, end: Point, text: str) -> None:
    """Draw a dimension line with its length."""
    draw.line([start, end], fill=soft, width=2)
    along = start[1] == end[1]
    for x, y in (start, end):
        draw.line([(x, y - 10), (x, y + 10)] if along else [(x - 10, y), (x + 10, y)], fill=soft, width=2)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    label(draw, (middle[0], middle[1] - 18) if along else (middle[0] + 44, middle[1]), text, 20, soft)


def kitchen_layout() -> Image.Image:
    """Return the plan: hot kitchen, cold room, store, scullery, 48 seats."""
    image = Image.new("RGB", (1200, 860), paper)
    draw = ImageDraw.Draw(image)
    label(draw, (600, 40), "老灶台餐饮店 厨房和就餐区布局图 1:100", 30)
    left, top, right, bottom = 90, 110, 1010, 740
    draw.rectangle((left, top, right, bottom), outline=wall, width=8)
    for wall_line in ([(left, 380), (right, 380)], [(427, top), (427, 380)], [(532, top), (532, 380)], [(832, top), (832, 380)]):
        draw.line(wall_line, fill=wall, width=6)
    # Doors are gaps; the hatch between kitchen and dining area is a thin line.
    for door, until in ((250, 320), (450, 510), (650, 710), (890, 950)):
        draw.line([(door, 380), (until, 380)], fill=paper, width=10)
    draw.line([(470, 740), (610, 740)], fill=paper, width=10)
    boxes = (((110, 130, 410, 175), "灶台 净化器 烟道"), ((442, 130, 518, 175), "冷藏"), ((850, 130, 990, 175), "三联水池"))
    for box, name in boxes:
        draw.rectangle(box, outline=soft, width=3)
        label(draw, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), name, 20, soft)
    for at, name in (((260, 255), "热加工间"), ((480, 255), "冷食间"), ((682, 255), "储藏"), ((921, 255), "洗消间")):
        label(draw, at, name)
    label(draw, (260, 295), "19.8 ㎡", 22, soft)
    label(draw, (480, 295), "6.2 ㎡", 22, soft)
    label(draw, (921, 295), "10.5 ㎡", 22, soft)
    label(draw, (921, 330), "隔油池", 20, soft)
    label(draw, (550, 430), "就餐区 48 座 72 ㎡")
    for row in range(2):
        for place in range(6):
            x, y = 190 + place * 144, 510 + row * 120
            draw.ellipse((x - 34, y - 34, x + 34, y + 34), outline=soft, width=3)
            label(draw, (x, y), "4", 20, soft)
    label(draw, (540, 715), "出入口 1.8 m", 20, soft)
    measure(draw, (left, 785), (right, 785), "13.2 m")
    measure(draw, (1050, top), (1050, bottom), "9.6 m")
    label(draw, (600, 830), "绘制：王丽　厨房合计 36.5 ㎡", 20, soft)
    return image


def sign_picture(*, with_size: bool) -> Image.Image:
    """Return the front of the shop with its sign."""
    image = Image.new("RGB", (1200, 760), "#dfe7f1")
    draw = ImageDraw.Draw(image)
    draw.rectangle((120, 90, 1080, 680), fill="#efe6d8", outline=wall, width=4)
    draw.rectangle((0, 680, 1200, 760), fill="#b9bfc9")
    draw.rectangle((220, 309, 980, 385), fill="#8c2f1b", outline="#5e1d0f", width=4)
    label(draw, (600, 345), "老灶台餐饮店", 54, "#ffe9b8")
    for x in (250, 740):
        draw.rectangle((x, 450, x + 210, 610), fill="#bcd3e6", outline=wall, width=4)
    draw.rectangle((510, 430, 690, 680), fill="#6b4a33", outline=wall, width=4)
    draw.line([(600, 430), (600, 680)], fill=wall, width=3)
    label(draw, (600, 45), "胜利路 88 号 门头招牌效果图", 30)
    if with_size:
        measure(draw, (220, 285), (980, 285), "8.0 m")
        measure(draw, (995, 309), (995, 385), "0.8 m")
        measure(draw, (160, 385), (160, 680), "3.1 m")
        label(draw, (600, 720), "长 8.0 m × 高 0.8 m = 6.4 ㎡，下沿离地 3.1 m", 26)
    return image


def main() -> None:
    """Write the three pictures, with few colours so that they stay small."""
    here.mkdir(exist_ok=True)
    for name, image in (
        ("kitchen-layout.png", kitchen_layout()),
        ("sign-picture.png", sign_picture(with_size=False)),
        ("sign-picture-with-size.png", sign_picture(with_size=True)),
    ):
        image.quantize(32).save(here / name, optimize=True)


if __name__ == "__main__":
    main()
