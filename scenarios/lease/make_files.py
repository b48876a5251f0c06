"""Draw the contract that is uploaded.

Run once with `python scenarios/lease/make_files.py`; the picture is kept in the repository.
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
LINES = (
    ("房屋租赁合同", 34),
    ("", 20),
    ("出租人：周航        承租人：王丽", 22),
    ("房屋坐落：云江市文化街17号2层", 22),
    ("月租金：2600 元", 22),
    ("租期：2026年12月1日至2027年11月30日", 22),
    ("", 20),
    ("双方签字：", 22),
)


def main() -> None:
    """Write files/contract.png."""
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
    image.quantize(8).save(Path(__file__).parent / "files/contract.png", optimize=True)


if __name__ == "__main__":
    main()
