"""How to judge several comparisons at once."""

from collections.abc import Sequence
from itertools import accumulate

from coherently.errors import MeasureError


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Which of several comparisons still stand when all are judged together?

    Parameters
    ----------
    p_values
        p values from 0 to 1 of all comparisons that were declared or are shown.

    Returns
    -------
    tuple of float
        `holm`: the adjusted p values, in the order given.

    Raises
    ------
    MeasureError
        If a value does not lie between 0 and 1.

    Notes
    -----
    With q values sorted from small to large, the k-th becomes the largest of min(1, (q - i + 1) p_i) over i
    <= k. The chance of even one false difference stays at 5 %. A large p value does not show that two
    things are equal.

    References
    ----------
    Holm 1979, A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)

    R: ``p.adjust(p, method = "holm")``
    """
    wrong = [p for p in p_values if not 0 <= p <= 1]
    if wrong:
        raise MeasureError(f"A p value lies between 0 and 1; found {wrong[0]}.")
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    steps = (min(1.0, (len(order) - k) * p_values[index]) for k, index in enumerate(order))
    adjusted = dict(zip(order, accumulate(steps, max), strict=True))
    return tuple(adjusted[index] for index in range(len(order)))
