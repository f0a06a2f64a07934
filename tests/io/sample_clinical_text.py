"""Clinical text exports for the tests with damaged files."""

import numpy as np
from fuzzing import Sample

from skemg.io import read_clinical_text

SWEEPS = np.random.default_rng(0).normal(0, 50, (3, 150)).round(2)


def write_table(folder):
    """A column of times and a declared number of samples, decimal commas."""
    lines = ["Nachname: Mustermann", "Muskel: M. biceps", "Abtastrate: 20 kHz"]
    lines += ["Anzahl Abtastwerte: 150", "", "Zeit [ms];Kurve 1 [µV];Kurve 2 [µV]"]
    for i in range(150):
        row = f"{i / 20:.2f};{SWEEPS[0, i]:.2f};{SWEEPS[1, i]:.2f}"
        lines.append(row.replace(".", ","))
    (folder / "table.txt").write_bytes("\r\n".join(lines).encode("cp1252"))
    return folder / "table.txt"


def write_sections(folder):
    """A section for each sweep, UTF-16 with a mark."""
    lines = ["Name=Mustermann", "SamplingFreq=10 kHz", "Unit=uV", "Sweeps=3"]
    for i, sweep in enumerate(SWEEPS, 1):
        lines += [f"[Sweep {i}]", "Points=150", *(f"{x:.2f}" for x in sweep), ""]
    (folder / "sections.txt").write_bytes("\r\n".join(lines).encode("utf-16"))
    return folder / "sections.txt"


def write_lines(folder):
    """One sweep over many lines."""
    numbers = [f"{x:9.2f}" for x in SWEEPS[0]]
    lines = ["Physician: Mustermann", "Sample rate: 24 kHz", "Units: uV"]
    lines += ["Sweeps: 1", "Number of samples: 150", ""]
    lines += ["".join(numbers[i : i + 12]) for i in range(0, 150, 12)]
    (folder / "lines.txt").write_text("\n".join(lines))
    return folder / "lines.txt"


def write_column(folder):
    """One column that states no length."""
    lines = ["Patient\tMustermann", "Sampling interval (us)\t50", "Unit\tuV", ""]
    text = "\n".join([*lines, *(f"{x:.2f}" for x in SWEEPS[0])])
    (folder / "column.txt").write_text(text)
    return folder / "column.txt"


SAMPLES = [
    Sample(
        "clinical-table",
        write_table,
        read_clinical_text,
        free_text=lambda folder: [("table.txt", 10, 20)],
    ),
    Sample(
        "clinical-sections",
        write_sections,
        read_clinical_text,
        states_length=True,
    ),
    Sample(
        "clinical-lines",
        write_lines,
        read_clinical_text,
        free_text=lambda folder: [("lines.txt", 11, 21)],
    ),
    Sample(
        "clinical-column",
        write_column,
        read_clinical_text,
        free_text=lambda folder: [("column.txt", 8, 18)],
        states_length=False,
    ),
]
