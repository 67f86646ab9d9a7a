//! From a path as it is written to what it names: aliases, `self`, `super`, children, globs and what
//! is given on by `pub use` are followed to the file that defines it.

use super::source::{Import, Mention, Module, Names, Source, Written};
use std::collections::BTreeSet;

/// What a path names.
#[derive(Debug, Default)]
pub(crate) struct Meaning {
    /// Its paths from a crate's name on: the one that it stands for, and those to which it is led.
    pub(crate) paths: BTreeSet<Names>,
    /// The files that define what it names. None where that is a module or another crate's.
    pub(crate) files: BTreeSet<usize>,
}

impl Source {
    /// What each of the mentions names.
    pub(crate) fn meanings(&self) -> &[Meaning] {
        let meaning = |mention: &Mention| self.meaning(mention.module, &mention.path);
        self.meanings
            .get_or_init(|| self.mentions.iter().map(meaning).collect())
    }

    /// What `path` names in a module.
    fn meaning(&self, module: usize, path: &Written) -> Meaning {
        let mut meaning = Meaning::default();
        for path in self.absolute(module, path, &[]) {
            self.follow(path, &mut meaning);
        }
        meaning
    }

    /// The module of a path from a crate's name on.
    fn module_at(&self, path: &[String]) -> Option<usize> {
        let mut module = *self.roots.get(path.first()?)?;
        for name in &path[1..] {
            module = *self.modules[module].children.get(name)?;
        }
        Some(module)
    }

    /// `path` from a crate's name on; more than one where a name is imported more than once. Imports
    /// that are `passed` on the way here are not followed again.
    fn absolute(&self, module: usize, path: &Written, passed: &[&Import]) -> Vec<Names> {
        let names = &path.names;
        let here = &self.modules[module];
        if path.is_global {
            return vec![names.clone()];
        }
        match names[0].as_str() {
            "crate" => vec![[&here.path[..1], &names[1..]].concat()],
            "self" => vec![[&here.path[..], &names[1..]].concat()],
            "super" => {
                let ups = names.iter().take_while(|name| *name == "super").count();
                let from = &here.path[..here.path.len() - ups];
                vec![[from, &names[ups..]].concat()]
            }
            "Self" => Vec::new(),
            first => {
                if here.children.contains_key(first) || here.defines(first, names.len() == 1) {
                    return vec![[&here.path[..], names].concat()];
                }
                let found = self.imported(module, first, passed);
                if found.is_empty() {
                    return vec![names.clone()];
                }
                let with_rest = |path: Names| [&path[..], &names[1..]].concat();
                found.into_iter().map(with_rest).collect()
            }
        }
    }

    /// What `name` is in a module by its imports, from a crate's name on.
    fn imported(&self, module: usize, name: &str, passed: &[&Import]) -> Vec<Names> {
        let is_passed = |import: &Import| passed.iter().any(|other| std::ptr::eq(*other, import));
        let imports = &self.modules[module].imports;
        let open = |named: &str| {
            let named = named.to_owned();
            let open = move |i: &&Import| i.name == named && !is_passed(i);
            imports.iter().filter(open)
        };
        let mut found = Vec::new();
        for import in open(name) {
            let passed = [passed, &[import]].concat();
            found.extend(self.absolute(module, &import.path, &passed));
        }
        if !found.is_empty() {
            return found;
        }
        for import in open("*") {
            let passed = [passed, &[import]].concat();
            for path in self.absolute(module, &import.path, &passed) {
                if let Some(all) = self.module_at(&path)
                    && (self.modules[all].has(name)
                        || !self.imported(all, name, &passed).is_empty())
                {
                    found.push([&path[..], &[name.to_owned()]].concat());
                }
            }
        }
        found
    }

    /// Follows a path from a crate's name on to where its end is defined.
    fn follow(&self, path: Names, meaning: &mut Meaning) {
        if !meaning.paths.insert(path.clone()) {
            return;
        }
        let Some(&root) = self.roots.get(&path[0]) else {
            return;
        };
        let mut module = root;
        for (at, name) in path.iter().enumerate().skip(1) {
            let here = &self.modules[module];
            let is_last = at + 1 == path.len();
            let child = here.children.get(name);
            if let (Some(&child), false) = (child, is_last) {
                module = child;
                continue;
            }
            // A module and something that is no module may have one name.
            let is_here = here.defines(name, is_last);
            let led = if is_here {
                Vec::new()
            } else {
                self.imported(module, name, &[])
            };
            // What no item and no import has a macro has made, in this file.
            if is_here || child.is_none() && led.is_empty() {
                meaning.files.insert(here.file);
            }
            for led in led {
                self.follow([&led[..], &path[at + 1..]].concat(), meaning);
            }
            return;
        }
    }
}

impl Module {
    fn has(&self, name: &str) -> bool {
        self.children.contains_key(name) || self.defines(name, true)
    }

    /// Whether something of the name is defined here; other names follow only that of a type.
    fn defines(&self, name: &str, is_last: bool) -> bool {
        let is = |is_type| self.items.contains(&(name.to_owned(), is_type));
        is(true) || is_last && is(false)
    }
}
