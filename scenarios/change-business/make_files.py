"""Draw the resolution that is uploaded.

Run once with `python scenarios/change-business/make_files.py`; the picture is kept in the repository.
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
LINES = (
    ("云江市和顺餐饮管理有限公司", 34),
    ("股东会决议", 30),
    ("", 20),
    ("一、公司名称变更为：云江市和顺家宴餐饮管理有限公司。", 22),
    ("二、公司住所变更为：云江市中央大街40号。", 22),
    ("三、委托李娜塔莉办理变更登记。", 22),
    ("", 20),
    ("法定代表人：周航", 22),
)


def main() -> None:
    """Write files/resolution.png."""
    if not FONT.exists():
        sys.exit("No font with Chinese characters: install fonts-noto-cjk.")
    image = Image.new("RGB", (900, 620), "#ffffff")
    draw = ImageDraw.Draw(image)
    top = 80
    for text, size in LINES:
        middle = size > 22
        face = ImageFont.truetype(str(FONT), size)
        draw.text((450 if middle else 110, top), text, font=face, fill="#14213d", anchor="ma" if middle else "la")
        top += size + 34
    image.quantize(8).save(Path(__file__).parent / "files/resolution.png", optimize=True)


if __name__ == "__main__":
    main()
