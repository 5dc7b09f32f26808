"""The managers' flows driven by hand, FalkorDB's statements, and adapters that are not ours: no database."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Sequence
from typing import Any

import pytest

import runic.migrate
from runic.cypher.dialect import Dialect
from runic.cypher.schema import IndexState, LiveIndex
from runic.exceptions import (
    ConflictError,
    ConnectionLostError,
    ConstraintViolationError,
    DriverError,
    MetadataError,
    QuerySyntaxError,
    UnsupportedFeatureError,
)
from runic.migrate import IndexManager, IndexSpec, SchemaManager, _reconcile
from runic.migrate import schema as managers
from runic.ogm.driver import GraphResult
from runic.ogm.driver.falkordb.ddl import FalkorDBSchema
from runic.ogm.driver.falkordb.dialect import FALKORDB
from runic.ogm.driver.schema import Command, Execute, Pause, SchemaFlow
from tests.migrate.models import Knows, Person

spec = pytest.mark.spec
NAME, BIO = IndexSpec("P", "name", "RANGE"), IndexSpec("P", "bio", "FULLTEXT")
EMAIL = IndexSpec("P", "email", "UNIQUE")


class Graph:
    graph_name = "g"
    dialect = FALKORDB


def drain(flow: SchemaFlow[Any], *answers: Any) -> list[Any]:
    """Return the requests of a flow, each answered with the next of *answers*, then with nothing found."""
    requests: list[Any] = []
    queue = list(answers)
    try:
        request = next(flow)
        while True:
            requests.append(request)
            request = flow.send(queue.pop(0) if queue else GraphResult())
    except StopIteration:
        return requests


def texts(requests: list[Any]) -> list[Any]:
    return [request.cypher if isinstance(request, Execute) else request.arguments for request in requests]


# ---- FalkorDB's spelling


@spec(412)
@pytest.mark.parametrize(
    ("specs", "sent"),
    [
        ([NAME], ["CREATE INDEX FOR (e:P) ON (e.name)"]),
        ([IndexSpec("K", "w", "RANGE", "RELATIONSHIP")], ["CREATE INDEX FOR ()-[e:K]-() ON (e.w)"]),
        (
            [BIO, IndexSpec("P", "life motto", "FULLTEXT")],
            ["CREATE FULLTEXT INDEX FOR (e:P) ON (e.bio, e.`life motto`)"],
        ),
        (
            [IndexSpec("P", "v", "VECTOR", dimension=3)],
            ["CREATE VECTOR INDEX FOR (e:P) ON (e.v) OPTIONS {dimension: 3, similarityFunction: 'cosine'}"],
        ),
        (
            [IndexSpec("K", "w", "MANDATORY", "RELATIONSHIP", ("x",))],
            [("GRAPH.CONSTRAINT", "CREATE", "g", "MANDATORY", "RELATIONSHIP", "K", "PROPERTIES", 2, "w", "x")],
        ),
    ],
)
def test_what_is_sent_to_create(specs: list[IndexSpec], sent: list[Any]) -> None:
    assert texts(drain(FalkorDBSchema(Graph()).create(specs, ()))) == sent


def test_full_text_properties_that_are_there_are_left_out() -> None:
    more = IndexSpec("P", "title", "FULLTEXT")
    assert texts(drain(FalkorDBSchema(Graph()).create([BIO, more], {BIO}))) == [
        "CREATE FULLTEXT INDEX FOR (e:P) ON (e.title)"
    ]


def test_a_unique_constraint_comes_after_a_look_at_the_data_and_its_index() -> None:
    look, index, constraint = drain(FalkorDBSchema(Graph()).create([EMAIL], ()))
    assert look.cypher.startswith("MATCH (e:P) WITH")
    assert not look.write
    assert index == Execute("CREATE INDEX FOR (e:P) ON (e.email)", write=True)
    assert constraint == Command(("GRAPH.CONSTRAINT", "CREATE", "g", "UNIQUE", "NODE", "P", "PROPERTIES", 1, "email"))


# ---- a backend that does as it is told


class Scripted:
    """A schema backend in memory: what it is asked to create it builds in the number of looks given."""

    def __init__(self, *live: LiveIndex, looks: int = 0, fails: dict[IndexSpec, IndexState] | None = None) -> None:
        self.live = {known.spec: known.state for known in live}
        self.faults = {known.spec: known.fault for known in live}
        self.log: list[tuple[Any, ...]] = []
        self.errors: list[tuple[Exception, list[IndexSpec]]] = []
        self._looks, self._fails = looks, fails or {}

    def check(self, spec: IndexSpec) -> None:
        self.log.append(("check", spec.property))

    def read(self) -> SchemaFlow[list[LiveIndex]]:
        yield Execute("read")
        building = [known for known, state in self.live.items() if state is IndexState.BUILDING]
        for known in building:
            self._looks -= 1
            if self._looks < 0:
                self.live[known] = self._fails.get(known, IndexState.READY)
        return [LiveIndex(known, state, self.faults.get(known, "")) for known, state in self.live.items()]

    def create(self, specs: Sequence[IndexSpec], live: Collection[IndexSpec]) -> SchemaFlow[None]:
        yield Execute("create")
        self.log.append(("create", *(known.property for known in specs)))
        if self.errors:
            error, meanwhile = self.errors.pop(0)
            self.live |= dict.fromkeys(meanwhile, IndexState.READY)
            raise error
        self.live |= {known: IndexState.BUILDING for known in specs if known not in live}

    def drop(self, spec: IndexSpec) -> SchemaFlow[None]:
        yield Execute("drop")
        self.log.append(("drop", spec.index_type, spec.property))
        del self.live[spec]
        self.faults.pop(spec, None)

    def ensure_types(self, labels: Sequence[str], types: Sequence[str]) -> SchemaFlow[None]:
        yield Execute("types")
        self.log.append(("types", labels, types))


def test_creating_waits_longer_each_time_until_all_is_built() -> None:
    requests = drain(_reconcile.create(Scripted(looks=9), [NAME], 300))
    pauses = [request.seconds for request in requests if isinstance(request, Pause)]
    assert len(pauses) == 9
    assert pauses == sorted(pauses)
    assert max(pauses) == 0.25


def test_waiting_ends_at_the_deadline() -> None:
    with pytest.raises(DriverError, match=r"still not built after 1 s: RANGE on :P\(name\)"):
        drain(_reconcile.create(Scripted(looks=10**6), [NAME], 1))


def test_what_was_made_by_somebody_else_meanwhile_is_no_error() -> None:
    backend = Scripted()
    title = IndexSpec("P", "title", "FULLTEXT")
    backend.errors = [(QuerySyntaxError("already indexed"), [BIO]), (QuerySyntaxError("already indexed"), [title])]
    drain(_reconcile.create(backend, [BIO, title], 1))
    assert set(backend.live) == {BIO, title}


@pytest.mark.parametrize("error", [QuerySyntaxError("no"), ConnectionLostError("gone")])
def test_any_other_refusal_is_passed_on(error: Exception) -> None:
    backend = Scripted()
    backend.errors = [(error, []), (error, [])]
    with pytest.raises(type(error)):
        drain(_reconcile.create(backend, [NAME], 1))


def test_a_conflict_with_another_transaction_is_tried_again_up_to_a_limit() -> None:
    backend = Scripted()
    backend.errors = [(ConflictError("deadlock"), [])] * 3
    drain(_reconcile.create(backend, [NAME], 1))
    assert list(backend.live) == [NAME]
    backend.errors = [(ConflictError("deadlock"), [])] * 100
    with pytest.raises(ConflictError):
        drain(_reconcile.create(backend, [BIO], 1))
    assert len(backend.errors) > 50


def test_a_constraint_that_the_data_contradict_does_not_keep_the_others_from_being_made() -> None:
    backend = Scripted()
    backend.errors = [(ConstraintViolationError("UNIQUE does not hold"), [])]
    with pytest.raises(ConstraintViolationError, match="UNIQUE does not hold"):
        drain(_reconcile.create(backend, [EMAIL, IndexSpec("P", "name", "MANDATORY")], 1))
    assert list(backend.live) == [IndexSpec("P", "name", "MANDATORY")]


def test_an_index_that_is_there_with_a_fault_is_changed_and_built_anew_on_request() -> None:
    backend = Scripted(LiveIndex(BIO, fault="the name 'x'"))
    with pytest.raises(MetadataError, match=r"FULLTEXT on :P\(bio\): the graph has it with the name 'x'"):
        drain(_reconcile.create(backend, [BIO], 1))
    drain(_reconcile.synchronise(backend, [BIO], 1, drop_extra=True))
    assert [entry for entry in backend.log if entry[0] != "check"] == [("drop", "FULLTEXT", "bio"), ("create", "bio")]


def test_a_failed_constraint_is_made_anew_and_removed_when_it_fails_again() -> None:
    backend = Scripted(LiveIndex(EMAIL, IndexState.FAILED), fails={EMAIL: IndexState.FAILED})
    with pytest.raises(DriverError, match=r"UNIQUE on :P\(email\) does not hold: the graph has duplicates"):
        drain(_reconcile.create(backend, [EMAIL], 1))
    assert backend.log == [
        ("check", "email"), ("drop", "UNIQUE", "email"), ("create", "email"), ("drop", "UNIQUE", "email"),
    ]  # fmt: skip


def test_synchronising_creates_before_it_drops_and_constraints_go_first() -> None:
    old, other = IndexSpec("Q", "a", "UNIQUE"), IndexSpec("A", "a", "RANGE")
    backend = Scripted(LiveIndex(other), LiveIndex(old))
    drain(_reconcile.synchronise(backend, [EMAIL, NAME], 1, drop_extra=True))
    assert [entry for entry in backend.log if entry[0] != "check"] == [
        ("create", "name"), ("create", "email"), ("drop", "UNIQUE", "a"), ("drop", "RANGE", "a"),
    ]  # fmt: skip


# ---- adapters that are not ours


class Recorder:
    """An adapter in memory, as users write them."""

    def __init__(self, *existing: IndexSpec) -> None:
        self.existing = set(existing)
        self.calls: list[tuple[Any, ...]] = []

    def get_existing_specs(self) -> set[IndexSpec]:
        return self.existing

    def __getattr__(self, name: str) -> Any:
        if not name.startswith(("create_", "drop_")):
            raise AttributeError(name)
        return lambda *args, **options: self.calls.append((name, *args, *options.items()))


@spec(411, 412, 420)
def test_a_foreign_adapter_gets_one_call_for_the_full_text_of_a_label() -> None:
    adapter = Recorder(IndexSpec("Person", "name", "RANGE"), IndexSpec("Person", "bio", "FULLTEXT"))
    IndexManager(adapter).create_indexes(Person)
    assert adapter.calls == [
        ("create_range_index", "Person", "id"),
        ("create_range_index", "Person", "created"),
        ("create_range_index", "Person", "bio"),
        ("create_fulltext_index", "Person", "bio", "life motto"),
        ("create_constraint", "UNIQUE", "NODE", "Person", ["email"]),
    ]


@spec(415, 416, 418)
def test_a_foreign_adapter_is_synchronised_types_first_drops_last() -> None:
    adapter = Recorder(IndexSpec("Old", "a", "RANGE"), IndexSpec("Old", "a", "MANDATORY"))
    SchemaManager(adapter).sync_schema([Knows], drop_extra=True)
    assert adapter.calls[:6] == [
        ("create_edge_type", "KNOWS"),
        ("create_range_index", "KNOWS", "since", ("rel", True)),
        ("create_fulltext_index", "KNOWS", "note", ("rel", True)),
        ("create_constraint", "UNIQUE", "RELATIONSHIP", "KNOWS", ["code"]),
        ("drop_constraint", "MANDATORY", "NODE", "Old", ["a"]),
        ("drop_range_index", "Old", "a"),
    ]


# ---- the package


@spec(421)
def test_the_package_offers_its_names_and_no_others() -> None:
    for name in runic.migrate.__all__:
        assert getattr(runic.migrate, name) is not None
        assert name in dir(runic.migrate)
    with pytest.raises(AttributeError, match="nothing"):
        _ = runic.migrate.nothing


@pytest.mark.parametrize("name", ["IndexManager", "SchemaManager"])
def test_both_colours_have_the_same_methods(name: str) -> None:
    plain, twin = getattr(managers, name), getattr(managers, f"Async{name}")
    ours = {method for method in dir(plain) if not method.startswith("_")}
    assert ours == {method for method in dir(twin) if not method.startswith("_")}
    for method in ours:
        one, other = getattr(plain, method), getattr(twin, method)
        assert list(inspect.signature(one).parameters) == list(inspect.signature(other).parameters)
        assert not inspect.iscoroutinefunction(one)
        assert inspect.iscoroutinefunction(other)


def test_a_database_without_schema_management_says_so() -> None:
    class Driver:
        dialect = Dialect(name="Other")

        def connect(self) -> None: ...

        def execute(self, cypher: str, params: Any = None, write: bool = False) -> None: ...

    with pytest.raises(UnsupportedFeatureError, match="Other has no schema management"):
        IndexManager(Driver())
