"""Every function that is worked out here: importing this makes them known to the worker."""

from fundingapp.workbooks.formulas import (  # noqa: F401 - each registers its functions
    arrays,
    dates,
    lookups,
    ranges,
    scalars,
)
from fundingapp.workbooks.formulas.worker import FUNCTIONS

#: Their names, as formulas are stored: in English and in capitals.
KNOWN = frozenset(FUNCTIONS)
