"""What the suite cannot know: how AcmeGraph is named."""

from runic.ogm import create_async_driver, create_driver


def test_a_scheme_stands_for_bolt() -> None:
    assert "bolt+s://db.example:7687" in repr(create_driver("acme+s://db.example"))


async def test_both_colours_take_a_name() -> None:
    create_driver("acme", host="db.example").close()
    await create_async_driver("acme", host="db.example").close()
