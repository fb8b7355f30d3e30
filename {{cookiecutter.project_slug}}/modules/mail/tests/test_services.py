from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy.orm import Session, scoped_session

from flask_modular import has
from modules.mail.services import link, send

Mails = list[EmailMessage]


def test_a_text_is_sent(mails: Mails) -> None:
    send("ada@example.com", subject="Hello", text="How are you?")
    [mail] = mails
    assert (mail.to, mail.subject, mail.body) == (["ada@example.com"], "Hello", "How are you?")


def test_a_template_has_its_subject_in_the_first_line(
    mails: Mails, write: Callable[..., None]
) -> None:
    write("welcome.txt", "{# When? #}\nWelcome, {{ name }}\n\nHello {{ name }} & all,\nhave fun.\n")
    send("ada@example.com", "shop/welcome", name="O'Ada <3")
    assert mails[0].subject == "Welcome, O'Ada <3"
    assert mails[0].body == "Hello O'Ada <3 & all,\nhave fun.\n"


def test_html_is_sent_along_and_escaped(mails: Mails, write: Callable[..., None]) -> None:
    write("welcome.txt", "Welcome\n\nHello.\n")
    write("welcome.html", "<p>Hello {{ name }}</p>")
    send("ada@example.com", "shop/welcome", name="<script>")
    raw = mails[0].message().as_string()
    assert "multipart/alternative" in raw
    assert "<p>Hello &lt;script&gt;</p>" in raw


def test_a_mail_is_in_the_language_of_its_reader(
    mails: Mails, write: Callable[..., None], db_session: scoped_session[Session]
) -> None:
    if has("i18n"):
        from modules.i18n.models import Preference

        db_session.add(Preference(identity="user:7", locale="de"))
        db_session.commit()
        write("welcome.txt", "{{ _('This field is required.') }}\n\n{{ day|localized }}\n")
        send("ada@example.com", "shop/welcome", reader="user:7", day=date(2026, 3, 1))
        [mail] = mails
        assert (mail.subject, mail.body) == ("Dieses Feld wird benötigt.", "01.03.2026\n")
    else:
        pytest.skip("No module here puts texts into a language.")


def html_of(mail: EmailMessage) -> str:
    [(content, kind)] = mail.alternatives
    assert kind == "text/html"
    return str(content)


def test_a_text_alone_goes_along_as_html(mails: Mails, write: Callable[..., None]) -> None:
    write("order.txt", "Thanks\n\nHello {{ name }}.\n\n    https://shop.test/7\n\n    PUT /7\n")
    send("ada@example.com", "shop/order", name="<script>")
    html = html_of(mails[0])
    assert "<h1>Thanks</h1>" in html
    assert "<p>Hello &lt;script&gt;.</p>" in html
    assert '<a class="button" href="https://shop.test/7">Open the link</a>' in html
    assert "<pre>PUT /7</pre>" in html


def test_a_link_is_one_that_a_browser_opens(mails: Mails, write: Callable[..., None]) -> None:
    write("order.txt", "Thanks\n\nOpen\n\n    {{ url }}\n")
    send("ada@example.com", "shop/order", url="javascript:alert(1)")
    assert "<pre>javascript:alert(1)</pre>" in html_of(mails[0])


def test_a_mail_that_nobody_wrote_is_an_error(mails: Mails, write: Callable[..., None]) -> None:
    with pytest.raises(Exception, match="shop/farewell"):
        send("ada@example.com", "shop/farewell")


@pytest.mark.parametrize("text", ["Hi\nBcc: eve@example.com", "Hi\r\n\r\nBuy", "Hi\0", "Hi\u2028"])
def test_a_subject_cannot_end_the_header(mails: Mails, text: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        send("ada@example.com", subject=text, text="Hello")
    assert not mails


def test_a_value_cannot_end_the_subject(mails: Mails, write: Callable[..., None]) -> None:
    write("welcome.txt", "Welcome, {{ name }}\nHello.\n")
    with pytest.raises(ValueError, match="line break"):
        send("ada@example.com", "shop/welcome", name="Ada\nPay here: http://evil.example")


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.com\nBcc: eve@example.com",
        "ada@example.com, eve@example.com",
        "ada@example.com\r",
        "ada",
        "",
        "<>",
    ],
)
def test_an_address_is_one_address(mails: Mails, address: str) -> None:
    for arguments in ({"to": address}, {"to": "ada@example.com", "reply_to": address or "-"}):
        with pytest.raises(ValueError, match=r"line break|[Aa]ddress"):
            send(**arguments, subject="Hello", text="Hello")
    assert not mails


def test_links_are_of_the_configured_site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_SITE_URL", "https://shop.example.com/eu")
    with app.test_request_context("/", base_url="https://evil.example"):
        assert link("static", filename="a.css") == "https://shop.example.com/eu/static/a.css"


def test_whoever_asks_cannot_forge_the_host_of_a_link(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context("/", base_url="https://evil.example"):
        assert link("static", filename="a.css") == "http://localhost/static/a.css"
        monkeypatch.setitem(app.config, "SERVER_NAME", None)
        assert link("static", filename="a.css") == ""
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["shop.example.com"])
    with app.test_request_context("/", base_url="https://shop.example.com"):
        assert link("static", filename="a.css") == "https://shop.example.com/static/a.css"
