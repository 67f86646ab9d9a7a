"""Makes DICOM files of every kind that is read, and says what pydicom makes of their first frames.

    python tests/dicom/make.py FOLDER

For each NAME.dcm there are NAME.shown (how bright each pixel is, 0 to 1, as little-endian doubles) and, for greys,
NAME.stored (the stored values behind the modality step, less the least that there can be, as little-endian doubles:
what the samples of a deep picture are counted in). files.csv lists name, width, height, channels, bits and by how many
stored values a decoder may differ, which is 0 but for JPEG with loss. archive/ is a tree as archives export it,
archive.zip the same, and archive.json what pydicom reads of its pictures, in the order of their paths.

numpy 2.4.6, pydicom 3.0.2, pylibjpeg 2.1.0, pylibjpeg-libjpeg 2.5.0, pylibjpeg-openjpeg 2.6.0, pyjpegls 1.5.1,
imagecodecs 2026.3.6 (its libjpeg-turbo writes JPEG of 12 bits and without loss), pillow 13.0.0.
"""

import io
import json
import sys
import warnings
import zipfile
from datetime import datetime
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
from pydicom import uid
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_modality_lut, apply_voi_lut
from pydicom.sequence import Sequence

warnings.filterwarnings("ignore")
OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
DICE = np.random.default_rng(15)
ROWS, COLUMNS = 47, 66
LIST = []


def drawing(bits, rows=ROWS, columns=COLUMNS):
    """No symmetry, smooth and rough parts, runs of equal values, both ends of the range."""
    y, x = np.mgrid[0:rows, 0:columns]
    most = 2**bits - 1
    grey = 0.15 + 0.6 * x / columns + 0.2 * (y / rows) ** 2
    grey += 0.3 * np.exp(-((x - 20) ** 2 + (y - 12) ** 2) / 60)
    grey[30:, 40:] += DICE.normal(0, 0.02, grey[30:, 40:].shape)
    grey[:5, :9] = 0
    grey[-4:, -11:] = 1
    return np.clip(np.round(grey * most), 0, most).astype(np.uint16 if bits > 8 else np.uint8)


def basic(pixels, stored, signed=False, photometric="MONOCHROME2"):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = uid.DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID = meta.MediaStorageSOPClassUID
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.Modality = "DX"
    ds.PatientName = "Planted^Name"
    ds.PatientID = "planted-id"
    ds.SamplesPerPixel = 3 if photometric[0] in "RY" else 1
    ds.PhotometricInterpretation = photometric
    ds.Rows, ds.Columns = pixels.shape[:2]
    ds.BitsAllocated = 8 * pixels.dtype.itemsize
    ds.BitsStored = stored
    ds.HighBit = stored - 1
    ds.PixelRepresentation = int(signed)
    if ds.SamplesPerPixel == 3:
        ds.PlanarConfiguration = 0
    ds.PixelData = even(pixels.tobytes())
    return ds


def even(data):
    return data + b"\0" * (len(data) % 2)


def encoded(ds, syntax, *frames, **how):
    ds.file_meta.TransferSyntaxUID = syntax
    ds.PixelData = encapsulate([even(frame) for frame in frames], **how)
    ds["PixelData"].is_undefined_length = True
    ds["PixelData"].VR = "OB"
    return ds


def ends(ds):
    """The least and the largest value behind the modality step, as apply_voi_lut has them."""
    if "ModalityLUTSequence" in ds:
        data = np.frombuffer(ds.ModalityLUTSequence[0].LUTData, "<u2")
        return float(data.min()), float(data.max())
    n = 2**ds.BitsStored
    least, most = (-n // 2, n // 2 - 1) if ds.PixelRepresentation else (0, n - 1)
    slope, intercept = float(ds.get("RescaleSlope", 1)), float(ds.get("RescaleIntercept", 0))
    return tuple(sorted((slope * least + intercept, slope * most + intercept)))


def shown(ds, values):
    """0 to 1, by pydicom's own steps."""
    least, most = ends(ds)
    if "VOILUTSequence" in ds:
        whites = 2 ** ds.VOILUTSequence[0].LUTDescriptor[2] - 1
        bright = apply_voi_lut(values, ds) / whites
    elif "WindowCenter" in ds:
        out = apply_voi_lut(values, ds)
        if "ModalityLUTSequence" in ds:
            low, high = 0, 2 ** ds.ModalityLUTSequence[0].LUTDescriptor[2] - 1
        else:
            low, high = least, most
        bright = (out - low) / (high - low)
    else:
        bright = (values - least) / (most - least)
    return 1 - bright if ds.PhotometricInterpretation == "MONOCHROME1" else bright


def keep(name, ds, may_differ=0, data=None, reference=None, bright=None):
    """Writes a file, or `data` in its place, and what pydicom reads of it (of `reference` where it cannot, and `bright`
    in place of its own steps).

    pydicom gives colours as red, green and blue.
    """
    if data is None:
        buffer = io.BytesIO()
        pydicom.dcmwrite(buffer, ds, enforce_file_format=False)
        data = buffer.getvalue()
    (OUT / f"{name}.dcm").write_bytes(data)
    read = reference if reference is not None else pydicom.dcmread(io.BytesIO(data), force=True)
    pixels = read.pixel_array
    if int(read.get("NumberOfFrames", 1) or 1) > 1:
        pixels = pixels[0]
    channels = 1 if pixels.ndim == 2 else 3
    if channels == 3:
        pixels.astype("<f8").__truediv__(255).tofile(OUT / f"{name}.shown")
        bits = 8
    else:
        values = apply_modality_lut(pixels, read).astype(float)
        bright = shown(read, values) if bright is None else bright
        bright.astype("<f8").tofile(OUT / f"{name}.shown")
        least, most = ends(read)
        above = (most - values) if read.PhotometricInterpretation == "MONOCHROME1" else (values - least)
        above.astype("<f8").tofile(OUT / f"{name}.stored")
        bits = read.BitsStored
    height, width = pixels.shape[:2]
    LIST.append(f"{name},{width},{height},{channels},{bits},{may_differ}")


def plain():
    for bits in (8, 10, 12, 16):
        keep(f"explicit_{bits}", basic(drawing(bits), bits))
    keep("signed_16", basic((drawing(16).astype(np.int32) - 2**15).astype(np.int16), 16, signed=True))
    signed = ((drawing(12).astype(np.int32) - 2048) & 0xFFF).astype(np.uint16)
    keep("signed_12", basic(signed, 12, signed=True))
    implicit = basic(drawing(12), 12)
    implicit.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
    keep("implicit_12", implicit)
    deflated = basic(drawing(12), 12)
    deflated.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
    keep("deflated_12", deflated)
    big = basic(drawing(12).astype(">u2"), 12)
    big.file_meta.TransferSyntaxUID = uid.ExplicitVRBigEndian
    big["PixelData"].VR = "OW"
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, big, little_endian=False, implicit_vr=False)
    keep("big_endian_12", big, data=buffer.getvalue())
    # Overlays once lay in bits that are not used.
    overlay = drawing(12) | (DICE.integers(0, 16, (ROWS, COLUMNS)).astype(np.uint16) << 12)
    clean = basic(drawing(12), 12)
    del clean
    over = basic(overlay, 12)
    reference = basic(overlay & 0xFFF, 12)
    keep("bits_above", over, reference=read_back(reference))
    # And below them.
    low = basic(((overlay & 0xFFF) << 4 | overlay >> 12).astype(np.uint16), 12)
    low.HighBit = 15
    keep("bits_below", low, reference=read_back(reference))
    odd = drawing(8)[:45, :33]
    keep("odd_length", basic(odd, 8))
    single = (drawing(8) > 120).astype(np.uint8)
    one = basic(single, 8)
    one.BitsAllocated = one.BitsStored = 1
    one.HighBit = 0
    one.PixelData = even(np.packbits(single.ravel(), bitorder="little").tobytes())
    keep("single_bits", one)


def read_back(ds):
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, ds, enforce_file_format=False)
    return pydicom.dcmread(io.BytesIO(buffer.getvalue()), force=True)


def greys():
    keep("monochrome1_12", basic(drawing(12), 12, photometric="MONOCHROME1"))
    keep("monochrome1_8", basic(drawing(8), 8, photometric="MONOCHROME1"))
    for name, photometric in (("window", "MONOCHROME2"), ("window_inverted", "MONOCHROME1")):
        ds = basic(drawing(12), 12, photometric=photometric)
        ds.WindowCenter, ds.WindowWidth = ["1800", "500"], ["2400", "100"]
        keep(name, ds)
    for function in ("LINEAR_EXACT", "SIGMOID"):
        ds = basic(drawing(12), 12)
        ds.WindowCenter, ds.WindowWidth, ds.VOILUTFunction = "1900.5", "1700", function
        keep(f"window_{function.lower()}", ds)
    narrow = basic(drawing(12), 12)
    narrow.WindowCenter, narrow.WindowWidth = "2000", "1"
    keep("window_of_one", narrow)
    eight = basic(drawing(8), 8)
    eight.WindowCenter, eight.WindowWidth = "140", "120"
    keep("window_8", eight)
    rescaled = basic(drawing(12), 12)
    rescaled.RescaleSlope, rescaled.RescaleIntercept = "2.5", "-1000"
    rescaled.WindowCenter, rescaled.WindowWidth = "3500", "5000"
    keep("rescaled_window", rescaled)
    rescaled = basic(drawing(12), 12)
    rescaled.RescaleSlope, rescaled.RescaleIntercept = "0.5", "-100"
    keep("rescaled", rescaled)
    # Entries of 8 bits in words and in bytes. pydicom 3.0.2 clips values to such a table in 8 bits, where they wrap: so
    # numpy looks them up.
    for name, packed in (("voi_lut_8", False), ("voi_lut_8_packed", True)):
        pixels = drawing(12)
        ds = basic(pixels, 12)
        curve = np.round(255 * (np.arange(4096) / 4095) ** 1.7).astype(np.uint16)
        ds.VOILUTSequence = Sequence([lut(0, 8, curve, packed)])
        keep(name, ds, reference=read_back(basic(pixels, 12)), bright=curve[pixels] / 255)
    for name, bits, entries in (("voi_lut", 12, 12), ("voi_lut_short", 12, 16)):
        ds = basic(drawing(bits), bits)
        n, first = (1000, 1500) if name == "voi_lut_short" else (2**bits, 0)
        curve = np.round((2**entries - 1) * (np.arange(n) / (n - 1)) ** 1.7).astype(np.uint16)
        ds.VOILUTSequence = Sequence([lut(first, entries, curve)])
        # The table comes before the window.
        ds.WindowCenter, ds.WindowWidth = "100", "50"
        keep(name, ds)
    ds = basic(drawing(12), 12)
    curve = np.round(65535 * np.sqrt(np.arange(4096) / 4095)).astype(np.uint16)
    ds.ModalityLUTSequence = Sequence([lut(0, 16, curve)])
    ds.ModalityLUTSequence[0].ModalityLUTType = "US"
    keep("modality_lut", ds)
    ds = basic(drawing(12), 12)
    ds.ModalityLUTSequence = Sequence([lut(0, 16, curve)])
    ds.ModalityLUTSequence[0].ModalityLUTType = "US"
    ds.WindowCenter, ds.WindowWidth = "40000", "30000"
    keep("modality_lut_window", ds)


def lut(first, bits, data, packed=False):
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(data) % 65536, first, bits])
    item.add_new("LUTData", "OW", data.astype("u1" if packed else "<u2").tobytes())
    return item


def compressed():
    for bits in (8, 12, 16):
        ds = basic(drawing(bits), bits)
        ds.compress(uid.RLELossless)
        keep(f"rle_{bits}", ds)
    for quality in (60, 95):
        data = imagecodecs.jpeg8_encode(drawing(8), quality)
        keep(f"jpeg_baseline_{quality}", encoded(basic(drawing(8), 8), uid.JPEGBaseline8Bit, data), 1)
    for quality in (75, 98):
        data = imagecodecs.jpeg8_encode(drawing(12), quality, bitspersample=12)
        keep(f"jpeg_extended_{quality}", encoded(basic(drawing(12), 12), uid.JPEGExtended12Bit, data), 1)
    data = imagecodecs.jpeg8_encode(drawing(8), 90)
    keep("jpeg_extended_8", encoded(basic(drawing(8), 8), uid.JPEGExtended12Bit, data), 1)
    for bits in (8, 12, 16):
        data = imagecodecs.jpeg8_encode(drawing(bits), lossless=True, bitspersample=bits, predictor=1)
        keep(f"jpeg_lossless_sv1_{bits}", encoded(basic(drawing(bits), bits), uid.JPEGLosslessSV1, data))
    for predictor in range(1, 8):
        data = imagecodecs.jpeg8_encode(drawing(14), lossless=True, bitspersample=14, predictor=predictor)
        keep(f"jpeg_lossless_{predictor}", encoded(basic(drawing(14), 14), uid.JPEGLossless, data))
    signed = drawing(16) ^ 0x8000
    data = imagecodecs.jpeg8_encode(signed, lossless=True, bitspersample=16, predictor=1)
    keep("jpeg_lossless_signed", encoded(basic(signed, 16, signed=True), uid.JPEGLosslessSV1, data))
    for bits in (8, 10, 12, 16):
        ds = basic(drawing(bits), bits)
        ds.compress(uid.JPEGLSLossless)
        keep(f"jpeg_ls_{bits}", ds)
        for near in (1, 5):
            ds = basic(drawing(bits), bits)
            ds.compress(uid.JPEGLSNearLossless, jls_error=near)
            keep(f"jpeg_ls_{bits}_near_{near}", ds)
    noise = DICE.integers(0, 4096, (ROWS, COLUMNS)).astype(np.uint16)
    ds = basic(noise, 12)
    ds.compress(uid.JPEGLSLossless)
    keep("jpeg_ls_noise", ds)
    flat = np.full((ROWS, COLUMNS), 77, np.uint16)
    flat[20, 30:] = 4000
    ds = basic(flat, 12)
    ds.compress(uid.JPEGLSLossless)
    keep("jpeg_ls_flat", ds)
    for bits in (8, 12, 16):
        ds = basic(drawing(bits), bits)
        ds.compress(uid.JPEG2000Lossless)
        keep(f"jpeg_2000_{bits}", ds)
        ds = basic(drawing(bits), bits)
        ds.compress(uid.JPEG2000, j2k_cr=[6])
        keep(f"jpeg_2000_{bits}_lossy", ds, 1)
    ds = basic((drawing(16).astype(np.int32) - 2**15).astype(np.int16), 16, signed=True)
    ds.compress(uid.JPEG2000Lossless)
    keep("jpeg_2000_signed", ds)
    ds = basic((drawing(12).astype(np.int32) - 2**11).astype(np.int16), 12, signed=True)
    ds.compress(uid.JPEG2000Lossless)
    keep("jpeg_2000_signed_12", ds)
    fine = basic(drawing(12, 300, 410), 12)
    fine.compress(uid.JPEG2000Lossless)
    keep("jpeg_2000_larger", fine)
    fine = basic(drawing(12, 300, 410), 12)
    fine.compress(uid.JPEGLSLossless)
    keep("jpeg_ls_larger", fine)


def frames():
    three = np.stack([drawing(12), drawing(12)[::-1], drawing(12)[:, ::-1]])
    ds = basic(three[0], 12)
    ds.NumberOfFrames = 3
    ds.PixelData = three.tobytes()
    keep("frames", ds)
    each = [imagecodecs.jpeg8_encode(frame, lossless=True, bitspersample=12, predictor=1) for frame in three]
    for name, how in (
        ("frames_jpeg_offsets", {}),
        ("frames_jpeg", {"has_bot": False}),
        ("frames_jpeg_fragments", {"has_bot": False, "fragments_per_frame": 2}),
        ("frames_jpeg_offsets_fragments", {"fragments_per_frame": 3}),
    ):
        ds = basic(three[0], 12)
        ds.NumberOfFrames = 3
        keep(name, encoded(ds, uid.JPEGLosslessSV1, *each, **how))
    ds = basic(three[0], 12)
    ds.NumberOfFrames = 3
    ds.PixelData = three.tobytes()
    ds.compress(uid.RLELossless)
    keep("frames_rle", ds)
    ds = basic(three[0], 12)
    keep("one_frame_in_fragments", encoded(ds, uid.JPEGLosslessSV1, each[0], fragments_per_frame=3))
    # An enhanced file says of each frame what others say of all.
    ds = basic(three[0], 12)
    ds.NumberOfFrames = 3
    ds.PixelData = three.tobytes()
    told = Dataset()
    told.WindowCenter, told.WindowWidth = "1500", "900"
    later = Dataset()
    later.WindowCenter, later.WindowWidth = "10", "20"
    measures = Dataset()
    measures.PixelSpacing = ["0.2", "0.3"]
    shared, first, second = Dataset(), Dataset(), Dataset()
    shared.PixelMeasuresSequence = Sequence([measures])
    first.FrameVOILUTSequence = Sequence([told])
    second.FrameVOILUTSequence = Sequence([later])
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    ds.PerFrameFunctionalGroupsSequence = Sequence([first, second, second])
    reference = read_back(basic(three[0], 12))
    reference.WindowCenter, reference.WindowWidth = "1500", "900"
    keep("frames_enhanced", ds, reference=reference)


def colours():
    rgb = np.stack([drawing(8), drawing(8)[::-1], drawing(8)[:, ::-1]], axis=-1)
    keep("rgb", basic(rgb, 8, photometric="RGB"))
    planar = basic(rgb, 8, photometric="RGB")
    planar.PlanarConfiguration = 1
    planar.PixelData = even(np.ascontiguousarray(rgb.transpose(2, 0, 1)).tobytes())
    keep("rgb_planar", planar)
    keep("ybr_full", basic(rgb, 8, photometric="YBR_FULL"), 1)
    ds = basic(rgb, 8, photometric="RGB")
    ds.compress(uid.RLELossless)
    keep("rgb_rle", ds)
    ds = basic(rgb, 8, photometric="RGB")
    ds.compress(uid.JPEG2000Lossless)
    keep("rgb_jpeg_2000", ds)
    data = imagecodecs.jpeg8_encode(rgb, 95, colorspace="RGB", outcolorspace="YCBCR", subsampling="444")
    ds = encoded(basic(rgb, 8, photometric="YBR_FULL"), uid.JPEGBaseline8Bit, data)
    # Three colours of a JPEG decoder's luma and chroma, each rounded.
    keep("ybr_jpeg", ds, 3)


def containers():
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, basic(drawing(12), 12))
    whole = buffer.getvalue()
    keep("no_preamble", None, data=whole[132:])
    implicit = basic(drawing(12), 12)
    implicit.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, implicit)
    # No meta information at all: the data set begins with the group of the SOP class.
    bare = Dataset()
    bare.update({element.tag: element for element in implicit})
    bare.ImageType = ["ORIGINAL", "PRIMARY"]
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, bare, implicit_vr=True, little_endian=True, enforce_file_format=False)
    keep("no_meta", None, data=buffer.getvalue(), reference=read_back(implicit))
    nested = basic(drawing(12), 12)
    icon = basic(drawing(8)[:8, :8], 8)
    inner = Dataset()
    inner.update({element.tag: element for element in icon if element.tag.group == 0x28 or element.tag.group == 0x7FE0})
    nested.IconImageSequence = Sequence([inner])
    procedure = Dataset()
    procedure.CodeMeaning = "Chest"
    procedure.PatientName = "Somebody^Else"
    nested.ProcedureCodeSequence = Sequence([procedure, procedure])
    nested["ProcedureCodeSequence"].is_undefined_length = True
    for item in nested.ProcedureCodeSequence:
        item.is_undefined_length_sequence_item = True
    block = nested.private_block(0x0011, "MAKER", create=True)
    block.add_new(0x01, "UN", b"\x01\x02\x03\x04" * 3)
    block.add_new(0x02, "SQ", [procedure])
    keep("nested", nested)
    implicit = basic(drawing(12), 12)
    implicit.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
    implicit.IconImageSequence = Sequence([inner])
    keep("nested_implicit", implicit)
    # A sequence whose kind its writer did not know: undefined length, and implicit inside.
    unknown = b"".join(
        [
            b"\x09\x00\x10\x00UN\x00\x00\xff\xff\xff\xff",
            b"\xfe\xff\x00\xe0\xff\xff\xff\xff",
            b"\x08\x00\x04\x01\x06\x00\x00\x00Thorax",
            b"\xfe\xff\x0d\xe0\x00\x00\x00\x00",
            b"\xfe\xff\xdd\xe0\x00\x00\x00\x00",
        ]
    )
    at = whole.index(b"\x10\x00\x10\x00PN")
    keep("unknown_sequence", None, data=whole[:at] + unknown + whole[at:])


def archive():
    """A tree of folders as archives export it, its DICOMDIR, the same as a ZIP, and what pydicom reads of each file.

    Patients have names, identifiers and days of birth that are planted: nothing of ours may show them.
    """
    root = OUT / "archive"
    rows = []
    for patient, (family, given, key) in enumerate(
        [("PlantedDoe", "Jane", "PLANTED-00412"), ("PlantedRoe", "Max", "PLANTED-00977"), ("PlantedPoe", "", "")]
    ):
        for study in range(3):
            for image in range(2):
                ds = basic(drawing(12, 60, 50), 12, photometric=["MONOCHROME2", "MONOCHROME1"][image])
                ds.SpecificCharacterSet = "ISO_IR 100"
                ds.PatientName, ds.PatientID = f"{family}^{given}", key
                ds.PatientBirthDate, ds.PatientSex, ds.PatientAge = "19480717", "FM"[patient % 2], f"0{50 + patient}Y"
                ds.OtherPatientIDs = "PLANTED-OTHER"
                ds.PatientAddress = "Planted Street 5"
                ds.PatientComments = "PlantedComment"
                ds.ReferringPhysicianName = "PlantedDoctor^A"
                ds.OperatorsName = "PlantedOperator"
                ds.AccessionNumber = "PLANTED77"
                ds.StudyDescription = "PlantedDescription"
                ds.ImageComments = "PlantedImageComment"
                ds.InstitutionAddress = "PlantedTown"
                ds.StudyInstanceUID = f"1.2.826.0.1.3680043.8.498.{patient}.{study}"
                ds.SeriesInstanceUID = f"{ds.StudyInstanceUID}.1"
                number = f"{ds.SeriesInstanceUID}.{image}"
                ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = number
                ds.StudyDate = f"2020{3 + study:02}{10 + 5 * patient:02}"
                ds.InstitutionName = f"Universit\u00e4t {patient % 2}"
                ds.Manufacturer, ds.ManufacturerModelName = "Maker", f"Model {study}"
                ds.ViewPosition, ds.BodyPartExamined = ["PA", "LL"][image], "CHEST"
                ds.ImageLaterality = "U"
                ds.KVP, ds.Exposure = str(110 + study), 2 + image
                ds.DetectorType, ds.DetectorID = "DIRECT", f"detector {study}"
                ds.PatientOrientation = ["L", "F"]
                ds.PresentationIntentType = "FOR PRESENTATION"
                ds.BurnedInAnnotation = ["NO", "YES"][image]
                ds.ImagerPixelSpacing = ["0.15", "0.16"]
                if study == 2:
                    ds.PixelSpacing = ["0.14", "0.14"]
                ds.WindowCenter, ds.WindowWidth = "1800", "2400"
                folder = root / f"{family}_{given}" / f"ST{study:06}"
                folder.mkdir(parents=True, exist_ok=True)
                # No ending, and the identifier in some of the names.
                path = folder / (f"IM{image:06}" if study else f"{key or 'IM'}_{image}")
                pydicom.dcmwrite(path, ds, enforce_file_format=True)
                rows.append((path, ds))
        report = basic(drawing(8), 8)
        for tag in list(report.keys()):
            if tag.group in (0x28, 0x7FE0):
                del report[tag]
        report.PatientName, report.PatientID = f"{family}^{given}", key
        report.SOPClassUID = report.file_meta.MediaStorageSOPClassUID = uid.BasicTextSRStorage
        pydicom.dcmwrite(folder / "SR000000", report, enforce_file_format=True)
        (folder / "damaged.dcm").write_bytes(path.read_bytes()[:700])
        (folder / "notes.txt").write_text("PlantedNote")
    directory = Dataset()
    directory.FileSetID = "PLANTED"
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = uid.MediaStorageDirectoryStorage
    meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.8.498.9"
    meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    directory.file_meta = meta
    directory.DirectoryRecordSequence = Sequence([])
    pydicom.dcmwrite(root / "DICOMDIR", directory, enforce_file_format=True)
    first = {}
    read = []
    for path, _ in sorted(rows, key=lambda row: str(row[0].relative_to(root)).encode()):
        ds = pydicom.dcmread(path, stop_before_pixels=True)
        key = (ds.PatientID, str(ds.PatientName))
        read.append((path, ds, key))
        day = datetime.strptime(ds.StudyDate, "%Y%m%d")
        first[key] = min(first.get(key, day), day)
    numbers = {}
    lines = []
    for path, ds, key in read:
        number = numbers.setdefault(key, len(numbers) + 1)
        day = datetime.strptime(ds.StudyDate, "%Y%m%d")
        spacing = "PixelSpacing" if "PixelSpacing" in ds else "ImagerPixelSpacing"
        lines.append(
            {
                "patient": str(number),
                "modality": ds.Modality,
                "view_position": ds.ViewPosition,
                "laterality": ds.ImageLaterality,
                "body_part": ds.BodyPartExamined,
                "patient_orientation": "\\".join(ds.PatientOrientation),
                "sex": ds.PatientSex,
                "age": float(ds.PatientAge[:3]),
                "study_date": day.date().isoformat(),
                "institution": ds.InstitutionName,
                "manufacturer": ds.Manufacturer,
                "model": ds.ManufacturerModelName,
                "detector_type": ds.DetectorType,
                "detector_id": ds.DetectorID,
                "kvp": float(ds.KVP),
                "exposure_mas": float(ds.Exposure),
                "presentation_intent": ds.PresentationIntentType,
                "burned_in_annotation": ds.BurnedInAnnotation,
                "pixel_spacing_mm": float(ds[spacing].value[0]),
                "pixel_spacing_from": spacing,
                "days_since_first_study": float((day - first[key]).days),
            }
        )
    (OUT / "archive.json").write_text(json.dumps(lines))
    with zipfile.ZipFile(OUT / "archive.zip", "w") as packed:
        for number, path in enumerate(sorted(root.rglob("*"))):
            kind = [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED][number % 2]
            packed.write(path, path.relative_to(root), kind)


archive()
plain()
greys()
compressed()
frames()
colours()
containers()
(OUT / "files.csv").write_text("\n".join(LIST) + "\n")
