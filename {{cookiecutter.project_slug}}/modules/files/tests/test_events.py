from __future__ import annotations

from typing import Any

import pytest

from app import create_app
from flask_modular import ModularError


@pytest.mark.parametrize(
    "settings",
    [
        {"FILES_MAX_BYTES": 0},
        {"FILES_MAX_BYTES": 16 * 1024 * 1024},
        {"FILES_MAX_PIXELS": 0},
    ],
)
def test_a_limit_that_makes_no_sense_stops_the_application(settings: dict[str, Any]) -> None:
    with pytest.raises(ModularError, match=next(iter(settings))):
        create_app(settings)
