PY := .venv/bin/python
export KAIHU_EVALUATION_DATA ?= $(abspath ../shared/evaluation)

.PHONY: env fit-env models demo coverage serve sandbox test check trust lock evaluate bench baseline screenshots pictures classifiers vectors

env: .venv/.ready
.venv/.ready: locks/requirements.lock locks/bootstrap.lock pyproject.toml
	python3 -m venv .venv
	$(PY) -m pip install -q --require-hashes -r locks/bootstrap.lock
	.venv/bin/uv pip install -q --python $(PY) --no-deps --require-hashes --compile-bytecode -r locks/requirements.lock
	.venv/bin/uv pip install -q --python $(PY) --no-deps --no-build-isolation -e .
	$(PY) tools/headless.py
	touch $@

# What `kaihu scorer fit`, `kaihu evaluate scorer` and `make vectors` need beside it, 500 MB.
fit-env: .venv-fit/.ready
.venv-fit/.ready: locks/fit.lock | env
	python3 -m venv --without-pip .venv-fit
	.venv/bin/uv pip install -q --python .venv-fit/bin/python --no-deps --require-hashes -r locks/fit.lock
	touch $@

models: env
	@.venv/bin/kaihu models prepare

demo: models
	@.venv/bin/kaihu demo

serve: models
	@.venv/bin/kaihu serve

# Every step of the pages, two devices, two languages, light and dark, into build/screenshots/; needs
# chromium and fonts-noto-cjk. `make pictures` makes the README's pictures of them.
screenshots: models
	$(PY) -m tools.screenshots

pictures: screenshots
	$(PY) -m tools.pictures

# For who writes an app against the API: test numbers, papers, an actor (docs/integrate.md).
sandbox: models
	@KAIHU_SANDBOX=1 KAIHU_VAR=$(CURDIR)/var-sandbox .venv/bin/kaihu serve

# A file of tests goes to one of three processes, so that what a file loads is loaded once; on two
# cores three are faster, as each waits for servers and databases, half of the time. What
# records video in a browser runs alone: beside other work it loses pictures, as a slow phone does.
test: models
	$(PY) -m pytest -n 3 --dist loadfile -m "not alone"
	$(PY) -m pytest -m alone

# The same with the lines that ran counted, which takes half as long again.
coverage: models
	$(PY) -m pytest -n 3 --dist loadfile -m "not alone" --cov --cov-report=term:skip-covered

check: env
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/interrogate -q
	.venv/bin/codespell
	$(PY) tools/check_pages.py
	@mkdir -p build
	.venv/bin/cyclonedx-py requirements locks/requirements.lock --pyproject pyproject.toml \
	  --output-reproducible --output-file build/sbom.cdx.json 2>/dev/null

# What docs/threats.md claims, shown; long, so apart from `make test`.
trust: models
	$(PY) -m pytest tests/trust --timeout=1800

# What searches, purposes and names of firms are read by, from the texts in tools/examples.
classifiers: env
	$(PY) -m tools.fit_classifiers

# What they compare trades and purchases by: a quarter of an hour, and then `make classifiers`.
vectors: fit-env
	.venv-fit/bin/python -m tools.fit_vectors

lock: env
	.venv/bin/uv pip compile -q --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --override locks/overrides.txt --python-version 3.11 --python-platform x86_64-manylinux_2_28 \
	  --group dev pyproject.toml -o locks/requirements.lock
	.venv/bin/uv pip compile -q --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --python-version 3.11 --python-platform x86_64-manylinux_2_28 --group fit -o locks/fit.lock

evaluate: models
	@for part in documents takes field face attacks videos voice declarations industries intents lists reach \
	  schedules profile scorer invoices statements; do \
	  .venv/bin/kaihu evaluate $$part || exit 1; done

bench: models
	@for part in engines onboarding load capture terms scorer loans statements; do .venv/bin/kaihu bench $$part || exit 1; done

# What docs/figures.md shows: every figure again, kept with its revision.
baseline: models
	@for part in documents takes field face attacks videos voice declarations industries intents lists reach \
	  schedules profile scorer invoices statements; do \
	  .venv/bin/kaihu evaluate $$part --keep || exit 1; done
	@for part in documents face; do .venv/bin/kaihu calibrate $$part --keep || exit 1; done
	@for part in engines onboarding load capture terms scorer loans statements; do \
	  .venv/bin/kaihu bench $$part --keep || exit 1; done
	@.venv/bin/kaihu figures > docs/figures.md
