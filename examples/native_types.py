"""Native types: vectors, points, interned texts, and a converter of one's own.

    python examples/native_types.py

Written in the plain style. FalkorDB stores vectors and points in 32 bits per number: what is read back is rounded,
and the session does not take that for a change.
"""

from __future__ import annotations

from contextlib import closing
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from runic.migrate import SchemaManager
from runic.ogm import Field, GeoLocation, Node, Session, TypeConverter, Vector, create_driver, select


class IPv4Converter(TypeConverter):
    """Store an address as its number, so that ranges compare."""

    def to_graph(self, value: Any) -> int:
        return int(IPv4Address(value))

    def from_graph(self, value: Any) -> IPv4Address:
        return IPv4Address(value)


class Station(Node, labels=["Station"]):
    """A weather station."""

    id: str = Field(primary_key=True)
    # Kept once by the server, however many stations share it.
    country: str = Field(interned=True)
    place: GeoLocation
    climate: Vector = Field(index_type="VECTOR", dimension=3, similarity="euclidean")
    address: IPv4Address = Field(converter=IPv4Converter())


def main(folder: Path) -> None:
    """Store stations and ask for the near and the similar."""
    with closing(create_driver("falkordb", path=folder / "weather.db", graph="weather")) as driver:
        SchemaManager(driver).sync_schema([Station])  # the vector search needs its index
        with Session(driver) as session:
            fill(session)
        with Session(driver) as session:
            read(session)
            similar(session)
            near(session)
            converted(session)


def fill(session: Session) -> None:
    """Store three stations: place, and (temperature, rain, wind)."""
    stations = [
        ("zermatt", "Switzerland", GeoLocation(46.0207, 7.7491), [0.1, 0.3, 0.2], "10.0.0.1"),
        ("lugano", "Switzerland", GeoLocation(46.0037, 8.9511), [0.7, 0.6, 0.1], "10.0.0.2"),
        ("bergen", "Norway", GeoLocation(60.3913, 5.3221), [0.3, 1.0, 0.6], "10.0.1.1"),
    ]
    for id, country, place, climate, address in stations:
        session.add(Station(id=id, country=country, place=place, climate=Vector(climate), address=IPv4Address(address)))


def read(session: Session) -> None:
    """Values come back as their own types, rounded by the server, and count as unchanged."""
    station = session.get_one(Station, "zermatt")
    print("Place:", type(station.place).__name__, round(station.place.latitude, 3), round(station.place.longitude, 3))
    print("Climate:", type(station.climate).__name__, [round(number, 3) for number in station.climate])
    print("Address:", repr(station.address))
    session.expire(station)
    station.climate = Vector([0.1, 0.3, 0.2])  # what was stored, before it was rounded
    session.commit()
    print("Country:", station.country)


def similar(session: Session) -> None:
    """Find the nearest vectors; the index picks k nodes, then filters apply to those."""
    found = session.vector_search(Station, field=Station.climate, vector=[0.2, 0.4, 0.2], k=2)
    print("Similar to mild weather:", [station.id for station in found.all()])
    for row in found.project(Station.id, "score").all_rows():
        print(f"  {row['n.id']}: distance {row['score']:.3f}")


def near(session: Session) -> None:
    """Functions of the database are raw Cypher's; models= turns its nodes into objects of the session."""
    query = (
        "MATCH (s:Station) WITH s, distance(s.place, point({latitude: $lat, longitude: $lon})) AS metres "
        "WHERE metres < 150000 RETURN s, metres ORDER BY metres"
    )
    for station, metres in session.execute(query, {"lat": 46.2, "lon": 8.0}, models=Station).rows:
        print(f"Within 150 km: {station.id} ({round(metres / 1000)} km)")


def converted(session: Session) -> None:
    """A converter serves filters too."""
    subnet = select(Station).where(Station.address < IPv4Address("10.0.1.0")).order_by(Station.address)
    print("In the first subnet:", [str(station.address) for station in session.scalars(subnet)])


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(Path(temporary))
