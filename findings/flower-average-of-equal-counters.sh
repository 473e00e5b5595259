#!/usr/bin/env bash
# Guess: where every client replies with the same whole number, such as a batch counter of 7, Flower's average is that
#   number, in the type that was sent.
# Seen (flwr 1.42.0, numpy 2.4.6): FedAvg multiplies by weights that are fractions, so the counter comes back as a double,
#   and six equal clients' 1 is 0.9999999999999999: read as a whole number it is 0. What is no double any more is noised
#   like a parameter in the next round by mods that look at the type.
# So: the server here sends whole numbers back as whole numbers, and a client's mod looks at both types, sent and trained.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "flwr==1.42.0" "numpy==2.4.6"
FLWR_TELEMETRY_ENABLED=0 "$work/venv/bin/python" - <<'P'
import numpy as np
from flwr.app import Array, ArrayRecord, Message, MetricRecord, RecordDict
from flwr.serverapp.strategy import FedAvg
from flwr.supercore.task_identity import TaskIdentity

TaskIdentity.run_id = TaskIdentity.task_id = TaskIdentity.node_id = 1  # messages are made in a task
COUNTER = 1


def reply(node: int) -> Message:
    arrays = ArrayRecord({"num_batches_tracked": Array(np.array([COUNTER]))})
    asked = Message(RecordDict({"arrays": arrays}), dst_node_id=node, message_type="train")
    metrics = MetricRecord({"num-examples": 240})
    return Message(RecordDict({"arrays": arrays, "metrics": metrics}), reply_to=asked)


arrays, _ = FedAvg().aggregate_train(1, [reply(node) for node in range(1, 7)])
averaged = arrays["num_batches_tracked"].numpy()
print("sent", COUNTER, "by six; averaged", repr(averaged[0]), "as a whole number", averaged.astype(np.int64)[0])
assert averaged.dtype == np.float64
assert averaged[0] != COUNTER and averaged.astype(np.int64)[0] == 0
P
