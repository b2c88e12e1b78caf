"""All tables of a funding file: whoever takes :class:`Base` from here knows them all."""

from fundingapp.persistence import records, return_records
from fundingapp.persistence.bases import Base

__all__ = ["Base", "records", "return_records"]
