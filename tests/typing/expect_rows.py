"""Static expectations for rows of one to eight columns, in both colours and both styles, and of the former package."""

from __future__ import annotations

from datetime import datetime
from typing import reveal_type

import runic.orm
from runic.ogm import (
    AsyncSession,
    Edge,
    Field,
    Many,
    Node,
    One,
    Property,
    Relation,
    Session,
    alias,
    avg,
    col,
    collect,
    count,
    create_async_driver,
    create_driver,
    many,
    max_,
    min_,
    one,
    prop,
    select,
    sum_,
)
from runic.orm.driver.factory import create_driver as former_driver
from runic.orm.exceptions import FieldValidationError as FormerError
from runic.orm.query import count as former_count
from runic.orm.query.builder import QueryBuilder as FormerBuilder
from runic.orm.repository.async_repository import AsyncRepository as FormerAsyncRepository
from runic.orm.repository.repository import Repository as FormerRepository
from runic.orm.session.async_session import AsyncSession as FormerAsync


class Owns(Edge, type="OWNS"):
    since: Property[datetime]


class Shop(Node, labels=["Shop"]):
    id: Property[str] = prop(primary_key=True)
    size: Property[int] = prop(default=0)
    open: Property[bool] = prop(default=True)
    rent: Property[float | None] = prop(default=None)
    built: Property[datetime] = prop(default_factory=datetime.now)
    owner: One[Owner, Owns] = one("OWNS", direction="INCOMING")


class Owner(Node, labels=["Owner"]):
    id: Property[str] = prop(primary_key=True)
    shops: Many[Shop, Owns] = many("OWNS")


class Flat(Node, labels=["Flat"]):
    id: str = Field(primary_key=True)
    rooms: int = 1
    rent: float | None = None
    built: datetime | None = None
    tags: list[str] = Field(default_factory=list)
    tenants: list[Owner] = Relation(relationship="RENTS", direction="INCOMING", target="Owner")


s, a = Session(create_driver("falkordb")), AsyncSession(create_async_driver("falkordb"))
S = Shop
n, total, low, high, mean = count(), sum_(S.size), min_(S.built), max_(S.rent), avg(S.size)
ids, some = collect(S.id), count(S.id, distinct=True).as_("some")

# ---- aggregates
q = select(S)
reveal_type(s.tuples(q.aggregate(n)))  # R: list[tuple[int]]
reveal_type(s.tuples(q.aggregate(n, low)))  # R: list[tuple[int, datetime]]
reveal_type(s.tuples(q.aggregate(n, low, high)))  # R: list[tuple[int, datetime, float]]
reveal_type(s.tuples(q.aggregate(n, low, high, ids)))  # R: list[tuple[int, datetime, float, list[str]]]
five = q.aggregate(n, low, high, ids, total)
reveal_type(s.tuples(five))  # R: list[tuple[int, datetime, float, list[str], int]]
six = q.aggregate(n, low, high, ids, total, mean)
reveal_type(s.tuples(six))  # R: list[tuple[int, datetime, float, list[str], int, float]]
seven = q.aggregate(n, low, high, ids, total, mean, some)
reveal_type(s.tuples(seven))  # R: list[tuple[int, datetime, float, list[str], int, float, int]]
eight = q.aggregate(n, low, high, ids, total, mean, some, low)
reveal_type(s.tuples(eight))  # R: list[tuple[int, datetime, float, list[str], int, float, int, datetime]]

# ---- groups: the key is the first column
g = S.open
reveal_type(s.tuples(q.aggregate(n, group_by=g)))  # R: list[tuple[bool, int]]
reveal_type(s.tuples(q.aggregate(n, low, group_by=g)))  # R: list[tuple[bool, int, datetime]]
reveal_type(s.tuples(q.aggregate(n, low, high, group_by=g)))  # R: list[tuple[bool, int, datetime, float]]
by4 = q.aggregate(n, low, high, ids, group_by=g)
reveal_type(s.tuples(by4))  # R: list[tuple[bool, int, datetime, float, list[str]]]
by5 = q.aggregate(n, low, high, ids, total, group_by=g)
reveal_type(s.tuples(by5))  # R: list[tuple[bool, int, datetime, float, list[str], int]]
by6 = q.aggregate(n, low, high, ids, total, mean, group_by=g)
reveal_type(s.tuples(by6))  # R: list[tuple[bool, int, datetime, float, list[str], int, float]]
by7 = q.aggregate(n, low, high, ids, total, mean, some, group_by=g)
reveal_type(s.tuples(by7))  # R: list[tuple[bool, int, datetime, float, list[str], int, float, int]]
reveal_type(s.scalars(by4))  # R: list[bool]

# ---- nodes
w, x = alias(Owner, "w"), alias(Shop, "x")
hop = select(w).traverse(w.shops).alias(x)
reveal_type(s.tuples(hop.return_nodes(w)))  # R: list[tuple[Owner]]
reveal_type(s.tuples(hop.return_nodes(w, x, w)))  # R: list[tuple[Owner, Shop, Owner]]
reveal_type(s.tuples(hop.return_nodes(w, x, w, x)))  # R: list[tuple[Owner, Shop, Owner, Shop]]
reveal_type(s.scalars(hop))  # R: list[Shop]
reveal_type(s.scalars(hop.traverse(x.owner)))  # R: list[Owner]
reveal_type(s.scalars(hop.return_target(w)))  # R: list[Owner]
reveal_type(s.query(Owner).traverse(Owner.shops).where(Shop.open).scalars())  # R: list[Shop]

# ---- many edges at once
owner, shop, flat = Owner(id="o"), Shop(id="s"), Flat(id="f")
owns = Owns(since=datetime.now())
pairs = [(o, shop) for o in (owner, Owner(id="p"))]
s.relate_all(Owner.shops, pairs)
s.relate_all(Owner.shops, ((o, shop, owns) for o, shop in pairs))
s.relate_all(Owner.shops, [(owner, shop), (owner, shop, owns), (owner, shop, None)])
s.relate_all("shops", [(owner, shop), (owner, shop, owns)])
s.relate_all(Shop.owner, [(shop, owner)])
s.relate_all(Flat.tenants, [(flat, owner)])
s.unrelate(owner, Owner.shops, shop)
s.unrelate(owner, "shops", shop)
s.unrelate(shop, Shop.owner, owner)
s.unrelate(flat, Flat.tenants, owner)

# ---- plain annotations
F = Flat
reveal_type(s.tuples(select(F).project(F.id)))  # R: list[tuple[str]]
reveal_type(s.tuples(select(F).project(F.id, F.rooms, F.rent)))  # R: list[tuple[str, int, float | None]]
flat5 = select(F).project(F.id, F.rooms, F.rent, F.built, F.tags)
reveal_type(s.tuples(flat5))  # R: list[tuple[str, int, float | None, datetime | None, list[str]]]
flat8 = select(F).project(F.id, F.rooms, F.rent, F.built, F.tags, F.id, F.rooms, F.id)
reveal_type(s.tuples(flat8))  # R: list[tuple[str, int, float | None, datetime | None, list[str], str, int, str]]
reveal_type(s.tuples(select(F).aggregate(max_(F.rent), count())))  # R: list[tuple[float, int]]
reveal_type(s.scalars(select(F).traverse(F.tenants).where(col(Owner.id).in_(["o"]))))  # R: list[Owner]
reveal_type(s.query(F).project(F.built).scalars())  # R: list[datetime | None]
reveal_type(s.query(F).traverse(F.tenants).first())  # R: Owner | None


# ---- the other colour
async def other() -> None:
    reveal_type(await a.tuples(eight))  # R: list[tuple[int, datetime, float, list[str], int, float, int, datetime]]
    reveal_type(await a.scalars(hop))  # R: list[Shop]
    t = a.query(S)
    wide = t.aggregate(n, low, high, ids, total)
    reveal_type(await wide.tuples())  # R: list[tuple[int, datetime, float, list[str], int]]
    reveal_type(await t.aggregate(n, low, group_by=S.open).tuples())  # R: list[tuple[bool, int, datetime]]
    four = t.project(S.id, S.size, S.open, S.rent)
    reveal_type(await four.tuples())  # R: list[tuple[str, int, bool, float | None]]
    eight_fields = t.project(S.id, S.size, S.open, S.rent, S.built, S.id, S.size, S.open)
    reveal_type(await eight_fields.tuples())  # R: list[tuple[str, int, bool, float | None, datetime, str, int, bool]]
    reveal_type(await t.traverse(S.owner).scalars())  # R: list[Owner]
    reveal_type(await t.repeat(S.owner, max_hops=1).alias("o").first())  # R: Owner | None
    reveal_type(await a.query(Owner).fetch(Owner.shops, "shops.owner").all())  # R: list[Owner]
    reveal_type(await a.query(F).project(F.rent, F.rooms).tuples())  # R: list[tuple[float | None, int]]
    reveal_type(await a.query(Owner).traverse(Owner.shops).alias("x").where(S.open).scalar_one())  # R: Shop
    async for tags in a.stream(select(F).project(F.tags)):
        reveal_type(tags)  # R: list[str]
    former = FormerAsync(create_async_driver("falkordb"))
    reveal_type(await FormerAsyncRepository(former, Shop).find_all())  # R: list[Shop]


# ---- the former package
reveal_type(runic.orm.select(Shop))  # R: QueryBuilder[Shop]
reveal_type(runic.orm.Session(former_driver("falkordb")).get(Shop, "s"))  # R: Shop | None
reveal_type(FormerRepository(s, Shop).find_all())  # R: list[Shop]
reveal_type(select(S).aggregate(former_count(), group_by=S.id))  # R: Rows[str, tuple[str, int]]
again: FormerBuilder[Shop] = select(Shop).where(Shop.open)
wrong_builder: FormerBuilder[Owner] = select(Shop)  # E
try:
    s.commit()
except FormerError as error:
    reveal_type(error)  # R: FieldValidationError

# ---- wrong programs, plain annotations among them
Flat(id=1)  # E
Flat(id="f", rooms="two")  # E
Flat(id="f", roms=2)  # E
Flat(id="f", tenants=[Shop(id="s")])  # E
Flat(rooms=2)  # E
Flat("f")  # E
select(Flat).where(col(Flat.rooms) > "2")  # E
select(Flat).where(col(Flat.id).contains(2))  # E
select(Flat).where(col(Flat.roms) > 2)  # E
select(Flat).order_by(Flat.roms)  # E
select(Shop).project(Shop.sise)  # E
select(Shop).aggregate(max_(Shop.sise))  # E
select(Shop).aggregate(Shop.size)  # E
select(Shop).traverse(Shop.owner, edge_alias=alias(Edge, 3))  # E
hop.alias(alias(Owner, "v"))  # E
s.relate(Shop(id="s"), Owner.shops, Owner(id="o"))  # E
s.relate_all(Owner.shops, [(Owner(id="o"), Owner(id="p"))])  # E
s.relate_all(Owner.shops, [(Owner(id="o"), Shop(id="s"), Edge())])  # E
s.relate_all(Flat.tenants, [(Flat(id="f"), Flat(id="g"))])  # E
s.unrelate(Owner(id="o"), Owner.shops, Owner(id="p"))  # E
s.unrelate(Flat(id="f"), Flat.tenants, Shop(id="s"))  # E
print(s.get(Shop, "s").size)  # E
print(s.scalars(select(Shop))[0].sise)  # E
FormerRepository(s, "Shop")  # E
rows: list[tuple[str, str]] = s.tuples(select(Shop).project(Shop.id, Shop.size))  # E[pyright,ty,pyrefly]
