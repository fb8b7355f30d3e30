"""Baking: a process of cookiecutter for each flavor against an empty template."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree
from statistics import median
from time import perf_counter

from .measure import difference, environment, interleave, ratio
from .projects import ROOT, TEMPLATE
from .table import Table, verdict

TITLE = "Baking"
PROJECT = "{{cookiecutter.project_slug}}"
EMPTY, COPIED, UNHOOKED = "empty template", "all files, copied", "minimal, without hooks"
METHOD = (
    "Wall time of `python -m cookiecutter TEMPLATE --no-input` in a process of its own. Copying "
    "is a template without hooks that holds every file of ours and renders none: it shows what "
    "creating files costs. `Without hooks` is `--accept-hooks no`: what it writes more is what "
    "pruning removes, what it saves is what the two hooks take. The ratio is the median over the "
    "rounds, in each of which all ran."
)


def run(rounds: int, folder: Path) -> Table:
    """Measure how long a bake takes."""
    answers = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    commands = {
        EMPTY: [str(write_template(folder / "empty"))],
        COPIED: [str(write_template(folder / "copied", TEMPLATE))],
        UNHOOKED: [str(ROOT), "--accept-hooks", "no"],
        **{flavor: [str(ROOT), f"flavor={flavor}"] for flavor in answers["flavor"]},
    }
    outputs = {name: folder / "output" / str(number) for number, name in enumerate(commands)}
    bakes = {name: partial(bake, folder, commands[name], outputs[name]) for name in commands}
    results = interleave(rounds, bakes)
    table = Table(TITLE, ("template", "median", "best", "ratio", "files"), METHOD)
    for name, times in results.items():
        figures = (median(times) * 1000, min(times) * 1000)
        cells = (f"{figure:.0f} ms" for figure in figures)
        table.add(name, *cells, f"{ratio(times, results[EMPTY]):.2f}", str(count(outputs[name])))
    explain(table, results, outputs, answers["flavor"])
    return table


def explain(
    table: Table,
    results: Mapping[str, list[float]],
    outputs: Mapping[str, Path],
    flavors: Sequence[str],
) -> None:
    """Say what the flavors cost, and what of that is creating and pruning files."""
    for flavor in flavors:
        times = ratio(results[flavor], results[EMPTY])
        table.meaning.append(verdict(f"{flavor}, ratio", times, "at most 2.2", met=times <= 2.2))
    files, pruned = count(outputs[COPIED]), count(outputs[UNHOOKED]) - count(outputs[flavors[0]])
    created = difference(results[COPIED], results[EMPTY]) * 1000
    hooks = difference(results[flavors[0]], results[UNHOOKED]) * 1000
    answers = difference(results[UNHOOKED], results[COPIED]) * 1000
    table.meaning += [
        f"Creating {files} files takes {created:.0f} ms, {created / files:.2f} ms each.",
        f"Answers, selection and rendering take {answers:.0f} ms more.",
        f"The two hooks take {hooks:.0f} ms, in which {flavors[0]} prunes {pruned} files.",
    ]


def count(folder: Path) -> int:
    """Return the number of files in a folder."""
    return sum(path.is_file() for path in folder.rglob("*"))


def write_template(folder: Path, files: Path | None = None) -> Path:
    """Write a template that asks nothing and renders nothing.

    :param files: the folder of what it creates.
    """
    answers = {"project_slug": "project", "_copy_without_render": ["*"]}
    if files:
        copytree(files, folder / PROJECT, ignore=ignore_patterns("__pycache__"))
    else:
        (folder / PROJECT).mkdir(parents=True)
    (folder / "cookiecutter.json").write_text(json.dumps(answers), encoding="utf-8")
    return folder


def bake(folder: Path, arguments: list[str], output: Path) -> float:
    """Bake once, and return the seconds that it took."""
    rmtree(output, ignore_errors=True)
    options = ["--no-input", "--default-config", "--output-dir", str(output)]
    command = [sys.executable, "-m", "cookiecutter", *arguments[:1], *options, *arguments[1:]]
    started = perf_counter()
    subprocess.run(
        command, cwd=folder, env=environment(folder), stdout=subprocess.DEVNULL, check=True
    )
    return perf_counter() - started
