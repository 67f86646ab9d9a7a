//! Elements by their numbers, group and element (DICOM PS3.6).

/// The group in the upper half, the element in the lower.
pub(super) type Tag = u32;

pub(super) const MEDIA_STORAGE_SOP_CLASS: Tag = 0x0002_0002;
pub(super) const TRANSFER_SYNTAX_UID: Tag = 0x0002_0010;
pub(super) const SPECIFIC_CHARACTER_SET: Tag = 0x0008_0005;
pub(super) const SOP_CLASS_UID: Tag = 0x0008_0016;
pub(super) const STUDY_DATE: Tag = 0x0008_0020;
pub(super) const MODALITY: Tag = 0x0008_0060;
pub(super) const PRESENTATION_INTENT: Tag = 0x0008_0068;
pub(super) const MANUFACTURER: Tag = 0x0008_0070;
pub(super) const INSTITUTION: Tag = 0x0008_0080;
pub(super) const MODEL: Tag = 0x0008_1090;
pub(super) const PATIENT_NAME: Tag = 0x0010_0010;
pub(super) const PATIENT_ID: Tag = 0x0010_0020;
pub(super) const ISSUER_OF_PATIENT_ID: Tag = 0x0010_0021;
pub(super) const PATIENT_BIRTH_DATE: Tag = 0x0010_0030;
pub(super) const PATIENT_SEX: Tag = 0x0010_0040;
pub(super) const PATIENT_AGE: Tag = 0x0010_1010;
pub(super) const BODY_PART: Tag = 0x0018_0015;
pub(super) const KVP: Tag = 0x0018_0060;
pub(super) const EXPOSURE_MAS: Tag = 0x0018_1152;
pub(super) const EXPOSURE_UAS: Tag = 0x0018_1153;
pub(super) const IMAGER_PIXEL_SPACING: Tag = 0x0018_1164;
pub(super) const NOMINAL_SCANNED_PIXEL_SPACING: Tag = 0x0018_2010;
pub(super) const VIEW_POSITION: Tag = 0x0018_5101;
pub(super) const DETECTOR_TYPE: Tag = 0x0018_7004;
pub(super) const DETECTOR_ID: Tag = 0x0018_700A;
pub(super) const PATIENT_ORIENTATION: Tag = 0x0020_0020;
pub(super) const LATERALITY: Tag = 0x0020_0060;
pub(super) const IMAGE_LATERALITY: Tag = 0x0020_0062;
pub(super) const SAMPLES_PER_PIXEL: Tag = 0x0028_0002;
pub(super) const PHOTOMETRIC: Tag = 0x0028_0004;
pub(super) const PLANAR_CONFIGURATION: Tag = 0x0028_0006;
pub(super) const N_FRAMES: Tag = 0x0028_0008;
pub(super) const ROWS: Tag = 0x0028_0010;
pub(super) const COLUMNS: Tag = 0x0028_0011;
pub(super) const PIXEL_SPACING: Tag = 0x0028_0030;
pub(super) const BITS_ALLOCATED: Tag = 0x0028_0100;
pub(super) const BITS_STORED: Tag = 0x0028_0101;
pub(super) const HIGH_BIT: Tag = 0x0028_0102;
pub(super) const PIXEL_REPRESENTATION: Tag = 0x0028_0103;
pub(super) const BURNED_IN_ANNOTATION: Tag = 0x0028_0301;
pub(super) const WINDOW_CENTER: Tag = 0x0028_1050;
pub(super) const WINDOW_WIDTH: Tag = 0x0028_1051;
pub(super) const RESCALE_INTERCEPT: Tag = 0x0028_1052;
pub(super) const RESCALE_SLOPE: Tag = 0x0028_1053;
pub(super) const VOI_LUT_FUNCTION: Tag = 0x0028_1056;
pub(super) const MODALITY_LUT_SEQUENCE: Tag = 0x0028_3000;
pub(super) const LUT_DESCRIPTOR: Tag = 0x0028_3002;
pub(super) const LUT_DATA: Tag = 0x0028_3006;
pub(super) const VOI_LUT_SEQUENCE: Tag = 0x0028_3010;
pub(super) const FLOAT_PIXEL_DATA: Tag = 0x7FE0_0008;
pub(super) const DOUBLE_PIXEL_DATA: Tag = 0x7FE0_0009;
pub(super) const PIXEL_DATA: Tag = 0x7FE0_0010;
pub(super) const ITEM: Tag = 0xFFFE_E000;
pub(super) const ITEM_DELIMITER: Tag = 0xFFFE_E00D;
pub(super) const SEQUENCE_DELIMITER: Tag = 0xFFFE_E0DD;

/// Sequences of enhanced files whose first item is of the first frame or of all: shared and per-frame functional
/// groups, pixel measures, pixel value transformation, frame VOI LUT.
pub(super) const OF_FRAMES: [Tag; 5] = [
    0x5200_9229,
    0x5200_9230,
    0x0028_9110,
    0x0028_9145,
    0x0028_9132,
];

/// All sequences that are looked into.
pub(super) const SEQUENCES: [Tag; 7] = [
    MODALITY_LUT_SEQUENCE,
    VOI_LUT_SEQUENCE,
    0x5200_9229,
    0x5200_9230,
    0x0028_9110,
    0x0028_9145,
    0x0028_9132,
];
