"""Load every airport of the world into an embedded graph database, then ask it questions.

    make quickstart                             the database is kept in examples/airports.db
    python examples/quickstart.py FILE          or in FILE

The first run loads about 28,000 airports, and links those with an IATA code that lie within 100 km of each
other; later runs find everything in the file.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import batched
from pathlib import Path

import airportsdata
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from runic.migrate import SchemaManager
from runic.ogm import (
    Edge,
    GeoLocation,
    GraphDriver,
    Many,
    Node,
    One,
    Property,
    Session,
    alias,
    avg,
    count,
    create_driver,
    many,
    max_,
    one,
    prop,
    select,
)

console = Console(highlight=False)


REACH_KM = 100


class Near(Edge, type="NEAR"):
    """A short hop between two airports: a relationship with a property of its own."""

    km: Property[float]


class Country(Node, labels=["Country"]):
    """A country, by its ISO 3166-1 code."""

    code: Property[str] = prop(primary_key=True, unique=True)
    regions: Many[Region] = many("PART_OF", direction="INCOMING")


class Region(Node, labels=["Region"]):
    """A state, a province, a canton: what the data calls a subdivision."""

    id: Property[str] = prop(primary_key=True, unique=True)
    name: Property[str]
    country: One[Country] = one("PART_OF", cascade=True)
    airports: Many[Airport] = many("LIES_IN", direction="INCOMING")


class Airport(Node, labels=["Airport"]):
    """An airport or landing strip, by its ICAO code; heights are feet."""

    icao: Property[str] = prop(primary_key=True, unique=True)
    name: Property[str] = prop(index=True)
    city: Property[str]
    elevation: Property[float] = prop(index=True)
    place: Property[GeoLocation]
    iata: Property[str | None] = prop(default=None, index=True)
    region: One[Region] = one("LIES_IN", cascade=True)
    near: Many[Airport, Near] = many("NEAR", direction="BOTH")


class Import(Node, labels=["Import"]):
    """What was loaded, written last: without it, an earlier run was interrupted."""

    source: Property[str] = prop(primary_key=True)
    rows: Property[int]


def main(path: Path) -> None:
    """Open the database, fill it when it is empty, and show what it answers."""
    with closing(create_driver("falkordb", path=path, graph="airports")) as driver:
        rows = airportsdata.load("ICAO")
        with Session(driver) as session:
            loaded = session.get(Import, "airportsdata")
            if loaded is None or loaded.rows != len(rows):
                load(driver, session, rows.values(), len(rows))
        with Session(driver) as session:
            show_totals(session)
            show_one_airport(session, "LSZH")
            show_region(session, "CH-Ticino")
            show_highest(session)
            show_countries(session)
            show_nearest(session, "LSZH")
            show_reachable(session, "LSZH")
            show_busiest(session)


# ---- loading


def load(driver: GraphDriver, session: Session, rows: Iterable[airportsdata.Airport], total: int) -> None:
    """Create indexes, then nodes and relationships in batches; what an interrupted run left goes first."""
    started = time.perf_counter()
    session.execute("MATCH (n) DETACH DELETE n", write=True)
    session.expunge_all()
    SchemaManager(driver).sync_schema([Country, Region, Airport, Import])
    regions: dict[str, Region] = {}
    countries: dict[str, Country] = {}
    airports: list[Airport] = []
    with Progress(console=console) as progress:
        task = progress.add_task("Loading airports", total=total)
        for batch in batched(rows, 2000):
            added = [airport_of(row, regions, countries) for row in batch]
            airports += added
            session.add_all(added)
            session.flush()
            progress.advance(task, len(batch))
    linked = session.relate_all(Airport.near, short_hops(airports))
    session.add(Import(source="airportsdata", rows=total))
    session.commit()
    seconds = time.perf_counter() - started
    console.print(
        f"Loaded {total:,} airports in {len(countries)} countries, {linked.created:,} short hops: {seconds:.1f} s\n"
    )


def airport_of(row: airportsdata.Airport, regions: dict[str, Region], countries: dict[str, Country]) -> Airport:
    """Turn one record into an airport, with its region and country; saving it saves them too."""
    code, name = row["country"], row["subd"] or "(no region)"
    country = countries.get(code) or countries.setdefault(code, Country(code=code))
    key = f"{code}-{name}"
    region = regions.get(key) or regions.setdefault(key, Region(id=key, name=name, country=country))
    return Airport(
        icao=row["icao"],
        iata=row["iata"] or None,
        name=row["name"],
        city=row["city"],
        elevation=row["elevation"],
        place=GeoLocation(row["lat"], row["lon"]),
        region=region,
    )


def short_hops(airports: list[Airport]) -> Iterator[tuple[Airport, Airport, Near]]:
    """Pair the airports with an IATA code that lie near each other, sorted by latitude to compare few."""
    ordered = sorted((a for a in airports if a.iata), key=lambda airport: airport.place.latitude)
    for index, airport in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if (other.place.latitude - airport.place.latitude) * 111 > REACH_KM:
                break
            distance = km_between(airport.place, other.place)
            if distance <= REACH_KM:
                yield airport, other, Near(km=round(distance, 1))


def km_between(one: GeoLocation, other: GeoLocation) -> float:
    """Return the great-circle distance."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    turn = math.radians(one.longitude - other.longitude)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
    return 6371 * math.acos(min(1.0, cosine))


# ---- asking


def show_totals(session: Session) -> None:
    """Count nodes, all of them and filtered."""
    table = Table("In the graph", "", title="How many", title_justify="left")
    table.add_row("airports", f"{session.count(select(Airport)):,}")
    table.add_row("with an IATA code", f"{session.count(select(Airport).where(Airport.iata.is_not_null())):,}")
    table.add_row("below sea level", f"{session.count(select(Airport).where(Airport.elevation < 0)):,}")
    table.add_row("regions", f"{session.count(select(Region)):,}")
    table.add_row("countries", f"{session.count(select(Country)):,}")
    console.print(table)


def show_one_airport(session: Session, icao: str) -> None:
    """Read one node by its key, with two relations on the way to its country."""
    airport = session.get(Airport, icao, fetch=["region.country"])
    if airport is None or airport.region is None or airport.region.country is None:
        return
    where = f"{airport.region.name}, {airport.region.country.code}"
    console.print(f"{airport.icao} is {airport.name} in {airport.city} ({where}), {airport.elevation:,.0f} ft high.\n")


def show_region(session: Session, key: str) -> None:
    """Follow a relation from its other side."""
    region = session.get(Region, key, fetch=[Region.airports])
    if region is None:
        return
    table = Table("ICAO", "IATA", "Airport", "City", title=f"Airports in {region.name}", title_justify="left")
    for airport in sorted(region.airports, key=lambda airport: airport.icao):
        table.add_row(airport.icao, airport.iata or "", airport.name, airport.city)
    console.print(table)


def show_highest(session: Session) -> None:
    """Filter, order, and return several nodes per row, each with its exact type."""
    airport, region, country = alias(Airport, "airport"), alias(Region, "region"), alias(Country, "country")
    highest = (
        select(airport)
        .where(airport.elevation > 13_000, airport.iata.is_not_null())
        .traverse(airport.region, optional=False)
        .alias(region)
        .traverse(region.country, optional=False)
        .alias(country)
        .order_by(airport.elevation, desc=True)
        .limit(8)
        .return_nodes(airport, region, country)
    )
    table = Table("Feet", "Airport", "Region", "Country", title="The highest with an IATA code", title_justify="left")
    for a, r, c in session.tuples(highest):
        table.add_row(f"{a.elevation:,.0f}", a.name, r.name, c.code)
    console.print(table)


def show_countries(session: Session) -> None:
    """Aggregate over two hops."""
    per_country = (
        select(Airport)
        .alias("a")
        .traverse(Airport.region, optional=False)
        .alias("r")
        .traverse(Region.country, optional=False)
        .alias("c")
        .aggregate(count("a").as_("airports"), max_(Airport.elevation).as_("highest"), group_by="c.code")
        .order_by("airports DESC")
        .limit(8)
    )
    table = Table("Country", "Airports", "Highest, ft", title="Countries with most airports", title_justify="left")
    for row in session.all_rows(per_country):
        table.add_row(row["c.code"], f"{row['airports']:,}", f"{row['highest']:,.0f}")
    console.print(table)


def show_nearest(session: Session, icao: str) -> None:
    """Read relationships with their properties: rows of (Airport, Near, Airport)."""
    start, hop, goal = alias(Airport, "start"), alias(Near, "hop"), alias(Airport, "goal")
    nearest = (
        select(start)
        .where(start.icao == icao)
        .traverse(start.near, edge_alias=hop, optional=False)
        .alias(goal)
        .order_by(hop.km)
        .limit(5)
        .return_nodes(start, goal)
        .return_edge(hop)
    )
    table = Table("km", "IATA", "Airport", title=f"Nearest to {icao}", title_justify="left")
    for _, near, airport in session.all_with_edges(nearest):
        table.add_row(f"{near.km:.0f}", airport.iata, airport.name)
    console.print(table)


def show_reachable(session: Session, icao: str) -> None:
    """Follow a relation a variable number of times."""
    table = Table("Hops at most", "Airports", title=f"Within reach of {icao} by short hops", title_justify="left")
    for hops in range(1, 5):
        reachable = select(Airport).where(Airport.icao == icao).repeat(Airport.near, max_hops=hops).distinct()
        table.add_row(str(hops), f"{session.count(reachable):,}")
    console.print(table)


def show_busiest(session: Session) -> None:
    """Aggregate what a hop finds, and properties of the relationship, per node."""
    start, hop = alias(Airport, "start"), alias(Near, "hop")
    busiest = (
        select(start)
        .traverse(start.near, edge_alias=hop, optional=False)
        .aggregate(count(hop).as_("hops"), avg(hop.km).as_("km"), group_by=start)
        .order_by("hops DESC")
        .order_by(start.name)
        .limit(3)
    )
    table = Table("Airport", "Short hops", "Mean, km", title="Where airports lie densest", title_justify="left")
    for row in session.all_rows(busiest):
        table.add_row(row["start"].name, str(row["hops"]), f"{row['km']:.0f}")
    console.print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("airports.db"))
