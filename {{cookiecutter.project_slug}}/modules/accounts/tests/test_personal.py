"""What is kept of people: handed out, and gone with the account."""

from flask_modular import db, has
from modules.accounts.services import User, delete_account, export_account


def test_a_language_is_exported_and_goes_with_the_account(ada: User) -> None:
    if has("i18n"):
        from modules.i18n.models import Preference

        db.session.add(Preference(identity=ada.identity, locale="de", timezone="Europe/Berlin"))
        db.session.add(Preference(identity="user:0", locale="ar"))
        db.session.commit()
        chosen = {"locale": "de", "timezone": "Europe/Berlin"}
        assert export_account(ada)["i18n"] == chosen
        delete_account(ada)
        assert db.session.scalars(db.select(Preference.locale)).all() == ["ar"]
