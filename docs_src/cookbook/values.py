"""Recipes: what values become on FalkorDB."""

from datetime import UTC, datetime
from decimal import Decimal

from runic.ogm import FieldValidationError, GeoLocation, Node, Property, Session, Vector, create_driver, prop, select


class Reading(Node, labels=["Reading"]):
    id: Property[str] = prop(primary_key=True)
    value: Property[float] = prop(default=0.0)
    place: Property[GeoLocation | None] = prop(default=None)
    shape: Property[Vector | None] = prop(default=None)
    at: Property[datetime | None] = prop(default=None, timezone=True)
    price: Property[Decimal] = prop(default=Decimal(0))
    code: Property[str | None] = prop(default=None, unique=True)


driver = create_driver("falkordb", path="readings.db", graph="readings")

# region floats
with Session(driver) as session:
    session.add(Reading(id="r1", value=0.1 + 0.2, place=GeoLocation(47.3769, 8.5417), shape=Vector([0.1, 0.2])))

with Session(driver) as session:
    reading = session.get_one(Reading, "r1")
    print(reading.value)  # 0.3: the server answers with 15 digits of a float
    print(reading.place)  # about 47.3769, 8.5417: points and vectors have 32 bits per number
    reading.value = 0.1 + 0.2  # the value that was stored is no change: nothing is sent
    # endregion floats
    assert reading.value == 0.1 + 0.2
    session.refresh(reading)
    assert reading.value == 0.3
    assert reading.place is not None
    assert reading.place != GeoLocation(47.3769, 8.5417)
    assert abs(reading.place.latitude - 47.3769) < 1e-5

# region decimals
with Session(driver) as session:
    session.add(Reading(id="r2", price=Decimal("19.90")))  # stored as text, exactly
with Session(driver) as session:
    print(session.get_one(Reading, "r2").price)  # 19.90
    # endregion decimals
    assert str(session.get_one(Reading, "r2").price) == "19.90"

# region datetimes
with Session(driver) as session:
    session.add(Reading(id="r3", at=datetime(2026, 3, 1, 12, tzinfo=UTC)))
    session.commit()
    later = select(Reading).where(Reading.at > datetime(2026, 1, 1, tzinfo=UTC))
    print(session.count(later))  # 1
    try:
        session.add(Reading(id="r4", at=datetime(2026, 3, 1, 12)))
        session.flush()
    except FieldValidationError as error:
        print(error)  # the field says timezone=True
        session.rollback()
    # endregion datetimes
    assert session.count(later) == 1

# region unique
with Session(driver) as session:
    for code in ("", " padded", "x" * 5_000):
        session.add(Reading(id="r5", code=code))
        try:
            session.flush()
        except FieldValidationError as error:
            print(str(error)[:100])
        session.rollback()
    session.add(Reading(id="r5", code=None))  # no value is no duplicate of another
# endregion unique
with Session(driver) as session:
    assert session.get(Reading, "r5") is not None

driver.close()
