"""What modules need from outside: a version of the kernel, and installed distributions."""

from __future__ import annotations

from functools import cache
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from .errors import ManifestError, RequirementError
from .manifest import Manifest
from .version import __version__


def check_distributions(ordered: list[Manifest]) -> None:
    """Check the kernel's version and the distributions that the modules need."""
    for manifest in ordered:
        path = manifest.folder / "manifest.toml"
        try:
            fits = kernel_fits(manifest.kernel)
            requirements = [Requirement(text) for text in manifest.packages]
        except (InvalidSpecifier, InvalidRequirement) as error:
            raise ManifestError(f'"{path}" has no valid requirement: {error}.') from None
        if not fits:
            raise RequirementError(
                f'"{manifest.name}" was written for flask_modular {manifest.kernel}, this is '
                f"{__version__}: bring the project up to date with `make update`."
            )
        for requirement in requirements:
            check_distribution(manifest.name, requirement)


@cache
def kernel_fits(specifier: str) -> bool:
    """Tell whether this kernel is one that a manifest asks for; most ask for the same."""
    return SpecifierSet(specifier).contains(__version__, prereleases=True)


def check_distribution(module: str, requirement: Requirement) -> None:
    """Check that a distribution is installed in a version that fits."""
    if requirement.marker is not None and not requirement.marker.evaluate():
        return
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        found = "is not installed"
    else:
        if requirement.specifier.contains(version, prereleases=True):
            return
        found = f"is here as {version}"
    raise RequirementError(
        f'"{module}" needs {requirement}, which {found}: uv add "{requirement}" '
        f'(or pip install "{requirement}").'
    )
