"""The whole example on one machine: prepare it, run it by ``flwr run``, and look at what every client has spent.

python simulate.py FOLDER leaves with 1 where a budget is overspent, a round is missing or nothing was learned.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import prepare

from mechproof.dpfl.flower import Terms
from mechproof.dpfl.flower.ledger_file import OwnLedger

HERE = Path(__file__).parent
NODES = len(prepare.CLIENTS)


def run(folder: Path, home: Path) -> None:
    """Run the app with a home of Flower's in a folder of ours; the server it leaves behind is ended."""
    quiet = {"FLWR_TELEMETRY_ENABLED": "0", "FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION": "1"}
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    home.mkdir(parents=True, exist_ok=True)
    asked = ["--run-config", f'dp-terms="{folder}"', "--federation-config", f"num-supernodes={NODES}"]
    try:
        subprocess.run(
            ["flwr", "run", str(HERE), "--stream", *asked],
            env={**os.environ, **quiet, "PATH": tools, "FLWR_HOME": str(home)},
            check=True,
            timeout=300,
        )
    finally:
        end_server(home)


def end_server(home: Path) -> None:
    """End the server that ``flwr run`` started for this home, and leaves running."""
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command.read_bytes().decode(errors="replace").split("\0")
        except OSError:  # it has ended meanwhile
            continue
        if any(word.startswith(str(home)) for word in words) and any("flower-superlink" in word for word in words):
            os.kill(int(command.parent.name), signal.SIGTERM)


def wrong(folder: Path) -> list[str]:
    """Say what is not as it must be after the run, and print what every client spent."""
    found = []
    for number in range(NODES):
        entries = tomllib.loads((folder / f"client-{number}.toml").read_text(encoding="utf-8"))
        terms = Terms(**{name.removeprefix("dp-"): value for name, value in entries.items()})
        rounds = len(Path(terms.ledger).read_text(encoding="utf-8").splitlines())
        spent = OwnLedger(Path(terms.ledger), terms).spent()
        print(f"{terms.client}: {rounds} rounds, ε = {spent:.6f} of {terms.epsilon:g}")
        if rounds != prepare.ROUNDS or not 0.999 * terms.epsilon < spent <= terms.epsilon:
            found.append(f"{terms.client} spent {spent} of {terms.epsilon} in {rounds} rounds")
    reached = json.loads((folder / "accuracy.json").read_text(encoding="utf-8"))
    print("accuracy:", " ".join(f"{value:.3f}" for value in reached))
    if reached[-1] < 0.6:
        found.append(f"the accuracy is {reached[-1]}")
    return found


def main(folder: Path) -> int:
    """Prepare, run, look."""
    terms = folder.resolve() / "terms"
    prepare.main(terms)
    run(terms, folder.resolve() / "flower")
    for line in (found := wrong(terms)):
        print(f"error: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
