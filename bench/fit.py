"""Fit content/decision.json on the tuning half: `python -m bench.fit`."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.questions import STYLES, load
from content import library
from content.search import FOLDER, Finder

Numbers = npt.NDArray[np.float64]

FOLDS = 10
SHARE_DECLINED = 0.975
"""Of the out-of-scope questions of the tuning half, judged by fits that have not seen them."""
SHARE_WRONG = 0.015
"""Of the in-scope ones that may open a wrong guide."""


def main() -> None:
    guides = library.load().guides.values()
    path = FOLDER / "decision.json"
    if not path.exists():
        path.write_text("{}")
    finder = Finder(guides)
    facts, right, ours = gather(finder)
    decision = {"ours": fit(facts, ours), "right": fit(facts, right)}
    sure_ours, sure_right = cross(facts, ours), cross(facts, right)
    decision["ours"]["least"] = round(float(np.quantile(sure_ours[~ours], SHARE_DECLINED)), 4)
    decision["right"]["least"] = round(threshold(sure_right, sure_ours, right, ours, decision), 4)
    Path(path).write_text(json.dumps(decision, indent=1) + "\n", encoding="utf-8")
    opened = (sure_right >= decision["right"]["least"]) & (sure_ours >= decision["ours"]["least"])
    print(f"first right {right[ours].mean():.3f}  opened right {(opened & right)[ours].mean():.3f}")
    print(f"opened wrong {(opened & ~right)[ours].mean():.3f}")
    print(f"in scope kept {(sure_ours[ours] >= decision['ours']['least']).mean():.3f}")


def gather(finder: Finder) -> tuple[Numbers, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    facts, right, ours = [], [], []
    for question in load("tuning"):
        for style in STYLES:
            scores = finder.scores(getattr(question, style))
            facts.append(finder.facts(scores))
            right.append(finder.best(scores) == question.guide)
            ours.append(question.guide is not None)
    return np.array(facts), np.array(right), np.array(ours)


def fit(facts: Numbers, wanted: npt.NDArray[np.bool_], penalty: float = 0.1) -> dict[str, object]:
    """Logistic regression by Newton's method, with a small penalty on the weights."""
    inputs = np.hstack([facts, np.ones((len(facts), 1))])
    weights = np.zeros(inputs.shape[1])
    shrink = np.diag([penalty] * facts.shape[1] + [0.0])
    for _ in range(50):
        sure = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (sure - wanted) + shrink @ weights
        curve = (inputs * (sure * (1 - sure))[:, None]).T @ inputs + shrink
        weights -= np.linalg.solve(curve, slope)
    rounded = [round(float(weight), 4) for weight in weights]
    return {"weights": rounded[:-1], "constant": rounded[-1]}


def cross(facts: Numbers, wanted: npt.NDArray[np.bool_]) -> Numbers:
    """Each question judged by a fit on the others; the three styles of a question stay together."""
    parts = np.arange(len(facts)) // len(STYLES) % FOLDS
    sure = np.zeros(len(facts))
    for part in range(FOLDS):
        fitted = fit(facts[parts != part], wanted[parts != part])
        sure[parts == part] = judge(fitted, facts[parts == part])
    return sure


def judge(fitted: dict[str, object], facts: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-(facts @ fitted["weights"] + fitted["constant"]))))


def threshold(
    sure_right: Numbers,
    sure_ours: Numbers,
    right: npt.NDArray[np.bool_],
    ours: npt.NDArray[np.bool_],
    decision: dict[str, dict[str, object]],
) -> float:
    """The lowest bar at which few enough wrong guides open."""
    kept = sure_ours >= decision["ours"]["least"]
    for bar in np.arange(0.5, 1.0, 0.005):
        wrong = (sure_right >= bar) & kept & ~right
        if wrong[ours].mean() <= SHARE_WRONG:
            return float(bar)
    return 1.0


if __name__ == "__main__":
    main()
