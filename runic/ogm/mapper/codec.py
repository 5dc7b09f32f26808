"""One model class for one dialect: reading a row into an entity, and an entity into a row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, cast

from runic.cypher import ast
from runic.cypher.dialect import Dialect, ExtraLabels
from runic.cypher.names import escape_identifier, escape_label
from runic.exceptions import FieldValidationError, MetadataError, OrmError
from runic.ogm.core._state import EdgeState, EntityState
from runic.ogm.core.metadata import EdgeMeta, ModelMeta, NodeMeta, node_meta_of
from runic.ogm.mapper._compiled import compile_hydrate, compile_scan
from runic.ogm.mapper.rows import Rows, encode_rows, values_of
from runic.ogm.mapper.values import FieldCodec

__all__ = ["EdgeCodec", "EntityCodec", "NodeCodec"]


class EntityCodec:
    """What nodes and edges of one class have in common.

    ``hydrate(element_id, properties, owner)`` makes a persistent entity; ``scan(entity, snapshot)`` names the fields
    that may have changed. Both are compiled from the fields.
    """

    state_class: type[EntityState] = EntityState

    def __init__(self, meta: ModelMeta, dialect: Dialect) -> None:
        # Here, so that a name which cannot be written is found before anything is sent.
        for field in meta.properties.values():
            escape_identifier(field.property or field.name, dialect)
        self.meta = meta
        self.cls: Any = meta.cls
        self.dialect = dialect
        self.fields: dict[str, FieldCodec] = {
            name: FieldCodec(field, dialect) for name, field in meta.properties.items()
        }
        self.stored: tuple[FieldCodec, ...] = tuple(f for f in self.fields.values() if not f.generated)
        self.names: tuple[str, ...] = tuple(field.name for field in self.stored)
        self.unique_names: frozenset[str] = frozenset(f.name for f in self.stored if f.unique and not f.key)
        self.relation_names: tuple[str, ...] = tuple(meta.relations)
        self._relation_set = frozenset(self.relation_names)
        self.hydrate: Callable[[Any, dict[str, Any], Any], Any] = compile_hydrate(self)
        self._scan: Callable[[Any, tuple[Any, ...]], list[str]] = compile_scan(self)

    def field(self, name: str) -> FieldCodec:
        """Return the codec of the property field *name*."""
        found = self.fields.get(name)
        if found is None:
            near = get_close_matches(name, self.fields, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise MetadataError(f"{self.cls.__name__} has no field {name!r}{hint}")
        return found

    def holds_relations(self, values: Mapping[str, Any]) -> bool:
        """Tell whether any relation is among what an entity holds."""
        return not self._relation_set.isdisjoint(values)

    # -- changes ------------------------------------------------------------------------------------------------

    def changes(self, entity: Any, state: EntityState) -> list[str]:
        """Return the names of the fields whose stored value would change; absent ones are skipped."""
        snapshot = state.snapshot
        if snapshot is None:
            return list(self.names)
        if not state.expired:
            try:
                suspects = self._scan(entity, snapshot)
            except Exception:
                # A value that cannot be compared, or one that was deleted: look at each on its own.
                suspects = list(self.names)
        else:
            suspects = list(self.names)
        if not suspects:
            return suspects
        values, position = entity.__dict__, self.names.index
        return [
            name
            for name in suspects
            if name in values and self.fields[name].differs(values[name], snapshot[position(name)])
        ]

    def snapshot_of(self, entity: Any) -> tuple[Any, ...]:
        """Return the snapshot of an entity as it is now; what it does not hold counts as None."""
        values = entity.__dict__
        return tuple(field.kept(values.get(field.name)) for field in self.stored)

    def portable_snapshot(self, snapshot: tuple[Any, ...]) -> Any:
        """Return a snapshot by field name, for an entity that leaves this process."""
        return {"dialect": self.dialect.name, "values": dict(zip(self.names, snapshot, strict=True))}

    def adopt_snapshot(self, state: EntityState) -> tuple[Any, ...] | None:
        """Return the snapshot of an entity that comes from elsewhere, or None when it is of another database."""
        snapshot: Any = state.snapshot
        if isinstance(snapshot, dict):
            portable = cast("Mapping[str, Any]", snapshot)
            known: Mapping[str, Any] = portable["values"]
            return tuple(map(known.get, self.names)) if portable["dialect"] == self.dialect.name else None
        return state.snapshot if state.codec is not None and state.codec.dialect is self.dialect else None

    # -- to the graph -------------------------------------------------------------------------------------------

    def row(self, entity: Any, names: Iterable[str] | None = None) -> list[Any]:
        """Return the stored values of *names*, or of all fields, after checking them.

        Raises :class:`FieldValidationError` naming class, field and key.
        """
        values = entity.__dict__
        fields = self.stored if names is None else [self.fields[name] for name in names]
        row: list[Any] = []
        for field in fields:
            if field.name not in values:
                # Written as None, what an object lost when it was expired would be lost in the graph as well.
                raise FieldValidationError(
                    f"{self.describe(entity)}: {field.name} has no value here, as after expire(); assign one"
                )
            value = values[field.name]
            if value is None and not field.optional:
                raise FieldValidationError(
                    f"{self.describe(entity)}: {field.name} is required and is None; "
                    f"give it a value or annotate it as optional"
                )
            try:
                row.append(field.encode(value))
            except FieldValidationError as error:
                raise FieldValidationError(f"{self.describe(entity)}: {error}") from error
        return row

    def rows(self, entities: Sequence[Any], names: Sequence[str] | None = None) -> tuple[Rows, Rows]:
        """Return the :meth:`row` of each entity, and what a snapshot keeps of it."""
        names = self.names if names is None else names
        fields = [self.fields[name] for name in names]
        try:
            return encode_rows(fields, values_of(entities, names))
        except (AttributeError, OrmError):
            stored = [self.row(entity, names) for entity in entities]  # which says whose value is at fault
        kept = [
            [entity.__dict__.get(f.name) if f.by_value else value for f, value in zip(fields, row, strict=True)]
            for entity, row in zip(entities, stored, strict=True)
        ]
        return stored, kept

    def check_attributes(self, entity: Any) -> None:
        """Raise :class:`FieldValidationError` for a public attribute that is no field: it would be lost."""
        known = self.meta.attributes
        if known.issuperset(entity.__dict__):
            return
        for name in entity.__dict__:
            if name not in known and not name.startswith("_"):
                found = get_close_matches(str(name), self.meta.fields, 1)
                hint = f"; did you mean {found[0]!r}?" if found else "; declare it, or start it with an underscore"
                raise FieldValidationError(f"{self.describe(entity)} has no field {name!r}, so it would be lost{hint}")

    def forget(self, values: dict[str, Any]) -> None:
        """Remove what an object holds of its fields, and public names that are none."""
        known, fields = self.meta.attributes, self.meta.fields
        for name in list(values):
            if name in fields or (name not in known and not name.startswith("_")):
                del values[name]

    def describe(self, entity: Any) -> str:
        """Return how an error names *entity*."""
        return repr(entity)

    def assignments(
        self,
        variable: str,
        row: ast.Expression,
        start: int,
        names: Iterable[str],
        *,
        missing: bool = False,
        without: Collection[str] = (),
    ) -> tuple[ast.SetProperty, ...]:
        """Return ``SET`` items that read *names* from the elements of *row* from *start* on, leaving *without* out.

        With *missing* they set only what is not there.
        """
        items: list[ast.SetProperty] = []
        for position, field in enumerate(self.fields[name] for name in names):
            if field.name in without:
                continue
            value = field.wrapped(ast.Index(row, start + position))
            if missing:
                value = ast.Function("coalesce", (ast.Property(variable, field.property), value))
            items.append(ast.SetProperty(variable, field.property, value))
        return tuple(items)

    def pattern_properties(self, row: ast.Expression, start: int) -> tuple[tuple[str, ast.Expression], ...]:
        """Return all fields as the properties of a pattern, read from the elements of *row* from *start* on."""
        return tuple(
            (field.property, field.wrapped(ast.Index(row, start + position)))
            for position, field in enumerate(self.stored)
        )


class NodeCodec(EntityCodec):
    """A node class for one dialect."""

    def __init__(self, meta: NodeMeta, dialect: Dialect) -> None:
        if meta.abstract:
            raise MetadataError(
                f"{meta.cls.__name__} is abstract: it has no labels={[meta.cls.__name__]!r} and so no nodes of its own"
            )
        super().__init__(meta, dialect)
        self.labels: tuple[str, ...] = tuple(meta.labels)
        for label in self.labels if dialect.extra_labels is ExtraLabels.AS_LABELS else self.labels[:1]:
            escape_label(label, dialect)
        self.root: type = meta.root
        self.root_label: str = node_meta_of(meta.root).primary_label
        self.key: FieldCodec = self.fields[meta.key.name]
        if self.key.many or self.key.wrap in ("vector", "point"):
            raise MetadataError(
                f"{meta.cls.__name__}.{self.key.name} is the primary key and cannot be a list, vector or location; "
                "use one text, number or other plain value"
            )
        if self.key.numbered and not dialect.integer_id:
            raise MetadataError(
                f"{meta.cls.__name__}.{self.key.name} is generated, and the element ids of {dialect.name} are no "
                "integers; annotate it as str"
            )
        self.key_position: int = -1 if self.key.generated else self.names.index(self.key.name)

    def stored_key(self, value: Any) -> Any:
        """Return the key *value* as the graph holds it: the identity map's form.

        Raises :class:`FieldValidationError` for a value that no key can have.
        """
        if not self.key.generated:
            return self.key.encode(value)
        return self.key.element_id(value)

    def identity_key(self, element_id: Any) -> Any:
        """Return the identity map's key of a node whose key is generated."""
        return self.key.element_key(element_id) if self.key.numbered else element_id

    def snapshot_key(self, state: EntityState) -> Any:
        """Return the key under which the graph holds a persistent entity."""
        if self.key.generated:
            return self.identity_key(state.element_id)
        assert state.snapshot is not None
        kept = state.snapshot[self.key_position]
        return self.key.encode(kept) if self.key.by_value and type(kept) is not self.key.plain else kept

    def describe(self, entity: Any) -> str:
        return f"{self.cls.__name__}({self.key.name}={entity.__dict__.get(self.key.name)!r})"


class EdgeCodec(EntityCodec):
    """An edge class for one dialect."""

    state_class = EdgeState

    def __init__(self, meta: EdgeMeta, dialect: Dialect) -> None:
        if meta.abstract:
            raise MetadataError(f"{meta.cls.__name__} is abstract: give it type='RELATIONSHIP_TYPE'")
        super().__init__(meta, dialect)
        self.type = meta.type
        escape_label(meta.type, dialect)
