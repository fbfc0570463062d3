//! The return values of functions whose body is replaced.

use syn::{GenericArgument, PathArguments, ReturnType, Type};

/// Returns constants of a result type, or none if there is no simple one.
///
/// An empty text means that the function has no return value.
pub(crate) fn of(output: &ReturnType) -> Vec<&'static str> {
    match output {
        ReturnType::Default => vec![""],
        ReturnType::Type(_, of) => of_type(of),
    }
}

fn of_type(of: &Type) -> Vec<&'static str> {
    match of {
        Type::Tuple(tuple) if tuple.elems.is_empty() => vec![""],
        Type::Ptr(pointer) if pointer.mutability.is_some() => vec!["::std::ptr::null_mut()"],
        Type::Ptr(_) => vec!["::std::ptr::null()"],
        Type::Reference(reference) if is(&reference.elem, "str") => vec!["\"\"", "\"mutant\""],
        Type::Path(path) => of_path(path),
        _ => Vec::new(),
    }
}

fn of_path(path: &syn::TypePath) -> Vec<&'static str> {
    let Some(last) = path.path.segments.last() else { return Vec::new() };
    let argument = match &last.arguments {
        PathArguments::AngleBracketed(list) => match list.args.first() {
            Some(GenericArgument::Type(first)) => Some(first),
            _ => None,
        },
        _ => None,
    };
    match last.ident.to_string().as_str() {
        "bool" => vec!["true", "false"],
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            vec!["0", "1"]
        }
        "String" => vec!["::std::string::String::new()"],
        "Vec" => vec!["::std::vec::Vec::new()"],
        "Option" => vec!["::std::option::Option::None"],
        "Poll" => vec!["::std::task::Poll::Pending"],
        "Result" => match argument {
            // `fmt::Result`, or a result without a value.
            None => vec!["::std::result::Result::Ok(())"],
            Some(Type::Tuple(tuple)) if tuple.elems.is_empty() => vec!["::std::result::Result::Ok(())"],
            Some(of) if is(of, "bool") => vec!["::std::result::Result::Ok(true)", "::std::result::Result::Ok(false)"],
            Some(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn is(of: &Type, name: &str) -> bool {
    matches!(of, Type::Path(path) if path.path.is_ident(name))
}
