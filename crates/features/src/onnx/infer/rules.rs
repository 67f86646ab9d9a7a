//! What each operator makes of what is known of its inputs.

use super::value::{Axis, Known, Role, broadcast};
use crate::onnx::{ElementType, Node};

/// One node and what is known of its inputs.
pub(super) struct Rule<'n, 'a> {
    pub(super) node: &'n Node<'a>,
    pub(super) inputs: &'n [Known],
    /// Version of ONNX's own operators.
    pub(super) opset: u64,
}

impl<'n, 'a> Rule<'n, 'a> {
    pub(super) fn new(node: &'n Node<'a>, inputs: &'n [Known], opset: u64) -> Self {
        Self {
            node,
            inputs,
            opset,
        }
    }

    /// What is known of the outputs, as far as anything is.
    pub(super) fn outputs(&self) -> Option<Vec<Known>> {
        if !self.node.is_standard() && self.node.domain != "com.microsoft" {
            return None;
        }
        self.same_shape()
            .or_else(|| self.element_by_element())
            .or_else(|| self.numeric_types())
            .or_else(|| self.product())
            .or_else(|| self.moved())
            .map(|known| known.into_iter().map(|one| self.folded(one)).collect())
    }

    /// An input that is there: optional ones may be left out by an empty name.
    pub(super) fn input(&self, index: usize) -> Option<&'n Known> {
        let name = self.node.inputs.get(index)?;
        self.inputs.get(index).filter(|_| !name.is_empty())
    }

    pub(super) fn axes(&self, index: usize) -> Option<&'n [Axis]> {
        self.input(index)?.axes.as_deref()
    }

    pub(super) fn rank(&self, index: usize) -> Option<usize> {
        self.axes(index).map(<[Axis]>::len)
    }

    pub(super) fn element(&self, index: usize) -> Option<ElementType> {
        self.input(index)?.element
    }

    /// Whole numbers from an attribute, or from an input in newer versions of the operator.
    pub(super) fn ints(&self, attribute: &str, index: usize) -> Option<Vec<i64>> {
        self.node
            .ints(attribute)
            .or_else(|| self.input(index)?.ints())
    }

    /// Whether numbers are asked for by attribute or input, known or not.
    pub(super) fn asks_for(&self, attribute: &str, index: usize) -> bool {
        self.node.has(attribute) || self.input(index).is_some()
    }

    /// An axis counted from the front; negative ones count from behind.
    pub(super) fn axis(axis: i64, rank: usize) -> Option<usize> {
        let axis = if axis < 0 { axis + rank as i64 } else { axis };
        usize::try_from(axis).ok().filter(|&axis| axis < rank)
    }

    /// An output of the same type as the first input.
    pub(super) fn alike(&self, axes: Vec<Axis>) -> Vec<Known> {
        vec![Known::new(self.element(0), axes)]
    }

    /// Operators that change each value, or each by its neighbours, and no shape.
    fn same_shape(&self) -> Option<Vec<Known>> {
        let first = self.input(0);
        let same = || {
            let numbers = None;
            Some(Known {
                numbers,
                ..first?.clone()
            })
        };
        let known = match self.node.op {
            _ if self.node.is_activation() => same()?,
            "FastGelu"
            | "BiasGelu"
            | "QuickGelu"
            | "ThresholdedRelu"
            | "Shrink"
            | "Abs"
            | "Neg"
            | "Exp"
            | "Log"
            | "Sqrt"
            | "Reciprocal"
            | "Floor"
            | "Ceil"
            | "Round"
            | "Sign"
            | "Sin"
            | "Cos"
            | "Tan"
            | "Asin"
            | "Acos"
            | "Atan"
            | "Sinh"
            | "Cosh"
            | "Asinh"
            | "Acosh"
            | "Atanh"
            | "Softmax"
            | "LogSoftmax"
            | "Hardmax"
            | "LpNormalization"
            | "LRN"
            | "MeanVarianceNormalization"
            | "CumSum"
            | "Trilu"
            | "ReverseSequence"
            | "ScatterND"
            | "ScatterElements"
            | "Scatter"
            | "GroupNormalization"
            | "GroupNorm"
            | "LayerNormalization"
            | "RMSNormalization"
            | "SimplifiedLayerNormalization"
            | "SkipLayerNormalization"
            | "RotaryEmbedding"
            | "BitwiseNot" => same()?,
            "MultiHeadAttention" => self.attended()?,
            "Attention" if self.node.is_standard() => self.attended()?,
            // Microsoft's reads what queries, keys and values are made of.
            "Attention" => same()?,
            "BatchNormalization" | "InstanceNormalization" => self.planes(same()?),
            "Not" | "IsNaN" | "IsInf" => same()?.of(ElementType::BOOL),
            "Dropout" => return Some(vec![same()?, same()?.of(ElementType::BOOL)]),
            _ => return None,
        };
        Some(vec![known])
    }

    /// What these operators read has its channels second, so roles that were lost are found again.
    pub(super) fn planes(&self, mut known: Known) -> Known {
        for (index, axis) in known.axes.iter_mut().flatten().enumerate() {
            if axis.is(Role::Unknown) {
                *axis = Axis::new(axis.size(), Self::role_in_planes(index));
            }
        }
        known
    }

    pub(super) fn role_in_planes(index: usize) -> Role {
        match index {
            0 => Role::Batch,
            1 => Role::Channel,
            _ => Role::Position,
        }
    }

    fn element_by_element(&self) -> Option<Vec<Known>> {
        let element = match self.node.op {
            "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Mod" | "Min" | "Max" | "Mean" | "Sum"
            | "PRelu" | "BitShift" | "BitwiseAnd" | "BitwiseOr" | "BitwiseXor" => self.element(0),
            "And" | "Or" | "Xor" | "Equal" | "Greater" | "GreaterOrEqual" | "Less"
            | "LessOrEqual" => Some(ElementType::BOOL),
            "Where" => self.element(1).or(self.element(2)),
            // Microsoft's: A, scale, zero point, B, scale, zero point, scale, zero point.
            "QLinearAdd" | "QLinearMul" => {
                let axes = broadcast(self.axes(0)?, self.axes(3)?);
                return Some(self.alike(axes));
            }
            _ => return None,
        };
        let mut axes = self.axes(0)?.to_vec();
        for index in 1..self.inputs.len() {
            axes = broadcast(&axes, self.axes(index)?);
        }
        Some(vec![Known::new(element, axes)])
    }

    /// Operators that change the type of each value.
    fn numeric_types(&self) -> Option<Vec<Known>> {
        let same = |element: Option<ElementType>| {
            let numbers = None;
            Some(Known {
                element,
                numbers,
                ..self.input(0)?.clone()
            })
        };
        let scalar = |element| Known::new(Some(element), Vec::new());
        Some(match self.node.op {
            "Cast" => vec![same(self.node.int("to").map(|to| ElementType(to as u64)))?],
            "CastLike" => vec![same(self.element(1))?],
            "QuantizeLinear" => {
                let asked = self.node.int("output_dtype").filter(|&to| to > 0);
                let asked = asked.map(|to| ElementType(to as u64));
                let element = self.element(2).or(asked);
                vec![same(Some(element.unwrap_or(ElementType::UINT8)))?]
            }
            "DequantizeLinear" => vec![same(self.element(1))?],
            "QLinearSigmoid" | "QLinearLeakyRelu" | "QLinearSoftmax" => {
                vec![same(self.element(0))?]
            }
            "DynamicQuantizeLinear" => vec![
                same(Some(ElementType::UINT8))?,
                scalar(ElementType::FLOAT32),
                scalar(ElementType::UINT8),
            ],
            _ => return None,
        })
    }
}
