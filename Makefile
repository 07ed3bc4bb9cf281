.PHONY: setup check test demo run texts bench docs mutants
setup: ; @tools/setup
check: setup ; @tools/check
test: setup ; @PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest $(ARGS)
demo: ; @tools/setup requirements/run.txt && .venv/bin/stichwort demo $(ARGS)
run: ; @tools/setup requirements/run.txt && .venv/bin/stichwort run $(ARGS)
texts: setup ; @tools/texts
bench: setup ; @tools/setup requirements/bench.txt && .venv/bin/python -m benchmarks $(PART)
docs: setup ; @.venv/bin/python -m pytest tests/house -q
mutants: setup ; @.venv/bin/python tools/mutants.py $(ARGS)
