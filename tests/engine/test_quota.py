import pytest

from beamio.engine.quota import cpu_quota


def group(root, place, **files):
    folder = root / "sys/fs/cgroup" / place
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "proc/self").mkdir(parents=True)
    return tmp_path


def test_the_least_quota_of_a_group_and_those_above_counts(root):
    (root / "proc/self/cgroup").write_text("0::/slice/job\n")
    group(root, "slice", cpu__max="150000 100000\n")
    group(root, "slice/job", cpu__max="400000 100000\n")
    assert cpu_quota(root) == 1.5


def test_a_container_sees_its_group_at_the_top(root):
    (root / "proc/self/cgroup").write_text("0::/not/to/be/seen\n")
    group(root, "", cpu__max="50000 100000\n")
    assert cpu_quota(root) == 0.5


def test_the_first_version_of_control_groups_is_read(root):
    (root / "proc/self/cgroup").write_text("5:memory:/job\n4:cpu,cpuacct:/job\n")
    files = {"cpu__cfs_quota_us": "300000", "cpu__cfs_period_us": "100000"}
    group(root, "cpu,cpuacct/job", **files)
    assert cpu_quota(root) == 3.0


@pytest.mark.parametrize("text", ["max 100000", "-1 100000", "nonsense"])
def test_no_quota_is_none(root, text):
    (root / "proc/self/cgroup").write_text("0::/job\n")
    group(root, "job", cpu__max=text)
    assert cpu_quota(root) is None


def test_where_there_are_no_control_groups_there_is_no_quota(tmp_path):
    assert cpu_quota(tmp_path) is None
