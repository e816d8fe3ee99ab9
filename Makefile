# Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3
VERSION := $(shell sed -n 's/^version *= *"\(.*\)"/\1/p' blender_manifest.toml)
ZIP := out/latent_lasso-$(VERSION).zip
DEMO = .env/blender52/bin/python demo/run.py --out out --trainer-python .env/trainer/bin/python --zip $(ZIP)

.DEFAULT_GOAL := help
.PHONY: help demo demo-short vr-demo soak soak-training soak-vr test test-unit test-blender test-window lint power-loss zip bench bench-window learning faults setup setup-window clean clean-all

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## the whole idea on real data: out/demo.blend, out/demo.mp4, out/demo.json
	@$(PYTHON) -m tools.setup trainer:1 blender52:1
	@$(PYTHON) -m tools.package
	@$(DEMO)

demo-short: ## the same with fewer lassos, steps and frames, for a quick look
	@$(PYTHON) -m tools.setup trainer:1 blender52:1
	@$(PYTHON) -m tools.package
	@$(DEMO) --short

vr-demo: setup-window ## the same in a headset: loops in the air through a real OpenXR runtime; SEEDS=1 for one: out/vr-demo.json
	@$(PYTHON) -m tools.setup trainer blender52:1
	@$(PYTHON) -m tools.package
	@.env/trainer/bin/python -m demo.vr --seeds $(or $(SEEDS),3)

soak: soak-training soak-vr ## both of the following

soak-training: ## an hour of training at 100,000 points with a label every 5 s: what grows (PIECE= minutes; goes on): out/soak-training
	@$(PYTHON) -m tools.setup trainer:1
	@$(PYTHON) -c "from tools import staging; staging.link()"
	@PYTHONPATH=.env/stage OMP_NUM_THREADS=1 .env/trainer/bin/python -m tools.soak --piece $(or $(PIECE),60)

soak-vr: setup-window ## ten minutes of gestures in a headset: out/soak.json
	@$(PYTHON) -m tools.setup trainer blender52:1
	@$(PYTHON) -m tools.package
	@.env/trainer/bin/python -m tests.window.xr.soaking 10

test: setup setup-window ## lint, and every test: unit, both Blenders, a real window with VR
	@$(PYTHON) -m tools.testing window lint unit blender45 blender52

test-unit: ## the tests that take milliseconds, against the pip-installed package
	@$(PYTHON) -m tools.setup trainer
	@$(PYTHON) -m tools.testing unit

test-blender: ## the tests in Blender 4.5 and 5.2, against the installed zip
	@$(PYTHON) -m tools.setup trainer blender45 blender52
	@$(PYTHON) -m tools.testing blender45 blender52

test-window: setup-window ## the tests in a real Blender window and a real OpenXR session
	@$(PYTHON) -m tools.setup trainer blender52
	@$(PYTHON) -m tools.testing window

power-loss: ## cut the power after every write and sync of a real run, in every way: does it open, with every label? (needs cc)
	@$(PYTHON) -m tools.setup trainer
	@$(PYTHON) -c "from tools.staging import link; link()"
	@PYTHONPATH=.env/stage:. OMP_NUM_THREADS=1 .env/trainer/bin/python -m tools.power_loss

lint: ## ruff; mypy, strict on core and training, and against the API of both Blenders
	@$(PYTHON) -m tools.setup trainer:1 lint types45 types52
	@$(PYTHON) -m tools.lint

zip: ## build and validate the extension with Blender's own builder
	@$(PYTHON) -m tools.setup blender52:1
	@$(PYTHON) -m tools.package

bench: ## measure the hot paths as ratios: a table, and out/bench.json
	@$(PYTHON) -m tools.setup trainer blender45:1 blender52:1
	@$(PYTHON) -m tools.package
	@$(PYTHON) -m bench

bench-window: setup-window ## measure the ways to coloured points in Blender's real window
	@$(PYTHON) -m tools.setup trainer
	@$(PYTHON) -m tools.package
	@$(PYTHON) -m bench --window

fuzz: ## feed each decoder nonsense for SECONDS=60 in a child under watch; adds to docs/measured/fuzz.json
	@$(PYTHON) -m tools.setup trainer
	@.env/trainer/bin/python -m tools.fuzz --seconds $(or $(SECONDS),60)

learning: ## every table of docs/learning.md (some hours; goes on where it was): out/learning/tables.md and pictures
	@$(PYTHON) -m tools.setup trainer
	@.env/trainer/bin/python -m bench.learning

faults: ## kill trainer, Blender and both at random moments: a table of what is left (long; COUNT=, MINUTES=, KINDS=, goes on)
	@$(PYTHON) -m tools.setup trainer:1 blender52:1
	@$(PYTHON) -m tools.package
	@$(PYTHON) -c "from tools import staging; staging.link()"
	@PYTHONPATH=.env/stage .env/trainer/bin/python -m tools.faults $(KINDS) --count $(or $(COUNT),0) --minutes $(or $(MINUTES),0)

setup: ## make every environment without running anything (the other targets do it by themselves)
	@$(PYTHON) -m tools.setup

setup-window: ## make the folder with Blender's window, Xvfb and an OpenXR runtime that test-window needs
	@$(PYTHON) -m tools.setup.window

clean: ## remove what demo, tests and benchmarks wrote
	rm -rf out .hypothesis .pytest_cache build *.egg-info
	find . -name __pycache__ -not -path './.env/*' -prune -exec rm -rf {} +

clean-all: clean ## remove the environments too
	rm -rf .env
