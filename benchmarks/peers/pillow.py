"""Renders photos with Pillow, in two processes, or makes the photos that all are measured with.

    python3 pillow.py render <folder for what is made> <photo> ...     prints how many photos a second
    python3 pillow.py photos <folder>                                  of Debian's wallpapers: 12 of 6 megapixels, 4 of 24, one of 8 MB
"""

import glob
import multiprocessing
import os
import sys
import time

from PIL import Image, ImageOps

BOXES = {"high": (1400, 1050), "low": (360, 230)}
# The photographs in Debian's mate-backgrounds and plasma-workspace-wallpapers; most of the latter are drawings.
PHOTOGRAPHS = ["/usr/share/backgrounds/mate/nature/*.jpg"] + [
    f"/usr/share/wallpapers/{name}/contents/images/2560x1600.*"
    for name in "BytheWater ColdRipple ColorfulCups DarkestHour EveningGlow FallenLeaf Grey Kite OneStandsOut Path summer_1am".split()
]
PIECE = (1500, 1000)


def render(job):
    """As a service of one's own does it: open, turn upright, shrink for each size, save."""
    number, path, target = job
    with Image.open(path) as photo:
        upright = ImageOps.exif_transpose(photo).convert("RGB")
        for name, box in BOXES.items():
            sized = upright.copy()
            sized.thumbnail(box, Image.LANCZOS)
            sized.save(os.path.join(target, f"{number}-{name}.jpg"), quality=80)


def render_all(target, photos):
    jobs = [(number, path, target) for number, path in enumerate(photos)]
    with multiprocessing.Pool(2) as pool:
        pool.map(render, jobs[:2], chunksize=1)
        began = time.monotonic()
        for _ in pool.imap_unordered(render, jobs, chunksize=1):
            pass
        print(len(jobs) / (time.monotonic() - began))


def make_photos(folder):
    """Lays pieces of photographs, cut out pixel for pixel, beside each other: four are 6 megapixels, sixteen are 24."""
    pieces = []
    for path in sorted({os.path.realpath(path) for pattern in PHOTOGRAPHS for path in glob.glob(pattern)}):
        with Image.open(path) as picture:
            left, top = ((have - wanted) // 2 for have, wanted in zip(picture.size, PIECE))
            if left >= 0 and top >= 0:
                pieces.append(picture.convert("RGB").crop((left, top, left + PIECE[0], top + PIECE[1])))
    if len(pieces) < 16:
        sys.exit(f"Only {len(pieces)} photographs are here, 16 are wanted: install mate-backgrounds and plasma-workspace-wallpapers.")

    def lay(first, side):
        photo = Image.new("RGB", (PIECE[0] * side, PIECE[1] * side))
        for place in range(side * side):
            photo.paste(pieces[(first + place) % len(pieces)], (place % side * PIECE[0], place // side * PIECE[1]))
        return photo

    for number in range(12):
        lay(number, 2).save(os.path.join(folder, f"6mp-{number}.jpg"), quality=92, subsampling="4:2:0")
    for number in range(4):
        lay(number * 4, 4).save(os.path.join(folder, f"24mp-{number}.jpg"), quality=92, subsampling="4:2:0")
    heavy = os.path.join(folder, "8mb.jpg")
    for quality in range(85, 101):
        lay(0, 4).save(heavy, quality=quality, subsampling="4:4:4")
        if os.path.getsize(heavy) >= 8_000_000:
            break


if __name__ == "__main__":
    command, target, *rest = sys.argv[1:]
    if command == "photos":
        make_photos(target)
    else:
        render_all(target, rest)
