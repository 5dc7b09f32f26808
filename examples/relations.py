"""Relations: declare them, read them lazily or ahead, change them by assignment or with relate().

    python examples/relations.py

Written in the typed style: ``Many[Song, Wrote]`` is a list of songs reached over ``Wrote`` edges.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from runic.ogm import (
    DetachedEntityError,
    Edge,
    Many,
    Node,
    One,
    Property,
    Session,
    create_driver,
    many,
    one,
    prop,
    select,
)


class Wrote(Edge, type="WROTE"):
    """The properties of an authorship."""

    share: Property[int]
    year: Property[int | None] = prop(default=None)


class Label(Node, labels=["Label"]):
    """The same SIGNED_TO relationships as ``Artist.label``, seen from their other end."""

    name: Property[str] = prop(primary_key=True)
    artists: Many[Artist] = many("SIGNED_TO", direction="INCOMING")


class Artist(Node, labels=["Artist"]):
    """``cascade=True`` saves new songs together with their artist; without it they have to be added."""

    name: Property[str] = prop(primary_key=True)
    label: One[Label] = one("SIGNED_TO")
    songs: Many[Song] = many("PERFORMS", cascade=True)
    written: Many[Song, Wrote] = many("WROTE")
    # A relationship without an orientation: whoever wrote it, both ends see it.
    played_with: Many[Artist] = many("PLAYED_WITH", direction="BOTH")


class Song(Node, labels=["Song"]):
    """A song, with its writers in the other direction."""

    title: Property[str] = prop(primary_key=True)
    writers: Many[Artist, Wrote] = many("WROTE", direction="INCOMING")


def main(folder: Path) -> None:
    """Walk through the life of relations."""
    with closing(create_driver("falkordb", path=folder / "music.db", graph="music")) as driver:
        with Session(driver) as session:
            build(session)
        with Session(driver) as session:
            read(session)
        with Session(driver) as session:
            change(session)
        with Session(driver) as session:
            edges(session)
        with Session(driver) as session:
            nina = session.get_one(Artist, "Nina")
        detached(nina)


def build(session: Session) -> None:
    """Relations are constructor arguments and attributes; one add() and the cascade bring the songs along."""
    blue_note = Label(name="Blue Note")
    nina = Artist(name="Nina", label=blue_note, songs=[Song(title="Sinnerman"), Song(title="Feeling Good")])
    miles = Artist(name="Miles")
    session.add_all([blue_note, nina, miles])
    nina.played_with.append(miles)
    session.commit()
    print("Stored:", session.count(select(Artist)), "artists and", session.count(select(Song)), "songs")


def read(session: Session) -> None:
    """Lazily, one query at the first access; or ahead with fetch=, one query per relation however many parents."""
    nina = session.get_one(Artist, "Nina")
    print("Lazily:", sorted(song.title for song in nina.songs))
    label = session.get_one(Label, "Blue Note", fetch=["artists.songs"])  # two steps deep
    print("Ahead:", [(artist.name, len(artist.songs)) for artist in label.artists])
    print("One object per node:", label.artists[0] is nina)
    miles = session.get_one(Artist, "Miles")
    print("From the other end:", [artist.name for artist in miles.played_with])


def change(session: Session) -> None:
    """Assign and mutate like plain attributes; commit writes the edges that came and deletes those that left."""
    nina, miles = session.get_one(Artist, "Nina"), session.get_one(Artist, "Miles")
    miles.label = nina.label
    nina.label = None
    nina.songs = [song for song in nina.songs if song.title != "Sinnerman"]
    session.commit()
    print("Labels:", nina.label, "and", miles.label.name if miles.label else None)
    print("Songs left:", [song.title for song in nina.songs])


def edges(session: Session) -> None:
    """A relation whose edge class has required fields is changed with relate(), which creates or updates."""
    nina, song = session.get_one(Artist, "Nina"), session.get_one(Song, "Feeling Good")
    session.relate(nina, Artist.written, song, edge=Wrote(share=40))
    session.relate(nina, Artist.written, song, edge=Wrote(share=60, year=1965))  # the same edge, updated
    statement = (
        select(Artist)
        .alias("a")
        .traverse(Artist.written, edge_alias="w", optional=False)
        .alias("s")
        .where(Wrote.share > 50, on="w")
        .return_nodes("a", "s")
        .return_edge("w")
    )
    for artist, wrote, written in session.all_with_edges(statement):
        print(f"{artist.name} wrote {wrote.share}% of {written.title} in {wrote.year}")
    session.unrelate(nina, Artist.written, song)
    print("Writers after unrelate():", song.writers)


def detached(nina: Artist) -> None:
    """After its session an object keeps what was loaded, and says what was not."""
    print("Loaded:", nina.name)
    try:
        print(nina.songs)
    except DetachedEntityError as error:
        print("DetachedEntityError:", error)


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(Path(temporary))
