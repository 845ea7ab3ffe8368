"""Renders photos with Pillow in two processes, or makes the photos for all measurements.

    python3 pillow.py render <output folder> <photo> ...     prints the number of photos rendered a second
    python3 pillow.py photos <output folder>                 makes photos from Debian's wallpapers: 12 of 6 megapixels, 4 of 24 megapixels, one of 8 MB
"""

import glob
import multiprocessing
import os
import sys
import time

from PIL import Image, ImageOps

BOXES = {"high": (1400, 1050), "low": (360, 230)}
# The photographs in Debian's packages mate-backgrounds and plasma-workspace-wallpapers. Most wallpapers of the latter package are drawings.
PHOTOGRAPHS = ["/usr/share/backgrounds/mate/nature/*.jpg"] + [
    f"/usr/share/wallpapers/{name}/contents/images/2560x1600.*"
    for name in "BytheWater ColdRipple ColorfulCups DarkestHour EveningGlow FallenLeaf Grey Kite OneStandsOut Path summer_1am".split()
]
PIECE = (1500, 1000)


def render(job):
    """Renders as a self-written service would: opens the photo, turns it upright, shrinks it to each size and saves the results."""
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
    """Puts unscaled pieces of photographs side by side: four pieces make 6 megapixels, sixteen make 24 megapixels."""
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
