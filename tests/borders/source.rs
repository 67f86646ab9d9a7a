//! The Rust files of a crate as its compiler finds them: from the root by `mod`, with what each
//! module holds and every path that is named in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::resolve::Meaning;

/// Names joined by `::`.
pub(crate) type Names = Vec<String>;

/// All crates, read.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Where each file is, as the rules write it: `web/serve.rs`, `analysis/pca.rs`.
    pub(crate) files: Vec<String>,
    pub(crate) modules: Vec<Module>,
    /// The root module of each crate, by the name under which others know it.
    pub(crate) roots: BTreeMap<String, usize>,
    pub(crate) mentions: Vec<Mention>,
    /// What each mention stands for, once it has been asked for.
    pub(super) meanings: OnceLock<Vec<Meaning>>,
}

/// A module, be it a file or inside one.
#[derive(Debug)]
pub(crate) struct Module {
    /// Its path from the crate's name on.
    pub(crate) path: Names,
    pub(crate) file: usize,
    pub(crate) children: BTreeMap<String, usize>,
    /// What is defined in it, modules aside, and whether it is a type or a trait, in which there can
    /// be other names.
    pub(crate) items: BTreeSet<(String, bool)>,
    /// What `use` brings into it.
    pub(crate) imports: Vec<Import>,
}

/// A name that `use` brings in; `*` brings in all of a module.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub(crate) name: String,
    pub(crate) path: Written,
}

/// A path as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// With `::` in front, which can only be another crate.
    pub(crate) is_global: bool,
    pub(crate) names: Names,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let front = if self.is_global { "::" } else { "" };
        write!(f, "{front}{}", self.names.join("::"))
    }
}

/// A path of two names or more, or one that is imported.
#[derive(Debug)]
pub(crate) struct Mention {
    pub(crate) module: usize,
    pub(crate) path: Written,
    /// In code that only tests have.
    pub(crate) in_test: bool,
    /// `pub use`, which gives on and does not use.
    pub(crate) is_given_on: bool,
}

impl Source {
    /// Reads the crate that others call `name` from its root file; `prefix` goes before the places
    /// of its files.
    pub(crate) fn read(&mut self, name: &str, root: &Path, prefix: &str) {
        let text = fs::read_to_string(root).expect("the root of a crate is readable");
        let folder = root.parent().expect("a file is in a folder");
        let place = |path: &Path| {
            let path = path
                .strip_prefix(folder)
                .expect("modules are below the root");
            format!("{prefix}{}", path.to_string_lossy().replace('\\', "/"))
        };
        self.read_text(name, &text, &place(root), &|path: &[String]| {
            let below = folder.join(path.join("/"));
            let (one, other) = (below.with_extension("rs"), below.join("mod.rs"));
            let file = if one.exists() { one } else { other };
            let text = fs::read_to_string(&file).expect("a module has a file");
            (place(&file), text)
        });
    }

    /// Reads a crate from the text of its root; `find` gives the place and the text of a module by
    /// its path below the root.
    pub(crate) fn read_text(
        &mut self,
        name: &str,
        text: &str,
        place: &str,
        find: &dyn Fn(&[String]) -> (String, String),
    ) {
        let file = self.files.len();
        self.files.push(place.to_owned());
        let root = self.add_module(vec![name.to_owned()], file);
        self.roots.insert(name.to_owned(), root);
        let mut reader = Reader {
            source: self,
            find,
            module: root,
            in_test: false,
        };
        reader.read_items(&parse(text, place).items);
    }

    fn add_module(&mut self, path: Names, file: usize) -> usize {
        self.modules.push(Module {
            path,
            file,
            children: BTreeMap::new(),
            items: BTreeSet::new(),
            imports: Vec::new(),
        });
        self.modules.len() - 1
    }
}

fn parse(text: &str, place: &str) -> syn::File {
    syn::parse_file(text).unwrap_or_else(|error| panic!("{place} is no Rust: {error}"))
}

struct Reader<'a> {
    source: &'a mut Source,
    find: &'a dyn Fn(&[String]) -> (String, String),
    module: usize,
    in_test: bool,
}

impl Reader<'_> {
    /// The items of a module.
    fn read_items(&mut self, items: &[syn::Item]) {
        for item in items {
            if let Some((name, is_type)) = name_of(item) {
                let names = &mut self.source.modules[self.module].items;
                names.insert((name.to_string(), is_type));
            }
        }
        for item in items {
            self.visit_item(item);
        }
    }

    fn mention(&mut self, path: Written, is_given_on: bool) {
        self.source.mentions.push(Mention {
            module: self.module,
            path,
            in_test: self.in_test,
            is_given_on,
        });
    }

    /// Every leaf of a `use`, with the path to it.
    fn import(&mut self, tree: &syn::UseTree, mut before: Written, is_given_on: bool) {
        let (end, name) = match tree {
            syn::UseTree::Path(tree) => {
                before.names.push(tree.ident.to_string());
                return self.import(&tree.tree, before, is_given_on);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before.clone(), is_given_on);
                }
                return;
            }
            syn::UseTree::Name(tree) => (tree.ident.to_string(), tree.ident.to_string()),
            syn::UseTree::Rename(tree) => (tree.ident.to_string(), tree.rename.to_string()),
            syn::UseTree::Glob(_) => ("self".to_owned(), "*".to_owned()),
        };
        // `self` in a group is what stands before the group.
        let name = match (name.as_str(), before.names.last()) {
            ("self", Some(last)) => last.clone(),
            _ => name,
        };
        if end != "self" || before.names.is_empty() {
            before.names.push(end);
        }
        let path = before.clone();
        let imports = &mut self.source.modules[self.module].imports;
        imports.push(Import { name, path });
        self.mention(before, is_given_on);
    }

    /// Paths in tokens that nobody has parsed: the arguments of macros and attributes.
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Ident(word) if word == "use" => {
                    let end = tokens[at..].iter().position(|token| is(token, ';'));
                    let end = at + end.map_or(0, |end| end + 1);
                    let tokens = tokens[at..end].iter().cloned().collect();
                    if let Ok(item) = syn::parse2::<syn::ItemUse>(tokens) {
                        self.visit_item_use(&item);
                        at = end;
                        continue;
                    }
                }
                TokenTree::Ident(_) => {
                    let (names, end) = path_at(&tokens, at);
                    if names.len() > 1 {
                        let is_global = at >= 2
                            && is(&tokens[at - 1], ':')
                            && is(&tokens[at - 2], ':')
                            && !matches!(tokens.get(at.wrapping_sub(3)), Some(TokenTree::Ident(_)));
                        self.mention(Written { is_global, names }, false);
                    }
                    at = end;
                    continue;
                }
                // `#[serde(with = "crate::place")]`
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string())
                        && let Ok(path) = text.parse::<syn::Path>()
                    {
                        self.visit_path(&path);
                    }
                }
                TokenTree::Punct(_) => {}
            }
            at += 1;
        }
    }
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// The path that begins with the word at `at`, and where it ends.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Names, usize) {
    let mut names = Vec::new();
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        names.push(word.to_string());
        at += 1;
        match tokens.get(at..at + 2) {
            Some([one, other]) if is(one, ':') && is(other, ':') => at += 2,
            _ => break,
        }
    }
    (names, at)
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let before = self.in_test;
        self.in_test |= is_for_tests(attributes(item));
        visit::visit_item(self, item);
        self.in_test = before;
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(item) => &item.attrs[..],
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            _ => &[],
        };
        let before = self.in_test;
        self.in_test |= is_for_tests(attributes);
        visit::visit_impl_item(self, item);
        self.in_test = before;
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        let mut path = self.source.modules[self.module].path.clone();
        path.push(name.clone());
        let outer = self.module;
        let found;
        let (file, items) = match &item.content {
            Some((_, items)) => (self.source.modules[outer].file, items),
            None => {
                let (place, text) = (self.find)(&path[1..]);
                found = parse(&text, &place);
                self.source.files.push(place);
                (self.source.files.len() - 1, &found.items)
            }
        };
        self.module = self.source.add_module(path, file);
        let children = &mut self.source.modules[outer].children;
        children.insert(name, self.module);
        self.read_items(items);
        self.module = outer;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let before = Written {
            is_global: item.leading_colon.is_some(),
            names: Vec::new(),
        };
        let is_given_on = !matches!(item.vis, syn::Visibility::Inherited);
        self.import(&item.tree, before, is_given_on);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let path = Written {
            is_global: true,
            names: vec![item.ident.to_string()],
        };
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
        let name = name.to_string();
        self.mention(path.clone(), false);
        let imports = &mut self.source.modules[self.module].imports;
        imports.push(Import { name, path });
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Names = path.segments.iter().map(|s| s.ident.to_string()).collect();
        // One name alone is of this module, or was imported, which is mentioned.
        if names.len() > 1 || path.leading_colon.is_some() {
            let is_global = path.leading_colon.is_some();
            self.mention(Written { is_global, names }, false);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        visit::visit_macro(self, item);
        self.scan(item.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        visit::visit_meta_list(self, list);
        self.scan(list.tokens.clone());
    }

    /// `pub(in crate::place)` says who may see, and uses nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}
}

/// What an item of a module is called, modules and imports aside, and whether it is a type or a trait.
fn name_of(item: &syn::Item) -> Option<(&syn::Ident, bool)> {
    match item {
        syn::Item::Enum(item) => Some((&item.ident, true)),
        syn::Item::Struct(item) => Some((&item.ident, true)),
        syn::Item::Trait(item) => Some((&item.ident, true)),
        syn::Item::Type(item) => Some((&item.ident, true)),
        syn::Item::Union(item) => Some((&item.ident, true)),
        syn::Item::Const(item) => Some((&item.ident, false)),
        syn::Item::Fn(item) => Some((&item.sig.ident, false)),
        syn::Item::Macro(item) => item.ident.as_ref().map(|name| (name, false)),
        syn::Item::Static(item) => Some((&item.ident, false)),
        _ => None,
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[test]` or `#[cfg(test)]`, also within `all`.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let words: Vec<String> = list
                .tokens
                .clone()
                .into_iter()
                .map(|token| token.to_string())
                .collect();
            words == ["test"]
                || words.len() == 2
                    && words[0] == "all"
                    && words[1]
                        .trim_matches(['(', ')'])
                        .split(',')
                        .any(|word| word.trim() == "test")
        }
        _ => false,
    })
}
