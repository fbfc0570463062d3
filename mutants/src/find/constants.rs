//! Integer constants, which are changed at their uses in running code.

use std::collections::BTreeMap;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{ExprPath, Ident, Type};

use super::{Finder, on};
use crate::cfg::Builds;
use crate::mutant::{Home, Kind, Mutant};

/// A constant of an integer type.
#[derive(Debug)]
struct Constant {
    file: String,
    /// The switches for one more and for one less.
    more: u32,
    less: u32,
}

/// All constants, by name.
#[derive(Default, Debug)]
pub(crate) struct Constants(BTreeMap<String, Vec<Constant>>);

impl Constants {
    /// Adds the constants that a file declares for a build, and their mutants.
    pub(crate) fn collect(&mut self, file: &str, parsed: &syn::File, builds: Builds, mutants: &mut Vec<Mutant>) {
        let mut collector = Collector { file, constants: self, builds, mutants };
        collector.visit_file(parsed);
    }

    /// Returns the constant of a name in a file: the file's own, or the only one in other files.
    fn get(&self, file: &str, name: &str) -> Option<&Constant> {
        let of_name = self.0.get(name)?;
        match of_name.iter().find(|constant| constant.file == file) {
            Some(own) => Some(own),
            None if of_name.len() == 1 => of_name.first(),
            None => None,
        }
    }
}

struct Collector<'a> {
    file: &'a str,
    constants: &'a mut Constants,
    builds: Builds,
    mutants: &'a mut Vec<Mutant>,
}

impl Collector<'_> {
    fn under(&mut self, attributes: &[syn::Attribute], visit: impl FnOnce(&mut Self)) {
        let outside = self.builds;
        self.builds = outside.under(attributes);
        visit(self);
        self.builds = outside;
    }

    fn add(&mut self, name: &Ident, of: &Type) {
        let home = self.builds.home();
        if !is_integer(of) || matches!(home, Home::Nowhere(_)) {
            return;
        }
        let mut mutant = |edit: &str| {
            let id = self.mutants.len() as u32 + 1;
            self.mutants.push(Mutant {
                id,
                file: self.file.to_owned(),
                line: name.span().start().line,
                function: name.to_string(),
                kind: Kind::Constant,
                edit: edit.to_owned(),
                home,
            });
            id
        };
        let (more, less) = (mutant("one more"), mutant("one less"));
        let constant = Constant { file: self.file.to_owned(), more, less };
        self.constants.0.entry(name.to_string()).or_default().push(constant);
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.under(&item.attrs, |collector| visit::visit_item_mod(collector, item));
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.under(&item.attrs, |collector| collector.add(&item.ident, &item.ty));
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.under(&item.attrs, |collector| collector.add(&item.ident, &item.ty));
    }
}

fn is_integer(of: &Type) -> bool {
    let names = ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"];
    matches!(of, Type::Path(path) if names.iter().any(|name| path.path.is_ident(name)))
}

impl Finder<'_> {
    /// Adds switches where running code uses a constant.
    pub(super) fn use_of_constant(&mut self, path: &ExprPath) {
        let Some(last) = path.path.segments.last() else { return };
        if matches!(self.builds.home(), Home::Nowhere(_)) {
            return;
        }
        let Some(Constant { more, less, .. }) = self.constants.get(self.path, &last.ident.to_string()) else { return };
        let text = self.source(path).to_owned();
        let before = format!(
            "(if {} {{ {text}.wrapping_add(1) }} else if {} {{ {text}.wrapping_sub(1) }} else {{ ",
            on(*more),
            on(*less)
        );
        self.site(vec![*more, *less], path.span().byte_range(), before, " })");
    }
}
