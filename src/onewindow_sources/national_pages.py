"""The pages of the national provider that this program plays: choosing who one is."""

import html
from collections.abc import Mapping
from typing import Any

kind = "text/html; charset=utf-8"
shown_people = 12
"""So many people of the register stand on the page."""

_style = (
    "body{font:18px/1.6 system-ui,'PingFang SC','Noto Sans SC',sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#16233b}"
    "h1{font-size:1.5rem;line-height:1.3}fieldset{border:1px solid #d5dde8;border-radius:8px;margin:0 0 1rem;padding:1rem}"
    "legend{font-weight:600;padding:0 .4rem}label{display:flex;gap:.6rem;align-items:center;min-height:44px}"
    "input{width:1.3rem;height:1.3rem;flex:none}"
    "button{font:inherit;min-height:48px;padding:.4rem 1.4rem;border-radius:8px;border:2px solid #6b2c3e;"
    "background:#6b2c3e;color:#fff;margin:0 .5rem .5rem 0}button.quiet{background:#fff;color:#6b2c3e}.soft{color:#4a5a75}"
)


def _page(title: str, inside: str) -> bytes:
    head = f"<meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title><style>{_style}</style>"
    return f"<!doctype html><html lang=zh><head>{head}</head><body><main>{inside}</main></body></html>".encode()


def wrong() -> bytes:
    """Return what somebody sees whose way here was not whole."""
    return _page(
        "国家身份认证（模拟）",
        "<h1>国家身份认证（模拟）</h1><p>请求无效，请返回重试。 · This request is not whole. Go back and try again.</p>",
    )


def gone() -> bytes:
    """Return what somebody sees who has logged out here."""
    return _page("国家身份认证（模拟）", "<h1>国家身份认证（模拟）</h1><p>您已退出。 · You are logged out.</p>")


def choose(request: str, people: Mapping[str, Mapping[str, Any]], known: Any) -> bytes:
    """Return the page on which one chooses who one is and how surely it is known."""
    rows = list(people.items())[:shown_people]
    choices = "".join(
        f"<label><input type=radio name=person value='{subject}'{' checked' if place == 0 else ''}>{html.escape(str(row['name']))} "
        f"<span class=soft>{html.escape(str(row['number']))[-4:]}</span></label>"
        for place, (subject, row) in enumerate(rows)
    )
    again = ""
    if known is not None and known.subject in people:
        who = html.escape(str(people[known.subject]["name"]))
        again = f"<p><button name=answer value=continue>以{who}的身份继续 · Go on as {who}</button></p>"
    inside = (
        "<h1>国家身份认证（模拟）</h1><p>This program plays a national identity provider. Choose who you are and how you prove it.</p>"
        f"<form method=post action=/national/log-in><input type=hidden name=request value='{html.escape(request, quote=True)}'>{again}"
        f"<fieldset><legend>您是谁 · Who you are</legend>{choices}</fieldset>"
        "<fieldset><legend>认证方式 · How</legend>"
        "<label><input type=radio name=way value=password checked>口令 · Password (substantial)</label>"
        "<label><input type=radio name=way value=card>身份证芯片 · Chip of the card (high)</label></fieldset>"
        "<button name=answer value=yes>登录 · Log in</button><button class=quiet name=answer value=cancel>取消 · Cancel</button></form>"
    )
    return _page("国家身份认证（模拟）", inside)
