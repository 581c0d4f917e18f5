"""The two marks of a report, as SVG. Both only repeat numbers that stand beside them as text."""

from collections.abc import Sequence

DOT_WIDTH, DOT_HEIGHT, DOT_EDGE = 240, 22, 10
BAR_HALF, BAR_HEIGHT = 100, 16
SHADES = 3


def dot(mean: float, low: float | None, high: float | None, points: int) -> str:
    """An average on its scale, with its interval as a line where there is one."""

    def x(value: float) -> str:
        return f"{DOT_EDGE + (value - 1) / (points - 1) * (DOT_WIDTH - 2 * DOT_EDGE):.1f}"

    middle = DOT_HEIGHT // 2
    ticks = "".join(f"M{x(point)} {middle - 4}v8" for point in range(1, points + 1))
    axis = f'<path class="r-axis" d="M{x(1)} {middle}H{x(points)}{ticks}"/>'
    line = (
        f'<path class="r-line" d="M{x(low)} {middle}H{x(high)}"/>'
        if low is not None and high is not None
        else ""
    )
    point = f'<circle class="r-dot" cx="{x(mean)}" cy="{middle}" r="4.5"/>'
    return _svg("r-dots", DOT_WIDTH, DOT_HEIGHT, axis + line + point)


def bar(percents: Sequence[int]) -> str:
    """Shares per category around a middle line: lower categories to its left, higher ones to its right."""
    side = len(percents) // 2
    odd = len(percents) % 2
    start = BAR_HALF - sum(percents[:side]) - odd * percents[side] / 2
    segments = ""
    for index, share in enumerate(percents):
        if share:
            shade = _shade(index, len(percents))
            segments += (
                f'<rect class="{shade}" x="{start:g}" y="1" width="{share}" height="{BAR_HEIGHT - 2}"/>'
            )
        start += share
    middle = f'<path class="r-axis" d="M{BAR_HALF} 0v{BAR_HEIGHT}"/>'
    return _svg("r-bar", 2 * BAR_HALF, BAR_HEIGHT, segments + middle)


def _shade(index: int, points: int) -> str:
    """The class of a category: its side of the middle, and how far out it lies in three steps."""
    distance = 2 * index - (points - 1)
    if distance == 0:
        return "r-mid"
    step = -(-SHADES * ((abs(distance) + 1) // 2) // (points // 2))
    return f"r-{'pos' if distance > 0 else 'neg'}{step}"


def _svg(name: str, width: int, height: int, content: str) -> str:
    # Hidden from screen readers: the same numbers are text in the same row.
    return (
        f'<svg class="{name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' aria-hidden="true" focusable="false">{content}</svg>'
    )
