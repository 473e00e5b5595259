from .formulations.errors import BackendError as BackendError
from .formulations.errors import InputError as InputError
from .formulations.errors import LimitReached as LimitReached
from .formulations.errors import MechproofError as MechproofError
from .formulations.errors import UnsupportedModel as UnsupportedModel
