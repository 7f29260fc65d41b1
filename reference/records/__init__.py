"""The reference service of records: business registry, acquirer, reviews (`contract.yaml`).

A service of its own: its process, its key, its file of firms by credit code. Any service that keeps
the contract can take its place, in front of a registry's interface or a bureau's. Start reading at
`service.py`.
"""

KEY_FILE = "records.key"
TAG = "kaihu-records"  # of its signatures
