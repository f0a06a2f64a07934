"""Are the promises of `skemg.decision` kept? Many cohorts of simulated patients.

    python benchmarks/decision_promises.py [n_cohorts]

A cohort is drawn at random: three classes, four measures a patient, normally
distributed, and Gaussian naive Bayes to classify them. Each cohort is fitted, then
meets 200 new patients. Cohorts with fewer patients of a class than the method needs are
drawn again.
"""

import sys

import numpy as np
from sklearn.naive_bayes import GaussianNB

from skemg.decision import PatientConformalClassifier, ReferringClassifier

CLASSES = np.array(["myopathic", "neuropathic", "normal"])
N_NEW = 200


def draw_patients(n_patients, rng):
    """Return the measures and the classes of new patients."""
    codes = rng.integers(3, size=n_patients)
    return rng.normal(size=(n_patients, 4)) + 1.5 * np.eye(3, 4)[codes], codes


def draw_cohorts(n_cohorts, n_patients, method):
    """Yield number, training patients and test patients of each cohort."""
    for seed in range(n_cohorts):
        rng, counts = np.random.default_rng(seed), [0]
        while min(counts) < (5 if method == "cross" else 2):
            X, codes = draw_patients(n_patients, rng)
            counts = np.bincount(codes, minlength=3)
        yield seed, (X, CLASSES[codes]), draw_patients(N_NEW, rng)


def sets(n_cohorts):
    """Print how often the sets hold the right class, and how large they are."""
    print("method  score  by class  patients  promised  covered  worst class  set size")
    for n_patients, method, score, by_class, confidence in [
        (26, "cross", "lac", False, 0.9),
        (26, "cross", "aps", False, 0.9),
        (60, "cross", "lac", False, 0.9),
        (60, "cross", "aps", False, 0.9),
        (60, "cross", "lac", True, 0.8),
        (26, "split", "lac", False, 0.8),
        (60, "split", "lac", False, 0.9),
        (60, "split", "aps", False, 0.9),
    ]:
        hits, sizes = [], []
        conformal = PatientConformalClassifier(
            GaussianNB(),
            confidence=confidence,
            method=method,
            nonconformity=score,
            class_conditional=by_class,
        )
        for seed, (X, y), (new, codes) in draw_cohorts(n_cohorts, n_patients, method):
            conformal.set_params(random_state=seed)
            try:
                conformal.fit(X, y, groups=np.arange(n_patients))
            except ValueError:  # too few of a class in one part
                continue
            held = conformal.predict_set(new, groups=np.arange(N_NEW))
            hit = held[np.arange(N_NEW), codes]
            hits.append([hit.mean(), *(hit[codes == c].mean() for c in range(3))])
            sizes.append(held.sum(axis=1).mean())
        covered, *of_class = np.mean(hits, axis=0)
        print(
            f"{method}   {score}    {by_class!s:8}  {n_patients:8}  {confidence:8.2f}  "
            f"{covered:7.3f}  {min(of_class):11.3f}  {np.mean(sizes):8.2f}",
            flush=True,
        )


def referrals(n_cohorts):
    """Print in how many cohorts more answers are wrong than promised."""
    print("method  patients  target  broken  not shown  answered")
    for n_patients, method in [(60, "cross"), (150, "cross"), (150, "split")]:
        broken, answered = [], []
        referring = ReferringClassifier(
            GaussianNB(), target_risk=0.25, method=method, confidence=0.95
        )
        cohorts = draw_cohorts(n_cohorts, n_patients, method)
        for seed, (X, y), (new, _) in cohorts:
            referring.set_params(random_state=seed)
            try:
                referring.fit(X, y, groups=np.arange(n_patients))
            except ValueError:  # the target cannot be shown
                continue
            broken.append(true_risk(referring) > referring.target_risk)
            answered.append(
                np.mean(referring.predict(new, groups=np.arange(N_NEW)) != "refer")
            )
        share, unshown = np.sum(broken) / n_cohorts, 1 - len(broken) / n_cohorts
        print(
            f"{method}   {n_patients:8}    0.25  {share:6.3f}  {unshown:9.2f}  "
            f"{np.mean(answered):8.2f}",
            flush=True,
        )


def true_risk(referring, n_patients=5000):
    """Return the error rate of the answers to very many patients."""
    X, codes = draw_patients(n_patients, np.random.default_rng(10**6))
    answers = referring.predict(X, groups=np.arange(n_patients))
    return np.mean(answers[answers != "refer"] != CLASSES[codes][answers != "refer"])


if __name__ == "__main__":
    n_cohorts = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    sets(n_cohorts)
    referrals(n_cohorts)
