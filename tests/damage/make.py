"""Makes one small film in the layouts that tests/picture_damage.rs damages and Rust's encoders cannot write.

    python tests/damage/make.py        # Pillow 13.0.0, NumPy 2; ImageMagick 6.9 for tiles and run lengths
"""

import os
import subprocess

import numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
y, x = np.mgrid[0:60, 0:80]
chest = 40 + 170 * np.exp(-(((x - 40) / 26.0) ** 2) - ((y - 30) / 20.0) ** 2) + 12 * np.sin(x * 0.9) * np.cos(y * 0.7)
noise = (x * 7919 + y * 104729) % 17
film = np.clip(chest + noise, 0, 255).astype(np.uint8)
deep = (film.astype(np.uint16) << 4) | (noise % 16).astype(np.uint16)


def at(name):
    return os.path.join(here, name)


grey, grey16 = Image.fromarray(film), Image.fromarray(deep)
grey.save(at("lossy.webp"), quality=80, method=4)
grey.save(at("lossless.webp"), lossless=True)
grey.save(at("film.gif"))
grey.save(at("raw.bmp"))
strips = {278: 16}
grey.save(at("raw.tif"), compression="raw", tiffinfo=strips)
grey.save(at("lzw.tif"), compression="tiff_lzw", tiffinfo=strips)
grey.save(at("packbits.tif"), compression="packbits", tiffinfo=strips)
grey.save(at("big.tif"), tiffinfo=strips, big_tiff=True)
grey16.save(at("raw16.tif"), compression="raw", tiffinfo=strips)
grey16.save(at("deflate16.tif"), compression="tiff_adobe_deflate", tiffinfo={278: 16, 317: 2})
grey16.save(at("lzw16.tif"), compression="tiff_lzw", tiffinfo=strips)
grey.save(at("jpeg.tif"), compression="jpeg", quality=95, tiffinfo=strips)
grey.save(at("jpeg_whole.tif"), compression="jpeg", quality=95, tiffinfo={278: 60})
colours = Image.merge("RGB", (grey, grey.point(lambda v: v // 2), grey.point(lambda v: 255 - v)))
colours.save(at("jpeg_colours.tif"), compression="jpeg", quality=95, tiffinfo=strips)
colours.convert("YCbCr").save(at("jpeg_ycbcr.tif"), compression="jpeg", quality=95, tiffinfo=strips)


def convert(source, name, *options):
    subprocess.run(["convert", at(source), *options, at(name)], check=True)


tiles = ["-define", "tiff:tile-geometry=32x32"]
convert("raw.tif", "tiles_raw.tif", "-compress", "None", *tiles)
convert("raw.tif", "tiles_lzw.tif", "-compress", "LZW", *tiles)
convert("raw.tif", "tiles_deflate.tif", "-compress", "Zip", *tiles)
convert("raw.tif", "tiles_jpeg.tif", "-compress", "JPEG", "-quality", "95", *tiles)
convert("raw.tif", "runs.bmp", "-posterize", "6", "-colors", "6", "-compress", "RLE")
