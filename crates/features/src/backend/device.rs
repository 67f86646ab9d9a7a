//! What a network may run on, where the native library can use it.

/// What the network runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Device {
    /// The processor, on which the same image has the same vector everywhere.
    #[default]
    Cpu,
    /// The first of the others that the library has and that runs the network, else the processor.
    Auto,
    /// NVIDIA's, by CUDA.
    Cuda,
    /// NVIDIA's, by TensorRT.
    TensorRt,
    /// AMD's.
    MiGraphX,
    /// Whatever Windows draws with.
    DirectMl,
    /// Apple's.
    CoreMl,
    /// Intel's.
    OpenVino,
}

impl Device {
    /// Each with its word.
    pub const WORDS: [(Self, &'static str); 8] = [
        (Self::Cpu, "cpu"),
        (Self::Auto, "auto"),
        (Self::Cuda, "cuda"),
        (Self::TensorRt, "tensorrt"),
        (Self::MiGraphX, "migraphx"),
        (Self::DirectMl, "directml"),
        (Self::CoreMl, "coreml"),
        (Self::OpenVino, "openvino"),
    ];

    /// All words, as a sentence lists them.
    pub fn words() -> String {
        Self::WORDS.map(|(_, word)| word).join(", ")
    }

    /// The one that this word names.
    pub fn of_word(word: &str) -> Option<Self> {
        let mut words = Self::WORDS.into_iter();
        words
            .find(|(_, own)| *own == word)
            .map(|(device, _)| device)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        let mut words = Self::WORDS.into_iter();
        words
            .find(|(device, _)| *device == self)
            .map_or("cpu", |(_, word)| word)
    }
}
