"""Training on many machines by Flower: a mod that keeps a client's budget, and a server that averages by the plan.

A client needs ``flwr``, NumPy and SciPy. Nothing here is imported before it is used.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "gradients": ["per_record_gradients"],
        "mod": ["private"],
        "node_terms": ["from_node_config", "own_terms", "simulated", "write_terms"],
        "records": ["descend"],
        "secure_sum": ["private_sum", "train_by_secure_sum"],
        "strategy": ["server"],
        "terms": ["Terms", "terms_of"],
    },
)
