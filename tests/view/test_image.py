import numpy as np
from hypothesis import given
from hypothesis.extra import numpy as hnp

from beamio.view.image import Panel, contrast, draw_panels


@given(hnp.arrays("f4", (3, 4)))
def test_contrast_is_always_finite_and_open(image):
    low, high = contrast(image)
    assert np.isfinite([low, high]).all()
    assert low < high


def test_contrast_leaves_out_what_is_rare():
    image = np.ones((100, 100))
    image[0, :20] = 1e9
    image[1, :20] = np.nan
    assert contrast(image) == (1, 2)


def test_panels_of_any_shape_are_drawn(tmp_path):
    from PIL import Image

    for shape in ((1, 1), (3, 2000), (2000, 3)):
        path = tmp_path / "a.part"
        draw_panels([[Panel("a", np.random.default_rng(0).random(shape))] * 2], path)
        with Image.open(path) as picture:
            assert min(picture.size) > 50


def test_invalid_pixels_are_seen(tmp_path):
    from PIL import Image

    image = np.ones((8, 8))
    image[2:4, 2:4] = np.nan
    draw_panels([[Panel("a", image)]], tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20)}
    assert (0xEA, 0x58, 0x0C) in colours
