"""The example as its users run it: prepared, run by ``flwr run`` with Ray, and every budget spent as sold."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("flwr", reason="Flower is not installed: pip install 'mechproof[flower]'")
pytest.importorskip("ray", reason="Flower's simulation is not installed: pip install 'flwr[simulation]==1.42.*'")
pytest.importorskip("sklearn")

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "flower"


@pytest.mark.slow
def test_six_clients_train_for_five_rounds_and_keep_their_budgets(tmp_path: Path) -> None:
    start = time.monotonic()
    command = [sys.executable, str(EXAMPLE / "simulate.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert done.stdout.count("5 rounds") == 6
    assert time.monotonic() - start <= 90
    again = subprocess.run([sys.executable, "-c", SPENT, str(EXAMPLE), str(tmp_path)], capture_output=True, text=True)
    assert again.stdout.split() == ["900"] * 6, again.stderr


SPENT = """
import sys, tomllib
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import numpy as np
from flwr.app import Array, ArrayRecord, Context, Message, RecordDict
from flwr.supercore.task_identity import TaskIdentity
from private_digits.client_app import app
from private_digits.task import start
TaskIdentity.run_id = TaskIdentity.task_id = TaskIdentity.node_id = 1
for path in sorted(Path(sys.argv[2], "terms").glob("client-*.toml")):
    arrays = ArrayRecord({name: Array(array) for name, array in start().items()})
    sent = Message(RecordDict({"arrays": arrays}), dst_node_id=1, message_type="train")
    config = tomllib.loads(path.read_text())
    print(app(sent, Context(1, 1, config, RecordDict(), {})).error.code)
"""
