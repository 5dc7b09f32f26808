"""Keys that the database generates."""

from __future__ import annotations

import pytest

from runic.ogm import (
    FieldValidationError,
    select,
)
from runic.testing.conformance.harness import Db
from runic.testing.conformance.session_models import (
    Company,
    Ticket,
)

spec = pytest.mark.spec


@spec(49, 156)
async def test_generated_keys_are_set_by_the_flush(db: Db) -> None:
    async with db.session() as session:
        company, ticket = Company(name="Acme"), Ticket(title="first")
        session.add_all([company, ticket])
        assert (company.id, ticket.number) == (None, None)
        await session.flush()
        assert isinstance(company.id, str)
        assert isinstance(ticket.number, int)
        assert not company._dirty
        assert await session.get(Company, company.id) is company
        assert await session.get(Ticket, ticket.number) is ticket
        assert await session.get(Ticket, str(ticket.number)) is ticket
    element_id = db.dialect.element_id.format(variable="c")
    ((stored_id, keys),) = db.raw(f"MATCH (c:Company) RETURN {element_id}, keys(c)")
    assert (str(stored_id), keys) == (company.id, ["name"])
    async with db.session() as session:
        assert (await session.get(Company, stored_id)).name == "Acme"
        assert (await session.get(Ticket, str(ticket.number))).title == "first"
        assert await session.get(Company, "no id") is None
        for wrong in (1.0, True, b"1"):
            with pytest.raises(
                FieldValidationError, match=r"Company\.id cannot hold .*element ids are texts or integers"
            ):
                await session.get(Company, wrong)
        assert await session.get(Company, 10**12) is None


async def test_many_unsaved_objects_with_generated_keys_all_survive(db: Db) -> None:
    """Pitfall 116."""
    async with db.session() as session:
        company = Company(name="Acme")
        tickets = [Ticket(title="same") for _ in range(50)]
        session.add_all([company, *tickets])
        await session.flush()
        assert len({ticket.number for ticket in tickets}) == 50
        for number, ticket in enumerate(tickets):
            ticket.title = f"t{number}"
    assert db.raw("MATCH (t:Ticket) RETURN count(t)") == [[50]]
    async with db.session() as session:
        found = await session.scalars(select(Ticket))
        assert {t.number: t.title for t in found} == {t.number: t.title for t in tickets}


async def test_generated_keys_in_statements(db: Db) -> None:
    """Pitfall 41."""
    async with db.session() as session:
        tickets = [Ticket(title=f"t{n}") for n in range(5)]
        session.add_all(tickets)
        await session.flush()
        wanted = tickets[3]
        assert await session.scalars(select(Ticket).where(Ticket.number == wanted.number)) == [wanted]
        assert await session.scalars(select(Ticket).where(Ticket.number.in_([str(wanted.number)]))) == [wanted]
        ordered = await session.scalars(select(Ticket).order_by(Ticket.number, desc=True))
        assert ordered == sorted(tickets, key=lambda t: -t.number)
        rows = await session.all_rows(select(Ticket).where(Ticket.title == "t3").project(Ticket.number))
        assert rows == [{"n.number": wanted.number}]
