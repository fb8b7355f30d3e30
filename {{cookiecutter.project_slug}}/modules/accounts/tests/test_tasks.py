from modules.accounts.tasks import prune
from modules.accounts.tests.test_pruning import left


def test_what_has_expired_goes_of_itself(expired: None) -> None:
    assert prune() == {"tokens": 1, "sessions": 1}
    assert left() == (["lately", "now"], ["now"])
    assert prune.options.is_periodic
