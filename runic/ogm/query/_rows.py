"""The methods that say what rows hold, with their types for one to eight columns.

One overload per number of columns: Python has no way to map the types of a variadic argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from runic.ogm.core.descriptors import Property
from runic.ogm.core.expressions import AggExpr
from runic.ogm.query._chain import Chain

if TYPE_CHECKING:
    from runic.ogm.query.builder import Rows

__all__ = ["RowMethods", "Shown"]

R = TypeVar("R")
K = TypeVar("K")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")
J = TypeVar("J")

# A field shows its values, a class or an alias of one its nodes.
type Shown[V] = Property[V] | type[V]


class RowMethods(Chain[R]):
    """What :class:`QueryBuilder` has of them."""

    __slots__ = ()

    @overload
    def project(self, f1: Shown[A], /) -> Rows[A, tuple[A]]: ...
    @overload
    def project(self, f1: Shown[A], f2: Shown[B], /) -> Rows[A, tuple[A, B]]: ...
    @overload
    def project(self, f1: Shown[A], f2: Shown[B], f3: Shown[C], /) -> Rows[A, tuple[A, B, C]]: ...
    @overload
    def project(self, f1: Shown[A], f2: Shown[B], f3: Shown[C], f4: Shown[D], /) -> Rows[A, tuple[A, B, C, D]]: ...
    @overload
    def project(
        self, f1: Shown[A], f2: Shown[B], f3: Shown[C], f4: Shown[D], f5: Shown[F], /
    ) -> Rows[A, tuple[A, B, C, D, F]]: ...
    @overload
    def project(
        self, f1: Shown[A], f2: Shown[B], f3: Shown[C], f4: Shown[D], f5: Shown[F], f6: Shown[G], /
    ) -> Rows[A, tuple[A, B, C, D, F, G]]: ...
    @overload
    def project(
        self,
        f1: Shown[A],
        f2: Shown[B],
        f3: Shown[C],
        f4: Shown[D],
        f5: Shown[F],
        f6: Shown[G],
        f7: Shown[H],
        /,
    ) -> Rows[A, tuple[A, B, C, D, F, G, H]]: ...
    @overload
    def project(
        self,
        f1: Shown[A],
        f2: Shown[B],
        f3: Shown[C],
        f4: Shown[D],
        f5: Shown[F],
        f6: Shown[G],
        f7: Shown[H],
        f8: Shown[J],
        /,
    ) -> Rows[A, tuple[A, B, C, D, F, G, H, J]]: ...
    @overload
    def project(self, f1: A, /) -> Rows[A, tuple[A]]: ...
    @overload
    def project(self, f1: A, f2: B, /) -> Rows[A, tuple[A, B]]: ...
    @overload
    def project(self, f1: A, f2: B, f3: C, /) -> Rows[A, tuple[A, B, C]]: ...
    @overload
    def project(self, f1: A, f2: B, f3: C, f4: D, /) -> Rows[A, tuple[A, B, C, D]]: ...
    @overload
    def project(self, f1: A, f2: B, f3: C, f4: D, f5: F, /) -> Rows[A, tuple[A, B, C, D, F]]: ...
    @overload
    def project(self, f1: A, f2: B, f3: C, f4: D, f5: F, f6: G, /) -> Rows[A, tuple[A, B, C, D, F, G]]: ...
    @overload
    def project(self, f1: A, f2: B, f3: C, f4: D, f5: F, f6: G, f7: H, /) -> Rows[A, tuple[A, B, C, D, F, G, H]]: ...
    @overload
    def project(
        self, f1: A, f2: B, f3: C, f4: D, f5: F, f6: G, f7: H, f8: J, /
    ) -> Rows[A, tuple[A, B, C, D, F, G, H, J]]: ...
    @overload
    def project(self, *fields: Any) -> Rows[Any, tuple[Any, ...]]: ...
    def project(self, *fields: Any) -> Any:
        """Return these values instead of nodes: fields, ``"alias.property"``, or whole aliases.

        Raises :class:`InvalidTypeError` for what is none of them; texts are checked when the statement is built.
        """
        return self._projected(fields)

    @overload
    def aggregate(self, a1: AggExpr[A], /, *, group_by: None = None) -> Rows[A, tuple[A]]: ...
    @overload
    def aggregate(self, a1: AggExpr[A], a2: AggExpr[B], /, *, group_by: None = None) -> Rows[A, tuple[A, B]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], /, *, group_by: None = None
    ) -> Rows[A, tuple[A, B, C]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], a4: AggExpr[D], /, *, group_by: None = None
    ) -> Rows[A, tuple[A, B, C, D]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        /,
        *,
        group_by: None = None,
    ) -> Rows[A, tuple[A, B, C, D, F]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        a6: AggExpr[G],
        /,
        *,
        group_by: None = None,
    ) -> Rows[A, tuple[A, B, C, D, F, G]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        a6: AggExpr[G],
        a7: AggExpr[H],
        /,
        *,
        group_by: None = None,
    ) -> Rows[A, tuple[A, B, C, D, F, G, H]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        a6: AggExpr[G],
        a7: AggExpr[H],
        a8: AggExpr[J],
        /,
        *,
        group_by: None = None,
    ) -> Rows[A, tuple[A, B, C, D, F, G, H, J]]: ...
    @overload
    def aggregate(self, a1: AggExpr[A], /, *, group_by: Property[K]) -> Rows[K, tuple[K, A]]: ...
    @overload
    def aggregate(self, a1: AggExpr[A], a2: AggExpr[B], /, *, group_by: Property[K]) -> Rows[K, tuple[K, A, B]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], /, *, group_by: Property[K]
    ) -> Rows[K, tuple[K, A, B, C]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], a4: AggExpr[D], /, *, group_by: Property[K]
    ) -> Rows[K, tuple[K, A, B, C, D]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        /,
        *,
        group_by: Property[K],
    ) -> Rows[K, tuple[K, A, B, C, D, F]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        a6: AggExpr[G],
        /,
        *,
        group_by: Property[K],
    ) -> Rows[K, tuple[K, A, B, C, D, F, G]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        a6: AggExpr[G],
        a7: AggExpr[H],
        /,
        *,
        group_by: Property[K],
    ) -> Rows[K, tuple[K, A, B, C, D, F, G, H]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        a6: AggExpr[G],
        a7: AggExpr[H],
        a8: AggExpr[J],
        /,
        *,
        group_by: Property[K],
    ) -> Rows[K, tuple[K, A, B, C, D, F, G, H, J]]: ...
    @overload
    def aggregate(self, a1: AggExpr[A], /, *, group_by: type[K]) -> Rows[K, tuple[K, A]]: ...
    @overload
    def aggregate(self, a1: AggExpr[A], a2: AggExpr[B], /, *, group_by: type[K]) -> Rows[K, tuple[K, A, B]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], /, *, group_by: type[K]
    ) -> Rows[K, tuple[K, A, B, C]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], a4: AggExpr[D], /, *, group_by: type[K]
    ) -> Rows[K, tuple[K, A, B, C, D]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], a4: AggExpr[D], a5: AggExpr[F], /, *, group_by: type[K]
    ) -> Rows[K, tuple[K, A, B, C, D, F]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        a6: AggExpr[G],
        /,
        *,
        group_by: type[K],
    ) -> Rows[K, tuple[K, A, B, C, D, F, G]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        a6: AggExpr[G],
        a7: AggExpr[H],
        /,
        *,
        group_by: type[K],
    ) -> Rows[K, tuple[K, A, B, C, D, F, G, H]]: ...
    @overload
    def aggregate(
        self,
        a1: AggExpr[A],
        a2: AggExpr[B],
        a3: AggExpr[C],
        a4: AggExpr[D],
        a5: AggExpr[F],
        a6: AggExpr[G],
        a7: AggExpr[H],
        a8: AggExpr[J],
        /,
        *,
        group_by: type[K],
    ) -> Rows[K, tuple[K, A, B, C, D, F, G, H, J]]: ...
    @overload
    def aggregate(self, *agg_exprs: AggExpr[Any], group_by: Any = None) -> Rows[Any, tuple[Any, ...]]: ...
    def aggregate(self, *agg_exprs: AggExpr[Any], group_by: Any = None) -> Any:
        """Return aggregates, one row per value of *group_by*: a field, an alias, ``"alias.property"``, or several.

        Raises :class:`InvalidTypeError` for what is no aggregate; texts are checked when the statement is built.
        """
        return self._aggregated(agg_exprs, group_by)

    @overload
    def return_nodes(self, n1: type[A], /) -> Rows[A, tuple[A]]: ...
    @overload
    def return_nodes(self, n1: type[A], n2: type[B], /) -> Rows[A, tuple[A, B]]: ...
    @overload
    def return_nodes(self, n1: type[A], n2: type[B], n3: type[C], /) -> Rows[A, tuple[A, B, C]]: ...
    @overload
    def return_nodes(self, n1: type[A], n2: type[B], n3: type[C], n4: type[D], /) -> Rows[A, tuple[A, B, C, D]]: ...
    @overload
    def return_nodes(
        self, n1: type[A], n2: type[B], n3: type[C], n4: type[D], n5: type[F], /
    ) -> Rows[A, tuple[A, B, C, D, F]]: ...
    @overload
    def return_nodes(
        self, n1: type[A], n2: type[B], n3: type[C], n4: type[D], n5: type[F], n6: type[G], /
    ) -> Rows[A, tuple[A, B, C, D, F, G]]: ...
    @overload
    def return_nodes(
        self, n1: type[A], n2: type[B], n3: type[C], n4: type[D], n5: type[F], n6: type[G], n7: type[H], /
    ) -> Rows[A, tuple[A, B, C, D, F, G, H]]: ...
    @overload
    def return_nodes(
        self,
        n1: type[A],
        n2: type[B],
        n3: type[C],
        n4: type[D],
        n5: type[F],
        n6: type[G],
        n7: type[H],
        n8: type[J],
        /,
    ) -> Rows[A, tuple[A, B, C, D, F, G, H, J]]: ...
    @overload
    def return_nodes(self, *aliases: str | type[Any]) -> Rows[Any, tuple[Any, ...]]: ...
    def return_nodes(self, *aliases: str | type[Any]) -> Any:
        """Return rows of these nodes.

        Raises :class:`InvalidTypeError` for what is no alias; names are checked when the statement is built.
        """
        return self._of_nodes(aliases)
