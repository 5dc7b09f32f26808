"""The methods that say what rows hold, with their types for one to eight columns for :class:`AsyncQueryBuilder`.

One overload per number of columns: Python has no way to map the types of a variadic argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from runic.ogm.core.descriptors import Property
from runic.ogm.core.expressions import AggExpr
from runic.ogm.query._chain import Chain
from runic.ogm.query._rows import Shown

if TYPE_CHECKING:
    from runic.ogm.query.specialised import AsyncRows

__all__ = ["AsyncRowMethods"]

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


class AsyncRowMethods(Chain[R]):
    """What :class:`AsyncQueryBuilder` has of them."""

    __slots__ = ()

    @overload
    def project(self, f1: Shown[A], /) -> AsyncRows[A, tuple[A]]: ...
    @overload
    def project(self, f1: Shown[A], f2: Shown[B], /) -> AsyncRows[A, tuple[A, B]]: ...
    @overload
    def project(self, f1: Shown[A], f2: Shown[B], f3: Shown[C], /) -> AsyncRows[A, tuple[A, B, C]]: ...
    @overload
    def project(self, f1: Shown[A], f2: Shown[B], f3: Shown[C], f4: Shown[D], /) -> AsyncRows[A, tuple[A, B, C, D]]: ...
    @overload
    def project(
        self, f1: Shown[A], f2: Shown[B], f3: Shown[C], f4: Shown[D], f5: Shown[F], /
    ) -> AsyncRows[A, tuple[A, B, C, D, F]]: ...
    @overload
    def project(
        self, f1: Shown[A], f2: Shown[B], f3: Shown[C], f4: Shown[D], f5: Shown[F], f6: Shown[G], /
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G]]: ...
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
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G, H]]: ...
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
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G, H, J]]: ...
    @overload
    def project(self, f1: A, /) -> AsyncRows[A, tuple[A]]: ...
    @overload
    def project(self, f1: A, f2: B, /) -> AsyncRows[A, tuple[A, B]]: ...
    @overload
    def project(self, f1: A, f2: B, f3: C, /) -> AsyncRows[A, tuple[A, B, C]]: ...
    @overload
    def project(self, f1: A, f2: B, f3: C, f4: D, /) -> AsyncRows[A, tuple[A, B, C, D]]: ...
    @overload
    def project(self, f1: A, f2: B, f3: C, f4: D, f5: F, /) -> AsyncRows[A, tuple[A, B, C, D, F]]: ...
    @overload
    def project(self, f1: A, f2: B, f3: C, f4: D, f5: F, f6: G, /) -> AsyncRows[A, tuple[A, B, C, D, F, G]]: ...
    @overload
    def project(
        self, f1: A, f2: B, f3: C, f4: D, f5: F, f6: G, f7: H, /
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G, H]]: ...
    @overload
    def project(
        self, f1: A, f2: B, f3: C, f4: D, f5: F, f6: G, f7: H, f8: J, /
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G, H, J]]: ...
    @overload
    def project(self, *fields: Any) -> AsyncRows[Any, tuple[Any, ...]]: ...
    def project(self, *fields: Any) -> Any:
        """See :meth:`QueryBuilder.project`."""
        return self._projected(fields)

    @overload
    def aggregate(self, a1: AggExpr[A], /, *, group_by: None = None) -> AsyncRows[A, tuple[A]]: ...
    @overload
    def aggregate(self, a1: AggExpr[A], a2: AggExpr[B], /, *, group_by: None = None) -> AsyncRows[A, tuple[A, B]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], /, *, group_by: None = None
    ) -> AsyncRows[A, tuple[A, B, C]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], a4: AggExpr[D], /, *, group_by: None = None
    ) -> AsyncRows[A, tuple[A, B, C, D]]: ...
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
    ) -> AsyncRows[A, tuple[A, B, C, D, F]]: ...
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
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G]]: ...
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
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G, H]]: ...
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
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G, H, J]]: ...
    @overload
    def aggregate(self, a1: AggExpr[A], /, *, group_by: Property[K]) -> AsyncRows[K, tuple[K, A]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], /, *, group_by: Property[K]
    ) -> AsyncRows[K, tuple[K, A, B]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], /, *, group_by: Property[K]
    ) -> AsyncRows[K, tuple[K, A, B, C]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], a4: AggExpr[D], /, *, group_by: Property[K]
    ) -> AsyncRows[K, tuple[K, A, B, C, D]]: ...
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
    ) -> AsyncRows[K, tuple[K, A, B, C, D, F]]: ...
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
    ) -> AsyncRows[K, tuple[K, A, B, C, D, F, G]]: ...
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
    ) -> AsyncRows[K, tuple[K, A, B, C, D, F, G, H]]: ...
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
    ) -> AsyncRows[K, tuple[K, A, B, C, D, F, G, H, J]]: ...
    @overload
    def aggregate(self, a1: AggExpr[A], /, *, group_by: type[K]) -> AsyncRows[K, tuple[K, A]]: ...
    @overload
    def aggregate(self, a1: AggExpr[A], a2: AggExpr[B], /, *, group_by: type[K]) -> AsyncRows[K, tuple[K, A, B]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], /, *, group_by: type[K]
    ) -> AsyncRows[K, tuple[K, A, B, C]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], a4: AggExpr[D], /, *, group_by: type[K]
    ) -> AsyncRows[K, tuple[K, A, B, C, D]]: ...
    @overload
    def aggregate(
        self, a1: AggExpr[A], a2: AggExpr[B], a3: AggExpr[C], a4: AggExpr[D], a5: AggExpr[F], /, *, group_by: type[K]
    ) -> AsyncRows[K, tuple[K, A, B, C, D, F]]: ...
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
    ) -> AsyncRows[K, tuple[K, A, B, C, D, F, G]]: ...
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
    ) -> AsyncRows[K, tuple[K, A, B, C, D, F, G, H]]: ...
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
    ) -> AsyncRows[K, tuple[K, A, B, C, D, F, G, H, J]]: ...
    @overload
    def aggregate(self, *agg_exprs: AggExpr[Any], group_by: Any = None) -> AsyncRows[Any, tuple[Any, ...]]: ...
    def aggregate(self, *agg_exprs: AggExpr[Any], group_by: Any = None) -> Any:
        """See :meth:`QueryBuilder.aggregate`."""
        return self._aggregated(agg_exprs, group_by)

    @overload
    def return_nodes(self, n1: type[A], /) -> AsyncRows[A, tuple[A]]: ...
    @overload
    def return_nodes(self, n1: type[A], n2: type[B], /) -> AsyncRows[A, tuple[A, B]]: ...
    @overload
    def return_nodes(self, n1: type[A], n2: type[B], n3: type[C], /) -> AsyncRows[A, tuple[A, B, C]]: ...
    @overload
    def return_nodes(
        self, n1: type[A], n2: type[B], n3: type[C], n4: type[D], /
    ) -> AsyncRows[A, tuple[A, B, C, D]]: ...
    @overload
    def return_nodes(
        self, n1: type[A], n2: type[B], n3: type[C], n4: type[D], n5: type[F], /
    ) -> AsyncRows[A, tuple[A, B, C, D, F]]: ...
    @overload
    def return_nodes(
        self, n1: type[A], n2: type[B], n3: type[C], n4: type[D], n5: type[F], n6: type[G], /
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G]]: ...
    @overload
    def return_nodes(
        self, n1: type[A], n2: type[B], n3: type[C], n4: type[D], n5: type[F], n6: type[G], n7: type[H], /
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G, H]]: ...
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
    ) -> AsyncRows[A, tuple[A, B, C, D, F, G, H, J]]: ...
    @overload
    def return_nodes(self, *aliases: str | type[Any]) -> AsyncRows[Any, tuple[Any, ...]]: ...
    def return_nodes(self, *aliases: str | type[Any]) -> Any:
        """See :meth:`QueryBuilder.return_nodes`."""
        return self._of_nodes(aliases)
