"""Mechanisms of one's own: a class in a Python file beside the specification."""

from __future__ import annotations

import importlib.util
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from ..authors import told
from ..errors import InputError
from ..language import Declaration, Model, Program
from ..promises import ASKED_OF_PROGRAMS, check_promises
from ..words import suggestion
from .tables import read_text


def load_class(spec_type: str, folder: Path, allow_code: bool) -> type[Declaration]:
    """Return the class that ``type = "my_market.py:MyContest"`` names.

    Raises
    ------
    InputError
        When running code was not allowed, or the file or the class cannot be loaded.
    """
    file, _, name = spec_type.partition(":")
    if not allow_code:
        rule = "runs Python code, which is not done unless it is allowed"
        raise InputError("mechanism.type", spec_type, rule, "read the file, then add --allow-code (allow_code=True)")
    path = folder / file
    read_text(path, "mechanism.type", file)
    module = _run(path, spec_type)
    classes = {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Declaration) and value.__module__ == module.__name__
    }
    if name not in classes:
        choices = f"the mechanisms in {file} are {', '.join(classes) or 'none'}"
        raise InputError("mechanism.type", spec_type, "has no such class", suggestion(name, classes, choices))
    kind = classes[name]
    if issubclass(kind, Model):
        check_promises(kind, ASKED_OF_PROGRAMS if issubclass(kind, Program) else ())
    return kind


def _run(path: Path, spec_type: str) -> ModuleType:
    """Run a file and return it as a module, whose objects other processes can be sent."""
    module_name = f"mechproof_{path.stem}_{sha256(str(path.resolve()).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise InputError("mechanism.type", spec_type, "is no Python file", "name it as my_market.py:MyContest")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # data classes look their module up by name
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # to leave Python here would be to leave as if all were well
        del sys.modules[module_name]
        raise told(error) or error from None
    _send_by_value(module_name)
    return module


def _send_by_value(module_name: str) -> None:
    """Let other processes receive the module's classes whole, since they cannot import it."""
    import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[module_name])
