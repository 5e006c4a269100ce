"""What files hold: listed, found, described."""

from beamio.contents.walk import contents

__all__ = ["contents"]
