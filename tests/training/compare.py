"""Measure ways to read a message against one another, and write the tables of `docs/suggestion.md`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from bot.paths import TEMPLATES
from bot.suggest import Suggester
from bot.suggest.model import SITUATIONS
from tests.training import fitting, measuring
from tests.training.material import LANGUAGES, Labelled, held_out, in_other_languages, labelled

DOCS = Path(__file__).parents[2] / "docs"
FIGURES = DOCS / "suggestion.json"
PAGE = DOCS / "suggestion.md"
CURVE = (0.25, 0.5, 0.75, 1.0)

_COLUMNS = {
    "messages": "messages",
    "accuracy": "situation",
    "macro_f1": "macro-F1",
    "none_precision": "none, precision",
    "none_recall": "none, recall",
    "situation_and_kind": "situation and kind",
    "language": "language",
    "calibration_error": "calibration error",
}


def letters(known: list[str], new: list[str]) -> tuple[csr_matrix, csr_matrix]:
    """Pieces of two to five letters."""
    maker = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return maker.fit_transform(known), maker.transform(new)


def words(known: list[str], new: list[str]) -> tuple[csr_matrix, csr_matrix]:
    """Words and pairs of words."""
    maker = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+|[^\w\s]")
    return maker.fit_transform(known), maker.transform(new)


def union(known: list[str], new: list[str]) -> tuple[csr_matrix, csr_matrix]:
    """Both."""
    pairs = zip(words(known, new), letters(known, new), strict=True)
    first, second = (hstack(pair).tocsr() for pair in pairs)
    return first, second


def by(
    represented: Callable[[list[str], list[str]], tuple[csr_matrix, csr_matrix]],
    machine: Callable[[], LogisticRegression | ComplementNB | LinearSVC],
) -> measuring.Scorer:
    """A way to read: how texts are represented, and what learns from that."""

    def scorer(known: list[Labelled], new: list[Labelled]) -> np.ndarray:
        matrix, fresh = represented([one.text for one in known], [one.text for one in new])
        fitted = machine().fit(matrix, [one.situation for one in known])
        decide = getattr(fitted, "decision_function", None) or fitted.predict_log_proba
        order = [list(fitted.classes_).index(situation) for situation in SITUATIONS]
        return np.asarray(decide(fresh))[:, order]

    return scorer


def by_language(scorer: measuring.Scorer) -> measuring.Scorer:
    """The same way, learnt for each language by itself."""

    def separately(known: list[Labelled], new: list[Labelled]) -> np.ndarray:
        scores = np.zeros((len(new), len(SITUATIONS)))
        for language in LANGUAGES:
            places = [place for place, one in enumerate(new) if one.language == language]
            own = [one for one in known if one.language == language]
            if places:
                scores[places] = scorer(own, [new[place] for place in places])
        return scores

    return separately


def shipped(known: list[Labelled], new: list[Labelled]) -> np.ndarray:
    """Words, letters, the lexicon's concepts and meanings, and the message's shape: what is shipped."""
    columns = fitting.Columns.keep(known)
    return fitting.fit_situations(columns.matrix(known), known).scores(columns.matrix(new))


def _logistic() -> LogisticRegression:
    return LogisticRegression(C=10, max_iter=300)


def _machine() -> LinearSVC:
    return LinearSVC(C=0.5, random_state=0)


WAYS: dict[str, measuring.Scorer] = {
    "letters, logistic regression": by(letters, _logistic),
    "words, complement naive Bayes": by(words, ComplementNB),
    "words and letters, logistic regression": by(union, _logistic),
    "words and letters, linear SVM": by(union, _machine),
    "words and letters, linear SVM, each language by itself": by_language(by(union, _machine)),
    "with the lexicon, linear SVM, each language by itself": by_language(shipped),
    "with the lexicon, linear SVM (shipped)": shipped,
}


def compared(messages: list[Labelled]) -> dict[str, dict[str, float]]:
    """The accuracy of each way in each language, and its macro-F1."""
    true = np.array([one.situation for one in messages])
    languages = np.array([one.language for one in messages])
    table = {}
    for name, scorer in WAYS.items():
        told = measuring.NAMES[measuring.cross_validated(messages, scorer).argmax(axis=1)]
        right = told == true
        table[name] = {
            "all": round(float(right.mean()), 3),
            **{one: round(float(right[languages == one].mean()), 3) for one in LANGUAGES},
            "macro_f1": round(float(f1_score(true, told, average="macro")), 3),
        }
    return table


def curve(messages: list[Labelled]) -> dict[str, float]:
    """The shipped way's accuracy when it learns from a part of the groups only."""
    true = np.array([one.situation for one in messages])
    told = {}
    for part in CURVE:

        def scorer(known: list[Labelled], new: list[Labelled], part: float = part) -> np.ndarray:
            groups = sorted({one.group for one in known})
            chosen = set(np.random.default_rng(0).permutation(groups)[: int(part * len(groups))].tolist())
            return shipped([one for one in known if one.group in chosen], new)

        scores = measuring.cross_validated(messages, scorer)
        told[f"{part:.0%}"] = round(float(np.mean(measuring.NAMES[scores.argmax(axis=1)] == true)), 3)
    return told


def read_by_the_app(messages: list[Labelled]) -> measuring.Reading:
    """What the shipped file makes of messages, through the app's own door."""
    suggester = Suggester.load(TEMPLATES / "suggest")
    told = [suggester.suggest(one.text) for one in messages]
    chances = [
        [next(g.confidence for g in one.guesses if g.situation is situation) for situation in SITUATIONS]
        for one in told
    ]
    return measuring.Reading(
        np.array(chances), [one.best.kind or "none" for one in told], [one.language for one in told]
    )


def sureness(messages: list[Labelled]) -> dict[str, float]:
    """How many held-out messages would be preselected, and how many of those rightly."""
    suggester = Suggester.load(TEMPLATES / "suggest")
    told = [(suggester.suggest(one.text), one) for one in messages]
    sure = [(said, one) for said, one in told if said.sure]
    thanks = [said for said, one in told if one.situation == "none"]
    return {
        "preselected": round(len(sure) / len(told), 3),
        "right": round(sum(said.best.situation == one.situation for said, one in sure) / len(sure), 3),
        "none_preselected_as_ask": round(
            sum(said.sure and said.best.situation != "none" for said in thanks) / len(thanks), 3
        ),
    }


def measured() -> dict[str, object]:
    """Every figure of the page."""
    messages, others = labelled(), held_out()
    reading = measuring.read_across(messages, in_other_languages())
    return {
        "ways": compared(messages),
        "cross_validated": measuring.figures(messages, reading),
        "strangers": measuring.by_hand(messages, measuring.read_strangers(messages, in_other_languages())),
        "confusion": measuring.confusion(messages, reading),
        "curve": curve(messages),
        "held_out": measuring.figures(others, read_by_the_app(others)),
        "sure": sureness(others),
    }


def page(figures: dict[str, dict[str, dict[str, float]]], text: str) -> str:
    """The page with its tables written anew, each between its marks."""
    tables = {
        "ways": _table(
            "way", figures["ways"], {"all": "all", **{one: one for one in LANGUAGES}, "macro_f1": "macro-F1"}
        ),
        "cross_validated": _table("language", figures["cross_validated"], _COLUMNS),
        "strangers": _table("written by", figures["strangers"], _COLUMNS),
        "held_out": _table("language", figures["held_out"], _COLUMNS),
        "confusion": _table("is", figures["confusion"], {str(one): str(one) for one in SITUATIONS}),
        "curve": _table(
            "learnt from", {"accuracy": figures["curve"]}, {part: part for part in figures["curve"]}
        ),
        "sure": _table(
            "", {"held out": figures["sure"]}, {name: name.replace("_", " ") for name in figures["sure"]}
        ),
    }
    for name, table in tables.items():
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)",
            lambda m, t=table: f"{m[1]}{t}\n{m[2]}",
            text,
            flags=re.DOTALL,
        )
    return text


def _table(first: str, rows: dict[str, dict[str, float]], columns: dict[str, str]) -> str:
    lines = [f"| {first} | {' | '.join(columns.values())} |", f"| --- |{' ---: |' * len(columns)}"]
    lines += [f"| {name} | {' | '.join(_said(row[key]) for key in columns)} |" for name, row in rows.items()]
    return "\n".join(lines)


def _said(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def main() -> None:
    """Measure, keep the figures, and write the page's tables."""
    figures = measured()
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))
    PAGE.write_text(page(kept, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
