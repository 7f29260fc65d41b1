"""Error rates on labelled data: `kaihu evaluate documents|face|attacks|voice`.

Reads the sets that `KAIHU_EVALUATION_DATA` names and prints the figures that the FIGURES.md beside
them names. Modules named `…_calibration.py` derive thresholds; `figures_page.py` makes
docs/figures.md.
A figure that could not be measured is null, with `<name>.why`. Start reading at `report.py`.
"""
