//! The floors of the house: inside a crate, folders import one way. A circle of folders fails here, with the files that
//! make it. So does a file that is too long to be read at once.
//!
//! A folder is what stands directly under a crate's `src`: a directory, or a file that has none. Inside a folder anything
//! goes. What `lib.rs` and `main.rs` put together counts for nothing, nor what only tests import.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Which folder imports which, and the files in which it does.
type Imports = BTreeMap<String, BTreeMap<String, BTreeSet<PathBuf>>>;

const CRATES: [&str; 5] = ["estair-core", "estair-sqlx", "estair-notify", "estair-http", "examples/server"];

/// Where sources are.
const SOURCES: [&str; 8] =
    ["estair-core", "estair-sqlx", "estair-notify", "estair-http", "examples", "tests", "benches", "fuzz/fuzz_targets"];

#[test]
fn folders_import_one_way() {
    let mut circles = Vec::new();
    for name in CRATES {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src");
        let imports = imports_of(&source);
        assert!(imports.len() > 3, "{name}: nothing was read");
        for circle in circles_of(&imports) {
            circles.push(format!("{name}: {}", told(&imports, &circle)));
        }
    }
    assert!(circles.is_empty(), "circles of folders:\n{}", circles.join("\n"));
}

#[test]
fn a_circle_is_found() {
    let text =
        "use crate::b::X; mod inner { use super::super::c::{Y, z::W}; } #[cfg(test)] mod tests { use crate::d::T; }";
    assert_eq!(targets(text, &["a".to_owned()]), ["b", "c"].map(str::to_owned).into());
    assert_eq!(
        targets("fn f() { crate::g::h!(crate::{i::J, k}) }", &["a".to_owned()]),
        ["g", "i", "k"].map(str::to_owned).into()
    );
    let edge = |from: &str, to: &str| (from.to_owned(), BTreeMap::from([(to.to_owned(), BTreeSet::new())]));
    let imports = Imports::from([edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("d", "a")]);
    assert_eq!(circles_of(&imports), [["a", "b", "c"].map(str::to_owned).into()]);
}

/// Lines of a file at most.
const LONGEST: usize = 500;

#[test]
fn no_file_is_too_long() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files: Vec<_> = SOURCES.iter().flat_map(|folder| files_under(&root.join(folder))).collect();
    assert!(files.len() > 500, "{} files were read", files.len());
    let lines = |file: &PathBuf| std::fs::read_to_string(file).unwrap().lines().count();
    let long: Vec<_> = files.iter().map(|file| (lines(file), file)).filter(|(lines, _)| *lines > LONGEST).collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines: {long:#?}");
}

fn imports_of(source: &Path) -> Imports {
    let mut imports = Imports::new();
    for file in files_under(source) {
        let relative = file.strip_prefix(source).unwrap();
        let mut module: Vec<_> =
            relative.with_extension("").iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        if module.len() == 1 && ["lib", "main"].contains(&module.first().unwrap().as_str()) {
            continue;
        }
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        let folder = module.first().unwrap().clone();
        let found = imports.entry(folder.clone()).or_default();
        for target in targets(&std::fs::read_to_string(&file).unwrap(), &module) {
            if target != folder {
                found.entry(target).or_default().insert(relative.to_owned());
            }
        }
    }
    let folders: BTreeSet<_> = imports.keys().cloned().collect();
    for found in imports.values_mut() {
        found.retain(|target, _| folders.contains(target));
    }
    imports
}

fn files_under(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_under(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The folders of the crate that a module's text names.
fn targets(text: &str, module: &[String]) -> BTreeSet<String> {
    let tokens: TokenStream = text.parse().expect("a file that compiles");
    let mut found = BTreeSet::new();
    walk(tokens, module.len(), &mut found);
    found
}

/// `depth` says how many `super` lead from here to the crate itself.
fn walk(tokens: TokenStream, depth: usize, found: &mut BTreeSet<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' && is_test_module(&tokens, at) => at += 5,
            TokenTree::Ident(word) if word == "mod" && matches!(tokens.get(at + 2), Some(TokenTree::Group(_))) => {
                if let Some(TokenTree::Group(inner)) = tokens.get(at + 2) {
                    walk(inner.stream(), depth + 1, found);
                }
                at += 3;
            }
            TokenTree::Ident(word) if word == "crate" => at = path_from(&tokens, at + 1, found),
            TokenTree::Ident(word) if word == "super" => {
                let mut up = 1;
                at += 1;
                while is_colons(&tokens, at)
                    && matches!(tokens.get(at + 2), Some(TokenTree::Ident(word)) if word == "super")
                {
                    up += 1;
                    at += 3;
                }
                if up >= depth {
                    at = path_from(&tokens, at, found);
                }
            }
            TokenTree::Group(group) => {
                walk(group.stream(), depth, found);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// `#[cfg(test)] mod name { … }`: five tokens.
fn is_test_module(tokens: &[TokenTree], at: usize) -> bool {
    let attribute = tokens.get(at + 1).map(ToString::to_string).unwrap_or_default().replace(' ', "");
    attribute == "[cfg(test)]" && matches!(tokens.get(at + 2), Some(TokenTree::Ident(word)) if word == "mod")
}

/// After `crate`, or the last `super` of those that lead to it: `::name`, or `::{name…, name…}`.
fn path_from(tokens: &[TokenTree], at: usize, found: &mut BTreeSet<String>) -> usize {
    if !is_colons(tokens, at) {
        return at;
    }
    match tokens.get(at + 2) {
        Some(TokenTree::Ident(name)) => {
            found.insert(name.to_string());
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let mut first = true;
            for token in group.stream() {
                match token {
                    TokenTree::Ident(name) if first => {
                        found.insert(name.to_string());
                        first = false;
                    }
                    TokenTree::Punct(punct) if punct.as_char() == ',' => first = true,
                    _ => {}
                }
            }
        }
        _ => {}
    }
    at + 3
}

/// Sets of folders that reach each other.
fn circles_of(imports: &Imports) -> Vec<BTreeSet<String>> {
    let reach: BTreeMap<_, _> = imports.keys().map(|folder| (folder, reached_from(imports, folder))).collect();
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for (folder, reached) in &reach {
        if !reached.contains(*folder) || circles.iter().any(|circle| circle.contains(*folder)) {
            continue;
        }
        let back = |other: &&String| reach.get(other).is_some_and(|reached| reached.contains(*folder));
        circles.push(reached.iter().filter(back).cloned().collect());
    }
    circles
}

fn reached_from(imports: &Imports, folder: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![folder.to_owned()];
    while let Some(folder) = next.pop() {
        for target in imports.get(&folder).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(target.clone()) {
                next.push(target.clone());
            }
        }
    }
    reached
}

fn told(imports: &Imports, circle: &BTreeSet<String>) -> String {
    let mut lines = vec![circle.iter().cloned().collect::<Vec<_>>().join(", ")];
    for folder in circle {
        for (target, files) in imports.get(folder).into_iter().flatten().filter(|(target, _)| circle.contains(*target))
        {
            let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
            lines.push(format!("    {folder} imports {target} in {}", files.join(", ")));
        }
    }
    lines.join("\n")
}
