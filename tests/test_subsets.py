"""Any set of modules that is closed under `requires` works, found in any order."""

import json
import re
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flavors.selection import choose
from flavors.template import Flavor
from tests.baking import TEMPLATE
from tests.conftest import Bake
from tests.projects import MYPY, PYTEST, Project

Subset = frozenset[str]
Make = Callable[..., Project]

pytestmark = pytest.mark.slow
MODULES = TEMPLATE.modules
SELECTED = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=12,
    phases=[Phase.generate],  # to shrink a set costs more than to read it
    suppress_health_check=list(HealthCheck),
)
# Every page of a new database, in a process of its own, for somebody who may see it.
VISIT = """
import json
from app import create_app
from flask_modular import current_registry

app = create_app()
assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
client = app.test_client()
with app.test_request_context():
    urls = {
        rule.endpoint: app.url_for(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments
    }
    registry = current_registry()
    modules = list(registry.modules)
for sign_in in (one for some in registry.sign_ins.values() for one in some):
    sign_in(client)
client.environ_base.pop("HTTP_AUTHORIZATION", None)  # as in a browser
answers = {endpoint: client.get(url).status_code for endpoint, url in urls.items()}
print(json.dumps({"modules": modules, "answers": answers}))
"""
# Pages of a row that the query has to name, and names not here.
OF_A_ROW = re.compile(r"admin_\w+\.(details|edit|delete)_view")
# The URL map, with folders listed in an order that the seed decides.
SHUFFLED = """
import json, os, pathlib, random, sys

seed = random.Random(int(sys.argv[1]))

def shuffled(function):
    def call(*arguments, **options):
        found = list(function(*arguments, **options))
        seed.shuffle(found)
        return iter(found)
    return call

listdir = os.listdir
os.listdir = lambda *path: list(shuffled(listdir)(*path))
for name in ("iterdir", "glob", "rglob"):
    setattr(pathlib.Path, name, shuffled(getattr(pathlib.Path, name)))

from app import create_app
from flask_modular import current_registry

app = create_app()
with app.app_context():
    modules = list(current_registry().modules)
    menu = [(item.label, item.endpoint) for item in current_registry().menu]
rules = [(rule.rule, rule.endpoint, sorted(rule.methods)) for rule in app.url_map.iter_rules()]
print(json.dumps([modules, menu, rules]))
"""
LEAF = """
from flask_modular import Module, access

module = Module(__name__)
module.menu("Same", ".index", order=1)


@module.get("/")
@access.public
def index() -> str:
    return ""
"""


def closed(names: Subset) -> Subset:
    """Return modules with all that they require."""
    return frozenset(choose(Flavor("some", "Some", "", sorted(names)), "", MODULES))


def wish(names: Subset) -> str:
    """Return the answer to `modules` that makes these of the minimal flavor."""
    rows = frozenset(TEMPLATE.flavors["minimal"].modules)
    added, left_out = sorted(names - rows), sorted(rows - names)
    return " ".join([*(f"+{name}" for name in added), *(f"-{name}" for name in left_out)])


SUBSETS = st.frozensets(st.sampled_from(sorted(MODULES))).map(closed)


@pytest.fixture(scope="module")
def of_modules(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Subset], Project]:
    """Return a function that makes a project of exactly these modules."""
    number = count()

    def make(names: Subset) -> Project:
        folder = tmp_path_factory.mktemp(f"subset{next(number)}")
        return Project(bake(folder, flavor="minimal", modules=wish(names)))

    return make


def assert_answers(project: Project, names: Subset) -> None:
    """Boot a project and open every page of it."""
    found = json.loads(project.execute(VISIT).splitlines()[-1])
    assert set(found["modules"]) == names
    missing = {name for name, status in found["answers"].items() if status == 404}
    assert [name for name in missing if not OF_A_ROW.fullmatch(name)] == []
    assert set(found["answers"].values()) <= {200, 302, 404}, found["answers"]


@SELECTED
@given(names=SUBSETS)
def test_any_closed_set_of_modules_answers(
    of_modules: Callable[[Subset], Project], names: Subset
) -> None:
    assert_answers(of_modules(names), names)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_with_no_more_than_it_requires_follows_the_pattern(
    of_modules: Callable[[Subset], Project], name: str
) -> None:
    project = of_modules(closed(frozenset([name])))
    project.run("flask", "db", "upgrade")
    project.run("flask", "module", "check")


@pytest.mark.full
@pytest.mark.minutes
@pytest.mark.parametrize("part", range(6))  # so that several workers share them
@settings(SELECTED, derandomize=False, max_examples=2)
@given(names=SUBSETS)
def test_any_closed_set_of_modules_passes_its_own_tests(
    of_modules: Callable[[Subset], Project], names: Subset, part: int
) -> None:
    project = of_modules(names)
    assert_answers(project, names)
    project.run(*PYTEST, "modules", "tests")  # the kernel's own are the same in every project
    project.run("flask", "module", "check")
    project.run("ruff", "check", "--no-cache")
    project.run(*MYPY)


@pytest.fixture(scope="module")
def in_some_order(of_modules: Callable[[Subset], Project]) -> Project:
    """Return a project of all modules, and of some whose menu entries are alike."""
    project = of_modules(frozenset(MODULES))
    for name in ("alpha", "beta", "gamma", "delta"):
        project.write(f"modules/{name}/__init__.py", LEAF)
    project.write("modules/beta/manifest.toml", 'requires = ["delta"]\nuses = ["gamma"]\n')
    return project


@pytest.fixture(scope="module")
def in_order(in_some_order: Project) -> str:
    """Return what comes of one order of the folders."""
    return in_some_order.having(PYTHONHASHSEED="0").run("python", "-c", SHUFFLED, "0")


@pytest.mark.parametrize("seed", ["1", "2", "3", "4"])
def test_the_order_of_folders_changes_nothing(
    in_some_order: Project, in_order: str, seed: str
) -> None:
    mixed = in_some_order.having(PYTHONHASHSEED=seed).run("python", "-c", SHUFFLED, seed)
    assert mixed == in_order


def test_the_order_of_folders_is_shuffled_indeed(in_some_order: Project) -> None:
    listing = SHUFFLED.partition("from app")[0] + "print(os.listdir('modules'))"
    orders = {in_some_order.run("python", "-c", listing, str(seed)) for seed in range(1, 5)}
    assert len(orders) > 1
