"""Backends that other packages bring by an entry point of the group ``runic.backends``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runic.migrate import create_adapter
from runic.ogm import (
    Backend,
    InvalidArgumentError,
    InvalidTypeError,
    MissingDependencyError,
    UnsupportedFeatureError,
    create_async_driver,
    create_driver,
)

Install = Callable[..., None]
_BOLT = """
from runic.ogm.driver.bolt import BoltBackend
from runic.ogm.driver.neo4j import NEO4J

class Mine(BoltBackend):
    name, dialect, schemes = "mine", NEO4J, ("mine", "mine+s")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what puts a package with one module and one entry point on the path, as pip would."""

    def installed(package: str, code: str, target: str, *, name: str = "mine") -> None:
        place = tmp_path / package
        record = place / f"{package}-1.0.dist-info"
        record.mkdir(parents=True)
        (place / f"{package}.py").write_text(code)
        (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (record / "entry_points.txt").write_text(f"[runic.backends]\n{name} = {package}:{target}\n")
        monkeypatch.syspath_prepend(str(place))

    return installed


@pytest.mark.parametrize("make", [create_driver, create_async_driver])
def test_a_class_is_found_by_its_name_and_by_its_schemes(install: Install, make: Any) -> None:
    install("runic_mine", _BOLT, "Mine")
    for driver in (make("mine", host="db.example", encrypted=False), make("mine://db.example")):
        assert driver.dialect.name == "Neo4j"
        assert "db.example:7687" in repr(driver)
    assert "bolt+s://db.example" in repr(make("mine+s://db.example"))


def test_the_adapter_of_the_schema_managers_takes_it(install: Install) -> None:
    install("runic_adapted", _BOLT, "Mine", name="adapted")
    with create_adapter("adapted", host="db.example") as adapter:
        assert adapter.name == "Neo4j"


def test_a_function_or_class_that_makes_a_driver_is_enough_for_one_colour(install: Install) -> None:
    code = "from runic.ogm import create_driver\ndef make(host): return create_driver('falkordb', host=host, graph='g')"
    install("runic_function", code, "make", name="function")
    assert create_driver("function", host="db.example").dialect.name == "FalkorDB"
    with pytest.raises(UnsupportedFeatureError, match="no asynchronous driver"):
        create_async_driver("function", host="db.example")


def test_a_backend_without_one_colour_says_so(install: Install) -> None:
    install("runic_empty", "from runic.ogm import Backend\nclass Empty(Backend): pass", "Empty", name="empty")
    with pytest.raises(UnsupportedFeatureError, match="Empty has no synchronous driver"):
        create_driver("empty")
    with pytest.raises(UnsupportedFeatureError, match="Empty has no asynchronous driver"):
        create_async_driver("empty")
    assert issubclass(UnsupportedFeatureError, NotImplementedError)
    assert Backend.schemes == ()


def test_an_unknown_name_or_scheme_lists_what_is_installed(install: Install) -> None:
    install("runic_mine", _BOLT, "Mine")
    with pytest.raises(InvalidArgumentError, match=r"'other'; known are age, .*falkordb, .*mine"):
        create_driver("other")
    with pytest.raises(InvalidArgumentError, match=r"'other'; known are bolt, .*mine, mine\+s"):
        create_driver("other://host")


@pytest.mark.parametrize(
    ("code", "target", "error", "said"),
    [
        ("import no_such_module", "Mine", MissingDependencyError, "no_such_module'; repair the package or uninstall"),
        ("", "Mine", MissingDependencyError, "cannot be loaded from 'runic_broken:Mine'"),
        ("Mine = 5", "Mine", InvalidTypeError, "is 5; its entry point 'runic_broken:Mine' has to name a subclass"),
        ("def Mine(): return 5", "Mine", InvalidTypeError, "has to return a driver"),
    ],
)
def test_what_is_broken_names_its_package(
    install: Install, monkeypatch: pytest.MonkeyPatch, code: str, target: str, error: type[Exception], said: str
) -> None:
    monkeypatch.delitem(__import__("sys").modules, "runic_broken", raising=False)
    install("runic_broken", code, target)
    with pytest.raises(error, match=said):
        create_driver("mine")


def test_two_packages_with_one_name_or_scheme(install: Install) -> None:
    install("runic_mine", _BOLT, "Mine")
    install("runic_theirs", _BOLT, "Mine")
    with pytest.raises(InvalidArgumentError, match=r"runic_mine.* and .*runic_theirs.*; uninstall all but one"):
        create_driver("mine")


def test_a_name_of_our_own_is_ours(install: Install) -> None:
    install("runic_shadow", "raise RuntimeError('never imported')", "Mine", name="falkordb")
    assert create_driver("falkordb", graph="g").dialect.name == "FalkorDB"
    assert create_driver("falkor://host/g").dialect.name == "FalkorDB"
