"""How near a question is to each guide's nearest ways of asking."""

import numpy as np
import numpy.typing as npt

from content.features import BUCKETS, Features, Vector

SHARES = (0.5, 0.3, 0.2)
"""How much the nearest, the second and the third example of a guide count."""


class Nearest:
    """The examples by feature. Their owners must stand in order, each owner's examples together."""

    def __init__(self, examples: Features, owners: npt.NDArray[np.intp], classes: int) -> None:
        places = (examples.numbers % BUCKETS).astype(np.int32)
        order = np.argsort(places, kind="stable")
        self._texts = examples.texts[order].astype(np.int32)
        self._worth = examples.worth[order]
        self._starts = np.searchsorted(places[order], np.arange(BUCKETS + 1)).astype(np.int32)
        self._count = examples.count
        self._owners, self._classes = owners, classes
        self._firsts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])

    def scores(self, question: Features) -> Vector:
        """Cosine with the three nearest examples of each owner, the nearest counting most."""
        alike = self._alike(question)
        scores = np.zeros(self._classes, np.float32)
        present = self._owners[self._firsts]
        for share in SHARES:
            best = np.maximum.reduceat(alike, self._firsts)
            scores[present] += share * best
            # each owner's best is taken out before the next round
            alike[alike >= np.repeat(best, np.diff(np.r_[self._firsts, self._count]))] = 0
        return scores

    def _alike(self, question: Features) -> Vector:
        alike = np.zeros(self._count, np.float32)
        buckets = question.numbers % BUCKETS
        spans = zip(self._starts[buckets], self._starts[buckets + 1], question.worth, strict=True)
        for first, last, worth in spans:  # a feature counts once in a text
            alike[self._texts[first:last]] += worth * self._worth[first:last]
        return alike
