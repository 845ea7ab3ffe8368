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
WALLPAPERS = ["/usr/share/backgrounds/**/*.jpg", "/usr/share/wallpapers/**/*.jpg", "/usr/share/wallpapers/**/*.png"]


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
    """Cuts pieces of 6 megapixels out of larger photographs; four of these beside each other are one of 24."""
    pieces = []
    for path in sorted({os.path.realpath(path) for pattern in WALLPAPERS for path in glob.glob(pattern, recursive=True)}):
        with Image.open(path) as picture:
            if picture.width >= 3000 and picture.height >= 2000 and len(pieces) < 16:
                left, top = (picture.width - 3000) // 2, (picture.height - 2000) // 2
                pieces.append(picture.convert("RGB").crop((left, top, left + 3000, top + 2000)))
    if len(pieces) < 16:
        sys.exit(f"Only {len(pieces)} photographs of 3000 × 2000 pixels or more are here, 16 are wanted: install mate-backgrounds and plasma-workspace-wallpapers.")
    for number, piece in enumerate(pieces[:12]):
        piece.save(os.path.join(folder, f"6mp-{number}.jpg"), quality=92, subsampling="4:2:0")
    for number in range(4):
        large = Image.new("RGB", (6000, 4000))
        for place in range(4):
            large.paste(pieces[number * 4 + place], (place % 2 * 3000, place // 2 * 2000))
        large.save(os.path.join(folder, f"24mp-{number}.jpg"), quality=92, subsampling="4:2:0")
    heavy = os.path.join(folder, "8mb.jpg")
    for quality in range(85, 101):
        large.save(heavy, quality=quality, subsampling="4:4:4")
        if os.path.getsize(heavy) >= 8_000_000:
            break


if __name__ == "__main__":
    command, target, *rest = sys.argv[1:]
    if command == "photos":
        make_photos(target)
    else:
        render_all(target, rest)
