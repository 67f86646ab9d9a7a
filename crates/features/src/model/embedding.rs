//! What a network makes of a whole image, found in its graph: an embedding that it ends in, what stands before its
//! classifier, its class token or the mean of its tokens, the narrowest place of an autoencoder.
//!
//! Never logits, and never the hidden layer of a perceptron behind the pooled features: these know what they were
//! asked and forget the rest.

use std::collections::{HashMap, HashSet};

use super::super::onnx::{Known, Node, Onnx, Role, ValueInfo, Values};
use super::{Pool, input};

/// Nodes that are walked back through.
const MAX_STEPS: usize = 200;

/// Outputs with fewer values than this are classes, where nothing else tells; embeddings are longer.
const FEW: usize = 64;

/// Sizes of the label sets of ImageNet and CIFAR.
const LABELS: [usize; 6] = [10, 100, 1000, 1001, 21841, 21843];

/// The value that stands for a whole image.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) layer: &'a str,
    pub(super) pool: Pool,
    what: What,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Embedding,
    BeforeClassifier,
    BeforePerceptron,
    Tokens,
    Maps,
    Bottleneck,
}

impl Found<'_> {
    /// For the user.
    pub(super) fn sentence(&self) -> String {
        let layer = self.layer;
        let what = match self.what {
            What::Embedding => "the embedding that it ends in",
            What::BeforeClassifier => "what stands before its classifier",
            What::BeforePerceptron => "what stands before the dense layers of its classifier",
            What::Tokens => "the tokens that it ends in",
            What::Maps => "the maps that it ends in",
            What::Bottleneck => "the narrowest place of what looks like an autoencoder",
        };
        format!(
            "The model does not say which layer holds its features, so {layer} is read, {what}; choose another \
             with --layer."
        )
    }
}

/// The value that stands for a whole image; `None` where nothing looks like one.
pub(super) fn find<'a>(
    onnx: &Onnx<'a>,
    known: &Values<'a>,
    image: &ValueInfo<'a>,
) -> Option<Found<'a>> {
    let graph = Walk::new(onnx, known, image);
    let outputs = graph.outputs();
    let of_rank = |rank: usize| {
        outputs
            .iter()
            .copied()
            .filter(move |output| graph_rank(known, output) == Some(rank))
    };
    let mut named = of_rank(2).filter(|output| says_embedding(output));
    if let Some(layer) = named.next() {
        return Some(Found::plain(layer, What::Embedding));
    }
    if let Some(found) = of_rank(2).find_map(|output| graph.before_classifier(output)) {
        return Some(found);
    }
    if let Some(layer) = of_rank(3).find(|output| graph.token_axis(output).is_some()) {
        return Some(graph.tokens(layer));
    }
    let layer = of_rank(4).next()?;
    if graph.is_image(layer) {
        let layer = graph.bottleneck(layer)?;
        return Some(Found::plain(layer, What::Bottleneck));
    }
    // Heads that are convolutions give classes for each image, or at each place.
    graph
        .before_classifier(layer)
        .or(Some(Found::plain(layer, What::Maps)))
}

fn graph_rank(known: &Values, value: &str) -> Option<usize> {
    Some(known.get(value)?.axes.as_ref()?.len())
}

fn says_embedding(name: &str) -> bool {
    let name = name.to_lowercase();
    ["embed", "feature", "latent", "repr"]
        .iter()
        .any(|word| name.contains(word))
}

impl<'a> Found<'a> {
    fn plain(layer: &'a str, what: What) -> Self {
        Self {
            layer,
            pool: Pool::Mean,
            what,
        }
    }
}

/// A network, to be walked back from its ends.
struct Walk<'w, 'a> {
    onnx: &'w Onnx<'a>,
    known: &'w Values<'a>,
    image: &'w ValueInfo<'a>,
    /// What depends on the image.
    made: HashSet<&'a str>,
    producers: HashMap<&'a str, &'w Node<'a>>,
}

/// A product with weights, and the sum with a bias behind it.
struct Linear<'a> {
    reads: &'a str,
    /// Names that may say what it is for.
    names: String,
    has_bias: bool,
    n_outputs: Option<usize>,
}

impl<'w, 'a> Walk<'w, 'a> {
    fn new(onnx: &'w Onnx<'a>, known: &'w Values<'a>, image: &'w ValueInfo<'a>) -> Self {
        let outputs = |node: &'w Node<'a>| node.outputs.iter().map(move |output| (*output, node));
        Self {
            onnx,
            known,
            image,
            made: input::made_of(onnx, image.name),
            producers: onnx.graph.nodes.iter().flat_map(outputs).collect(),
        }
    }

    /// The network's outputs that depend on the image, and on nothing else.
    fn outputs(&self) -> Vec<&'a str> {
        let outputs = self.onnx.graph.outputs.iter().copied();
        let of_image = |output: &&str| {
            let inputs = self.onnx.inputs_of(output);
            inputs.len() == 1 && inputs[0].name == self.image.name && self.is_float(output)
        };
        outputs.filter(of_image).collect()
    }

    fn is_float(&self, value: &str) -> bool {
        let element = self.known.get(value).and_then(|known| known.element);
        element.is_none_or(|element| element.is_float())
    }

    /// What stands before the classifier that gives `output`; `output` itself where that is none.
    fn before_classifier(&self, output: &'a str) -> Option<Found<'a>> {
        let (end, has_shares) = self.without_tail(output);
        if let Some(linear) = self.linear(end) {
            if !has_shares && !linear.is_classifier(output) {
                return Some(Found::plain(output, What::Embedding));
            }
            return Some(self.behind(linear.reads));
        }
        if let Some(maps) = self.behind_pooled_classes(end, has_shares) {
            return Some(Found::plain(maps, What::BeforeClassifier));
        }
        if has_shares {
            return None;
        }
        match self.hidden(output) {
            // An activated dense layer at the end, as some poolers are.
            Some(linear) => Some(self.behind(linear.reads)),
            None => Some(Found::plain(output, What::Embedding)),
        }
    }

    /// The value that a classifier reads, without the dense layers and dropout before it.
    fn behind(&self, read: &'a str) -> Found<'a> {
        let (mut at, mut what) = (self.as_it_was(read), What::BeforeClassifier);
        for _ in 0..MAX_STEPS {
            let Some(linear) = self.hidden(at) else { break };
            (at, what) = (self.as_it_was(linear.reads), What::BeforePerceptron);
        }
        Found::plain(self.as_maps(at), what)
    }

    /// The value before shares, casts and changes of shape, and whether there were shares.
    fn without_tail(&self, output: &'a str) -> (&'a str, bool) {
        let (mut at, mut has_shares) = (output, false);
        for _ in 0..MAX_STEPS {
            let Some(node) = self.producers.get(at) else {
                break;
            };
            match node.op {
                "Softmax" | "LogSoftmax" | "Sigmoid" | "HardSigmoid" => has_shares = true,
                "Identity" | "Cast" | "Squeeze" | "Reshape" | "Flatten" | "Unsqueeze"
                | "Dropout" => {}
                _ => break,
            }
            let Some(first) = self.first_made(node) else {
                break;
            };
            at = first;
        }
        (at, has_shares)
    }

    /// The value before what changes nothing in it.
    fn as_it_was(&self, value: &'a str) -> &'a str {
        let mut at = value;
        for _ in 0..MAX_STEPS {
            let Some(node) = self.producers.get(at) else {
                break;
            };
            match (node.op, self.first_made(node)) {
                ("Identity" | "Dropout" | "Cast", Some(first)) => at = first,
                _ => break,
            }
        }
        at
    }

    /// The maps that a vector was, before they were laid in one row.
    fn as_maps(&self, value: &'a str) -> &'a str {
        let mut at = value;
        for _ in 0..MAX_STEPS {
            let Some(node) = self.producers.get(at) else {
                break;
            };
            let (true, Some(first)) = (
                matches!(
                    node.op,
                    "Flatten" | "Reshape" | "Identity" | "Dropout" | "Transpose"
                ),
                self.first_made(node),
            ) else {
                break;
            };
            if graph_rank(self.known, first) == Some(4)
                && self.n_places(first).is_some_and(|n| n > 1)
            {
                return first;
            }
            at = first;
        }
        value
    }

    /// The dense layer whose output, changed value by value, this one is.
    fn hidden(&self, value: &'a str) -> Option<Linear<'a>> {
        if graph_rank(self.known, value) != Some(2) && self.n_places(value) != Some(1) {
            return None;
        }
        let mut open = vec![value];
        let mut seen = HashSet::from([value]);
        let mut found: Option<&'a str> = None;
        while let Some(at) = open.pop() {
            if seen.len() > MAX_STEPS {
                return None;
            }
            if self.linear(at).is_some() {
                // Two dense layers that meet are a gate or a sum with what was before.
                if found.is_some_and(|other| other != at) {
                    return None;
                }
                found = Some(at);
                continue;
            }
            let node = self.producers.get(at)?;
            if !is_by_value(node) {
                return None;
            }
            let inputs = node
                .inputs
                .iter()
                .copied()
                .filter(|name| self.made.contains(name));
            open.extend(inputs.filter(|name| seen.insert(name)));
        }
        self.linear(found?)
    }

    /// A product with weights, at one place for each image.
    fn linear(&self, value: &'a str) -> Option<Linear<'a>> {
        let node = *self.producers.get(value)?;
        match node.op {
            "Gemm" | "MatMul" | "FusedMatMul" => self.product(node, &[value]),
            "Add" => {
                let made: Vec<&'a str> = self.made_inputs(node).collect();
                let [sum] = made[..] else { return None };
                let product = self.as_it_was(sum);
                let node = *self.producers.get(product)?;
                let linear = matches!(node.op, "MatMul" | "FusedMatMul")
                    .then(|| self.product(node, &[value, product]))
                    .flatten()?;
                Some(Linear {
                    has_bias: true,
                    ..linear
                })
            }
            "Conv" if self.n_places(value) == Some(1) => {
                let reads = self.made_inputs(node).next()?;
                if self.n_places(reads) != Some(1) {
                    return None;
                }
                Some(self.of_weights(node, reads, &[value], node.inputs.len() > 2))
            }
            _ => None,
        }
    }

    fn product(&self, node: &Node<'a>, values: &[&str]) -> Option<Linear<'a>> {
        let made: Vec<&'a str> = self.made_inputs(node).collect();
        let [reads] = made[..] else { return None };
        // A row for each image, not one for each token.
        let is_one =
            graph_rank(self.known, values[0]) == Some(2) || self.n_places(values[0]) == Some(1);
        is_one.then(|| self.of_weights(node, reads, values, node.inputs.len() > 2))
    }

    fn of_weights(
        &self,
        node: &Node<'a>,
        reads: &'a str,
        values: &[&str],
        has_bias: bool,
    ) -> Linear<'a> {
        let weights = node.inputs.iter().filter(|name| !self.made.contains(*name));
        let names: Vec<&str> = weights
            .chain([&node.name])
            .copied()
            .chain(values.iter().copied())
            .collect();
        let channels = self.known.get(values[0]).and_then(n_channels);
        Linear {
            reads,
            names: names.join(" ").to_lowercase(),
            has_bias,
            n_outputs: channels,
        }
    }

    /// The maps that a convolution turns into classes, which are then averaged (SqueezeNet).
    fn behind_pooled_classes(&self, end: &'a str, has_shares: bool) -> Option<&'a str> {
        let node = self.producers.get(end)?;
        if !matches!(
            node.op,
            "GlobalAveragePool" | "ReduceMean" | "GlobalMaxPool" | "AveragePool"
        ) {
            return None;
        }
        let mut at = self.first_made(node)?;
        for _ in 0..MAX_STEPS {
            let node = self.producers.get(at)?;
            if node.op != "Conv" {
                if !matches!(node.op, "Relu" | "Identity" | "Dropout" | "Clip") {
                    return None;
                }
                at = self.first_made(node)?;
                continue;
            }
            let n_classes = self.known.get(at).and_then(n_channels)?;
            let are_classes = has_shares || n_classes < FEW || LABELS.contains(&n_classes);
            let has_one_place = node
                .ints("kernel_shape")
                .is_none_or(|kernel| kernel.iter().all(|&n| n == 1));
            let maps = self.made_inputs(node).next()?;
            return (are_classes && has_one_place).then(|| self.as_it_was(maps));
        }
        None
    }

    /// Tokens, of which the first is read where it is one for the whole image.
    fn tokens(&self, layer: &'a str) -> Found<'a> {
        let has_class = self.has_class_token(layer);
        Found {
            layer,
            pool: if has_class { Pool::Cls } else { Pool::Mean },
            what: What::Tokens,
        }
    }

    /// Whether one token that is no place of the image was put before the others.
    fn has_class_token(&self, layer: &str) -> bool {
        let is_put = |node: &&Node| {
            let Some(first) = node.inputs.first() else {
                return false;
            };
            let axis = node.int("axis").unwrap_or(1);
            let size = |name: &str| {
                let axes = self.known.get(name)?.axes.as_ref()?;
                let axis = if axis < 0 {
                    axis + axes.len() as i64
                } else {
                    axis
                };
                (axes.len() == 3)
                    .then(|| axes.get(usize::try_from(axis).ok()?)?.size())
                    .flatten()
            };
            let rest = node.inputs.get(1).and_then(|name| size(name));
            node.op == "Concat" && size(first) == Some(1) && rest.is_some_and(|n| n > 1)
        };
        self.onnx.nodes_of(layer).iter().any(is_put)
    }

    fn token_axis(&self, value: &str) -> Option<usize> {
        let axes = self.known.get(value)?.axes.as_ref()?;
        axes.iter()
            .position(|axis| axis.role() == Some(Role::Position))
    }

    /// Whether it has the size of the image, which a network gives back that was taught to.
    fn is_image(&self, value: &str) -> bool {
        let (given, read) = (self.sides(value), self.sides(self.image.name));
        given.is_some_and(|given| given.len() == 2 && Some(given) == read)
    }

    /// The value with the fewest numbers that everything passes through; where nothing narrow does, as in a U-Net,
    /// the last of the maps with the fewest places.
    fn bottleneck(&self, output: &'a str) -> Option<&'a str> {
        let nodes = self.onnx.nodes_of(output);
        let size = |value: &str| {
            let axes = self.known.get(value)?.axes.as_ref()?;
            axes.iter()
                .try_fold(1_usize, |n, axis| n.checked_mul(axis.size()?))
        };
        let whole = size(self.image.name)?;
        let end = size(output)?;
        let values = || nodes.iter().flat_map(|node| node.outputs.iter().copied());
        let inner = || values().filter(|value| self.made.contains(value) && self.is_float(value));
        let narrow =
            inner().filter(|value| size(value).is_some_and(|n| n > 1 && n < whole.min(end)));
        let narrow =
            narrow.filter(|value| graph_rank(self.known, value).is_some_and(|rank| rank > 1));
        let passed = narrow.filter(|value| self.separates(&nodes, value, output));
        if let Some(narrowest) = passed.min_by_key(|value| size(value)) {
            // What follows value by value is the same place, activated.
            let smallest = size(narrowest);
            let mut same = inner()
                .filter(|value| size(value) == smallest && self.separates(&nodes, value, output));
            return same.next_back().or(Some(narrowest));
        }
        let maps = inner().filter(|value| graph_rank(self.known, value) == Some(4));
        let areas: Vec<(usize, &str)> = maps
            .filter_map(|value| Some((self.n_places(value).filter(|&n| n > 1)?, value)))
            .collect();
        let least = areas.iter().map(|(area, _)| *area).min()?;
        areas
            .iter()
            .rev()
            .find(|(area, _)| *area == least)
            .map(|(_, value)| *value)
    }

    /// Whether nothing of the image reaches the output but through a value.
    fn separates(&self, nodes: &[&Node<'a>], value: &str, output: &str) -> bool {
        let mut reached = HashSet::from([self.image.name]);
        for node in nodes {
            if node.op != "Shape" && node.needs().any(|name| reached.contains(name)) {
                reached.extend(node.outputs.iter().filter(|name| **name != value));
            }
        }
        value != output && !reached.contains(output)
    }

    fn n_places(&self, value: &str) -> Option<usize> {
        let sides = self.sides(value)?;
        sides
            .iter()
            .try_fold(1_usize, |n, &size| n.checked_mul(size))
    }

    /// How many positions a value has along each axis of positions.
    fn sides(&self, value: &str) -> Option<Vec<usize>> {
        let axes = self.known.get(value)?.axes.as_ref()?;
        let places = axes
            .iter()
            .filter(|axis| axis.role() == Some(Role::Position));
        places.map(|axis| axis.size()).collect()
    }

    fn made_inputs(&self, node: &Node<'a>) -> impl Iterator<Item = &'a str> {
        let made = node
            .inputs
            .iter()
            .copied()
            .filter(|name| self.made.contains(name));
        made.collect::<Vec<_>>().into_iter()
    }

    fn first_made(&self, node: &Node<'a>) -> Option<&'a str> {
        self.made_inputs(node).next()
    }
}

impl Linear<'_> {
    /// Whether it gives classes, by the names around it, its bias, and how many values it gives.
    fn is_classifier(&self, output: &str) -> bool {
        let names = format!("{} {}", self.names, output.to_lowercase());
        let says = |words: &[&str]| words.iter().any(|word| names.contains(word));
        if says(&["proj", "embed", "latent"]) {
            return false;
        }
        if says(&["classif", "logit", "predict", "probab", "class_"]) {
            return true;
        }
        self.has_bias
            || self
                .n_outputs
                .is_none_or(|n| n < FEW || LABELS.contains(&n))
    }
}

fn n_channels(known: &Known) -> Option<usize> {
    let mut axes = known.axes.as_ref()?.iter();
    axes.find(|axis| axis.role() == Some(Role::Channel))?.size()
}

/// Whether an operator changes each value by itself, or by what belongs to its channel.
fn is_by_value(node: &Node<'_>) -> bool {
    node.is_activation()
        || matches!(
            node.op,
            "PRelu"
                | "Add"
                | "Sub"
                | "Mul"
                | "Div"
                | "Pow"
                | "Cast"
                | "Dropout"
                | "BatchNormalization"
                | "Min"
                | "Max"
                | "Flatten"
                | "Reshape"
                | "Squeeze"
                | "Unsqueeze"
        )
}
