"""Fit content/decision.json on the tuning half: `python -m bench.fit`."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.questions import STYLES, load
from content import library
from content.search import FOLDER, Finder

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Fitted = dict[str, Any]

SHARE_DECLINED = 0.96
"""Of the out-of-scope questions of the tuning half, judged by fits that have not seen their writer."""
SHARE_WRONG = 0.01
"""Of the in-scope ones that may open a wrong guide: of all in use, half as many again will."""


def main() -> None:
    finder = Finder(library.load().guides.values())
    facts, right, ours, writers = gather(finder)
    sure_ours, sure_right = across(facts, ours, writers), across(facts, right, writers)
    hardest = np.arange(len(facts)) % len(STYLES) == STYLES.index("noisy")  # it sets the bars
    least_ours = float(np.quantile(sure_ours[~ours & hardest], SHARE_DECLINED))
    kept = sure_ours >= least_ours
    wrong = kept & ~right & ours & hardest
    least_right = lowest_bar(sure_right, wrong, int((ours & hardest).sum()))
    decision = {
        "ours": fit(facts, ours) | {"least": round(least_ours, 4)},
        "right": fit(facts, right) | {"least": round(least_right, 4)},
    }
    text = json.dumps(decision, indent=1) + "\n"
    (FOLDER / "decision.json").write_text(text, encoding="utf-8")
    opened = kept & (sure_right >= least_right)
    print(f"first right {right[ours].mean():.3f}, of those kept {(right & kept)[ours].mean():.3f}")
    print(
        f"opened right {(opened & right)[ours].mean():.3f}, wrong {(opened & ~right)[ours].mean():.3f}"
    )
    print(f"out of scope declined {(~kept)[~ours].mean():.3f}")


def gather(finder: Finder) -> tuple[Numbers, Flags, Flags, npt.NDArray[np.int_]]:
    """For every question in every style: the facts, whether the first guide is right, whether it is ours."""
    facts, right, ours, writers = [], [], [], []
    for question in load("tuning"):
        for style in STYLES:
            scores = finder.scores(getattr(question, style))
            facts.append(finder.facts(scores))
            right.append(finder.best(scores) == question.guide)
            ours.append(question.guide is not None)
            writers.append(question.writer)
    return np.array(facts), np.array(right), np.array(ours), np.array(writers)


def fit(facts: Numbers, wanted: Flags, penalty: float = 0.1) -> Fitted:
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


def across(facts: Numbers, wanted: Flags, writers: npt.NDArray[np.int_]) -> Numbers:
    """Each question judged by a fit on the questions of other writers."""
    sure = np.zeros(len(facts))
    for writer in np.unique(writers):
        fitted = fit(facts[writers != writer], wanted[writers != writer])
        own = facts[writers == writer]
        sure[writers == writer] = 1 / (1 + np.exp(-(own @ fitted["weights"] + fitted["constant"])))
    return sure


def lowest_bar(sure: Numbers, wrong: Flags, whole: int) -> float:
    """The lowest bar at which few enough wrong guides open."""
    for bar in np.arange(0.5, 1.0, 0.005):
        if (sure[wrong] >= bar).sum() <= SHARE_WRONG * whole:
            return float(bar)
    return 1.0


if __name__ == "__main__":
    main()
