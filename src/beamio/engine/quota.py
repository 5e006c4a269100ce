"""How many CPUs a container or a batch system allows, of those that it shows."""

from pathlib import Path


def cpu_quota(root: Path = Path("/")) -> float | None:
    """Return the CPUs that the control groups of this process allow; None if all.

    Parameters
    ----------
    root
        Where ``proc`` and ``sys`` are.
    """
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return None
    quotas = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers not in {"", "cpu", "cpu,cpuacct", "cpuacct,cpu"}:
            continue
        top = root / "sys/fs/cgroup" / controllers
        group = Path(path.lstrip("/"))
        # Inside of a container the group may be seen as the top one.
        quotas += [_quota(top / each) for each in (group, *group.parents)]
    return min((quota for quota in quotas if quota), default=None)


def _quota(group: Path) -> float | None:
    """Return the CPUs that one control group allows; None if all."""
    try:
        if (group / "cpu.max").is_file():  # version 2
            quota, period = (group / "cpu.max").read_text(encoding="utf-8").split()
        else:
            quota = (group / "cpu.cfs_quota_us").read_text(encoding="utf-8")
            period = (group / "cpu.cfs_period_us").read_text(encoding="utf-8")
        return max(0.0, float(quota)) / float(period)
    except (OSError, ValueError, ZeroDivisionError):  # no such file, or "max"
        return None
