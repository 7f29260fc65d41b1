"""A face through the pictures of a video.

As in MediaPipe's video mode, a face is looked for where it was. Its place is the detector's,
carried along with the landmarks, not one drawn around them: all pictures are told from one view.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from kyc.face.finder import Face, FaceFinder, Found
from kyc.face.picture import RGB, Place

FOUND_FOR = 0.35  # seconds: so long may a second face go unseen
FAR = 0.1  # face widths between two pictures: a face may be another there, after a cut


@dataclass(frozen=True)
class _Trail:
    """A face that was found alone at a time, and where it is to be looked for next."""

    found: Found
    at: float
    next: Place

    def after(self, face: Face) -> _Trail | None:
        """The trail on from where the face is now; None where that is far from where it was."""
        x, y = (face.landmarks.mean(0) - self.found.face.landmarks.mean(0)).tolist()
        place = self.found.place.moved(x, y)
        if math.dist(place.centre, self.next.centre) > FAR * face.width:
            return None
        return replace(self, next=place)


class FaceTracker:
    """Faces of one video, whose pictures are shown to it in order of time."""

    def __init__(self, finder: FaceFinder) -> None:
        self._finder = finder
        self._trail: _Trail | None = None

    def look(self, image: RGB, at: float) -> tuple[Face, ...]:
        """Faces of an RGB picture uint8 (height, width, 3) at a time in seconds, the subject first.

        A face that was found alone is followed for `FOUND_FOR`. After that, where it is lost or
        `FAR` from where it was, and where there were several or none, faces are found anew.
        """
        followed = self._follow(image, at)
        if followed is not None:
            return (followed,)
        found = self._finder.find_places(image)
        self._trail = _Trail(found[0], at, found[0].place) if len(found) == 1 else None
        return tuple(one.face for one in found)

    def _follow(self, image: RGB, at: float) -> Face | None:
        if self._trail is None or at - self._trail.at > FOUND_FOR:
            return None
        face = self._finder.look_at(image, self._trail.next)
        self._trail = None if face is None else self._trail.after(face)
        return None if self._trail is None else face
