"""What can be wrong with an archive, and with the topics that it is written from or to.

ArchiveError
|-- BrokenArchiveError   what the files hold is not what was written
|-- OtherTopicsError     the topics are not those that the archive goes on from
`-- NotEmptyError        topics that are to be filled hold records
"""


class ArchiveError(Exception):
    """Says in one line what is wrong, and what to do. Not retryable."""


class BrokenArchiveError(ArchiveError):
    """What the files hold is not what was written."""


class OtherTopicsError(ArchiveError):
    """The topics are not those that the archive goes on from, or do not fit it."""


class NotEmptyError(ArchiveError):
    """Topics that are to be filled hold records."""
