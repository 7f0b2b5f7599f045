"""Text in terminal cells: wide characters count two, combining marks none."""

from rich.cells import cell_len, chop_cells, set_cell_size

ELLIPSIS = "…"


def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells: padded with spaces, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + ELLIPSIS, width)


def fit_middle(text: str, width: int) -> str:
    """The text in exactly `width` cells; where it is longer, head and tail of it, for names that begin alike."""
    if cell_len(text) <= width or width < 9:
        return fit(text, width)
    tail = (width - 1) // 3
    end = next(text[n:] for n in range(len(text)) if cell_len(text[n:]) <= tail and cell_len(text[n]))
    return fit(set_cell_size(text, width - 1 - cell_len(end)) + ELLIPSIS + end, width)


def fit_path(path: str, width: int) -> str:
    """The path in at most `width` cells: where it is longer, its beginning and its name, `work-space/…/PLAN_X.md`."""
    if cell_len(path) <= width:
        return path
    parts = path.split("/")
    for kept in range(len(parts) - 2, -1, -1):
        short = "/".join((*parts[:kept], ELLIPSIS, parts[-1]))
        if cell_len(short) <= width:
            return short
    return fit_middle(parts[-1], width).rstrip()


def fit_right(text: str, width: int) -> str:
    """The text in exactly `width` cells, at their right end; cut with an ellipsis where it is longer."""
    missing = width - cell_len(text)
    return " " * missing + text if missing >= 0 else fit(text, width)


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken at spaces where that is possible; at least one line."""
    is_narrow = text.isascii()
    lines = []
    while width > 0 and (len(text) > width if is_narrow else cell_len(text) > width):
        first = text[:width] if is_narrow else chop_cells(text[: width + 1], width)[0] or text[0]
        space = first.rfind(" ")
        has_word = space > 0 and any(map(str.isalnum, first[:space]))
        cut = space if has_word and text[len(first)] != " " else len(first)
        lines.append(text[:cut])
        text = text[cut:].lstrip(" ")
    return [*lines, text] if text or not lines else lines


def bar(done: int, total: int, width: int) -> tuple[str, str]:
    """A progress bar of `width` cells in two parts, done and left. Neither end is shown before it is reached."""
    if total <= 0 or width <= 0:
        return "", "─" * max(0, width)
    filled = round(width * done / total)
    if 0 < done < total:
        filled = min(max(filled, 1), width - 1)
    return "━" * filled, "─" * (width - filled)
