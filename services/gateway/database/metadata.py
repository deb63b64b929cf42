"""What all tables belong to. Moments are Unix microseconds, `_ms` columns Unix milliseconds.

A table is projected or own. Projected ones are written by the projector only and thrown away by a
rebuild (`projection.table.PROJECTED`); own ones hold what no topic does, and no rebuild touches
them.
"""

from sqlalchemy import MetaData

METADATA = MetaData()
