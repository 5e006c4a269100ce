from beamio.engine import native


def test_the_native_module_is_there():
    assert native.is_available(), "built without a Rust toolchain?"
