"""Error rates on labelled data: `kaihu evaluate documents|face|attacks|voice`.

Reads the sets that `KAIHU_EVALUATION_DATA` names and prints the figures of their FIGURES.md.
A figure that could not be measured is null, with `<name>.why`. Start reading at `report.py`.
"""
