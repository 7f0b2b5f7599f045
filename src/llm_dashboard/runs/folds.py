"""Lines that can be folded below the line before them, and which of all lines are shown."""

from array import array
from bisect import bisect_left, bisect_right


class Folds:
    """Lines are numbers, counted from 0, and come in their order. What comes is folded; it takes four bytes a line shown."""

    def __init__(self) -> None:
        self.shown = array("I")
        """The lines that are shown, ascending."""
        self._count = 0
        self._heads = array("I")
        self._ends = array("I")
        """The first line after each fold."""
        self._open: set[int] = set()

    def add(self, *, is_head: bool = False, is_below: bool = False) -> None:
        """The next line: one that others can be folded below, or one of those others, or neither."""
        line = self._count
        self._count += 1
        if is_head:
            self._heads.append(line)
            self._ends.append(line + 1)
        elif is_below and self._ends and self._ends[-1] == line:
            self._ends[-1] = line + 1
            if self._heads[-1] not in self._open:
                return
        self.shown.append(line)

    def rank(self, line: int) -> int:
        """How many of the lines before that one are shown."""
        return bisect_left(self.shown, line)

    def head(self, line: int) -> int | None:
        """The line that this one can be folded below, which may be itself; None where there is none."""
        number = bisect_right(self._heads, line) - 1
        return self._heads[number] if number >= 0 and line < self._ends[number] else None

    def below(self, head: int) -> int:
        """How many lines can be folded below that one."""
        return self._ends[bisect_left(self._heads, head)] - head - 1

    def is_open(self, head: int) -> bool:
        """Whether the lines below that one are shown."""
        return head in self._open

    def unfold(self, line: int) -> None:
        """Show that line, and all that is folded with it."""
        head = self.head(line)
        if head is not None and head not in self._open:
            self.toggle(head)

    def toggle(self, head: int) -> None:
        """Fold what is below that line, or unfold it."""
        first, last = head + 1, head + 1 + self.below(head)
        start, end = self.rank(first), self.rank(last)
        if head in self._open:
            self._open.remove(head)
            del self.shown[start:end]
        else:
            self._open.add(head)
            self.shown[start:end] = array("I", range(first, last))

    def forget(self) -> None:
        """There are no lines any more."""
        self._count = 0
        self._open.clear()
        for kept in (self.shown, self._heads, self._ends):
            del kept[:]
