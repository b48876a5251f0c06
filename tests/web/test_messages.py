"""Every sentence of the pages and of the rules exists in Chinese and Russian, with the right number of Russian plural forms."""

import pytest
from django.utils import translation
from django.utils.translation import ngettext
from tools import messages

from onewindow.domain.errors import NotFound
from onewindow.domain.values import ValueRefused
from onewindow.web import errors, formatting, words


def test_no_message_lacks_its_translation(capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.check() == 0, capsys.readouterr().out


def test_a_message_that_nobody_translated_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    area = messages.areas()[0]
    area.add(None, "A sentence that nobody has ever translated {yet}.", "somewhere.py:1")
    monkeypatch.setattr(messages, "collect", lambda: [area])
    assert messages.check() == 1
    assert "A sentence that nobody has ever translated" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("count", "shown"), [(1, "1 услуга"), (3, "3 услуги"), (5, "5 услуг"), (11, "11 услуг"), (21, "21 услуга"), (112, "112 услуг")]
)
def test_russian_counts_as_russians_do(count: int, shown: str) -> None:
    with translation.override("ru"):
        assert ngettext("%(n)s service", "%(n)s services", count) % {"n": count} == shown


def test_a_rule_that_was_not_kept_is_told_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert errors.sentence(NotFound(kind="case", id="7")) == "没有您可以查看的内容（办件“7”）。请核对编号或返回列表。"
        assert (
            errors.field_sentence(ValueRefused(element="seats", reason="not-integer", given="many"))
            == "“many”不是整数。只填数字，例如 50。"
        )
    with translation.override("ru"):
        assert errors.field_sentence(ValueRefused(element="fee", reason="not-money", given="x")).endswith(
            "Впишите сумму в юанях, например 120.00."
        )


def test_every_event_of_a_timeline_and_every_state_has_words() -> None:
    for language in ("zh-hans", "ru"):
        with translation.override(language):
            shown = [words.state(kind, code) for kind, states in words.STATES.items() for code in states]
            assert not [text for text in shown if text.isascii()]


def test_what_is_left_of_a_limit_is_said_in_words() -> None:
    with translation.override("en"):
        assert [words.left(days, None) for days in (-2, -1, 0, 1, 4)] == [
            "2 working days late",
            "1 working day late",
            "due today",
            "1 working day left",
            "4 working days left",
        ]


def test_amounts_and_numbers_are_written_as_each_language_does() -> None:
    assert [formatting.money(123456789, language) for language in ("zh-hans", "en")] == ["1,234,567.89 元", "¥ 1,234,567.89"]
    assert formatting.money(123456789, "ru").replace("\u202f", " ") == "1 234 567,89 ¥"
