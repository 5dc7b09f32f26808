"""Recipes: tests against a real database, without a server to install."""

import subprocess
import sys

# region fixtures
from collections.abc import Iterator
from pathlib import Path

import pytest

from runic.ogm import GraphDriver, Node, Property, Session, create_driver, prop, select


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name one database file: the driver that opens it first starts its server."""
    return tmp_path_factory.mktemp("graph") / "test.db"


@pytest.fixture(scope="session", autouse=True)
def server(database: Path) -> Iterator[GraphDriver]:
    """Keep the server for the whole run."""
    driver = create_driver("falkordb", path=database, graph="keeper")
    driver.execute("RETURN 1")
    yield driver
    driver.close()


@pytest.fixture
def driver(database: Path, request: pytest.FixtureRequest) -> Iterator[GraphDriver]:
    """Give each test a graph of its own: starting one costs nothing, and no test sees another's nodes."""
    driver = create_driver("falkordb", path=database, graph=request.node.name)
    yield driver
    driver.close()


# endregion fixtures


# region tests
class User(Node, labels=["User"]):
    id: Property[str] = prop(primary_key=True)
    name: Property[str]


def test_a_user_is_stored(driver: GraphDriver) -> None:
    with Session(driver) as session:
        session.add(User(id="u1", name="Ann"))
    with Session(driver) as session:  # another session: nothing comes from the identity map
        assert session.get_one(User, "u1").name == "Ann"


def test_every_graph_is_empty(driver: GraphDriver) -> None:
    with Session(driver) as session:
        assert session.count(select(User)) == 0


# endregion tests


# region models
def test_models_of_a_test(driver: GraphDriver) -> None:
    from runic.ogm import MetaData

    class Draft(Node, labels=["User"], registry=MetaData()):  # a registry of its own: User keeps its label
        id: Property[str] = prop(primary_key=True)

    with Session(driver) as session:
        session.add(Draft(id="d1"))
        session.commit()
        assert session.count(select(Draft)) == 1


# endregion models

if __name__ == "__main__":
    # A process of its own: this file's models are in the registry already.
    raise SystemExit(subprocess.call([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]))
