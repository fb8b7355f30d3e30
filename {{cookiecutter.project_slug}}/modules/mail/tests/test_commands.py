from flask import Flask
from flask_mailman import EmailMessage


def test_the_settings_can_be_tried(app: Flask, mails: list[EmailMessage]) -> None:
    result = app.test_cli_runner().invoke(args=["mail", "test", "ada@example.com"])
    assert "on its way" in result.output
    assert mails[0].to == ["ada@example.com"]


def test_an_address_that_is_none_is_refused(app: Flask, mails: list[EmailMessage]) -> None:
    result = app.test_cli_runner().invoke(args=["mail", "test", "ada"])
    assert result.exit_code == 1
    assert '"ada" is no mail address' in result.output
    assert not mails
