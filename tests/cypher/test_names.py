"""Names and literals: quoting, and what is refused."""

from __future__ import annotations

import pytest

from runic.cypher import escape_identifier, escape_string, validate_identifier
from runic.cypher.names import escape_variable, validate_dotted
from runic.exceptions import InvalidArgumentError
from runic.ogm.driver.falkordb.dialect import FALKORDB
from tests.cypher.dialects import EVERYTHING, ONE_LABEL

INJECTIONS = [
    "a) DETACH DELETE n //",
    "n`) DETACH DELETE (m:`x",
    "a' OR '1'='1",
    "a\nDETACH DELETE n",
    "a;b",
    "a.b",
    "$p0",
    "a-b",
    "a b",
    "1a",
    "é",
    "имя",
    "ａ",
    "",
    "a\u0000",
    "a\u2028b",
    "²",
]
BROKEN = ["", "\x00", "a\x00b", "a\nb", "a\tb", "\x1b[0m", "a\x7f", "a\x85b", "a\u2028b", "a\ud800b"]


@pytest.mark.parametrize("name", ["n", "_", "_n1", "User", "CamelCase", "x" * 300, "match", "ORDER"])
def test_a_plain_name_is_written_bare(name: str) -> None:
    assert escape_identifier(name) == name
    assert escape_identifier(name, FALKORDB) == name
    assert escape_variable(name, FALKORDB) == name
    assert validate_identifier(name) == name


@pytest.mark.parametrize(
    "name", ["a b", "a-b", "1a", "é", "имя", "a.b", "$p", "//", "a) DETACH DELETE n //", "'", "\\", "²"]
)
def test_any_other_name_is_in_backticks(name: str) -> None:
    assert escape_identifier(name) == f"`{name}`"
    assert escape_identifier(name, FALKORDB) == f"`{name}`"
    assert escape_variable(name, FALKORDB) == f"`{name}`"


def test_a_backtick_is_doubled_or_refused() -> None:
    assert escape_identifier("a`b``") == "`a``b`````"
    assert escape_identifier("`", EVERYTHING) == "````"
    with pytest.raises(
        InvalidArgumentError, match=r"^FalkorDB cannot write the backtick in the name 'a`b'; rename it$"
    ):
        escape_identifier("a`b", FALKORDB)


@pytest.mark.parametrize("dialect", [None, FALKORDB, EVERYTHING])
@pytest.mark.parametrize("name", BROKEN)
def test_empty_names_and_control_characters_are_refused_everywhere(name: str, dialect: object) -> None:
    with pytest.raises(InvalidArgumentError):
        escape_identifier(name, dialect)


@pytest.mark.parametrize("word", ["distinct", "TRUE", "False", "null", "not"])
def test_reserved_variables_are_quoted_and_labels_of_that_name_are_not(word: str) -> None:
    assert escape_variable(word, FALKORDB) == f"`{word}`"
    assert escape_identifier(word, FALKORDB) == word


def test_a_dialect_may_quote_every_name() -> None:
    assert escape_identifier("order", ONE_LABEL) == "`order`"
    assert escape_variable("order", ONE_LABEL) == "order"
    assert escape_variable("count", ONE_LABEL) == "`count`"


@pytest.mark.parametrize("name", [*INJECTIONS, "a\n"])
def test_what_users_name_must_be_an_identifier(name: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        validate_identifier(name, "alias")
    assert str(caught.value) == (
        f"alias {name!r} is not an identifier; use letters, digits and underscores, not starting with a digit"
    )
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("name", ["f", "ns.f", "a.b.c"])
def test_functions_and_procedures_may_have_namespaces(name: str) -> None:
    assert validate_dotted(name, "function") == name


@pytest.mark.parametrize("name", ["", ".f", "f.", "a..b", "f(1)", "f ", "a b", "`f`", "f\n", "ns.f//"])
def test_other_functions_are_refused(name: str) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^function "):
        validate_dotted(name, "function")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain", "plain"),
        ("it's", "it\\'s"),
        ("\\", "\\\\"),
        ("\\'", "\\\\\\'"),
        ("a\nb\r\t\b\f", "a\\nb\\r\\t\\b\\f"),
        ('"`é😀$p0//', '"`é😀$p0//'),
        ("", ""),
    ],
)
def test_text_is_escaped_for_a_literal(text: str, escaped: str) -> None:
    assert escape_string(text) == escaped


def test_a_literal_holds_no_nul() -> None:
    with pytest.raises(InvalidArgumentError, match="NUL"):
        escape_string("a\x00")
