"""Jobs: corrections, conversions and checks in processes of their own.

`Jobs` starts them, tells how far they are, and cancels them; it needs a running event
loop, and neither HTTP nor a server process.
"""

from beamio.web.jobs.asked import JobAsked, JobForm
from beamio.web.jobs.runner import Jobs
from beamio.web.jobs.state import JobState

__all__ = ["JobAsked", "JobForm", "JobState", "Jobs"]
