from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from modules.notes.models import Note
from modules.notes.seeds import welcome


def count(session: scoped_session[Session]) -> int | None:
    return session.scalar(select(func.count()).select_from(Note))


def test_seeds_are_sown_once(db_session: scoped_session[Session]) -> None:
    welcome()
    welcome()
    assert count(db_session) == 3


def test_seeds_are_not_sown_among_the_notes_of_people(
    db_session: scoped_session[Session], note: Note
) -> None:
    welcome()
    assert count(db_session) == 1
