"""What others' test suites use: assertions, conformance kits, Hypothesis strategies of declared mechanisms."""

from .assertions import assert_holds as assert_holds
from .backend_kit import check_backend as check_backend
from .known_problems import Known as Known
from .mechanism_kit import check_mechanism as check_mechanism
