//! The attribute of tests that run on both engines, for the crate `stories`.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Makes the tests `NAME::sqlite` and `NAME::postgres` of an `async fn NAME(engine: Engine)`.
///
/// With more parameters, which have attributes of `rstest`, that crate makes the tests: one for each case and engine.
#[proc_macro_attribute]
pub fn both_engines(_: TokenStream, function: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = function.into_iter().collect();
    let (name, parameters) = tokens
        .windows(3)
        .find_map(|window| match window {
            [TokenTree::Ident(keyword), name, TokenTree::Group(parameters)]
                if keyword.to_string() == "fn" =>
            {
                Some((name.to_string(), parameters.clone()))
            }
            _ => None,
        })
        .expect("a function");
    if parameters.stream().into_iter().count() > 4 {
        return tests_of_rstest(tokens, &parameters);
    }
    let test = |module: &str, engine: &str| {
        format!(
            "#[test] fn {module}() {{ crate::app::run_story(Box::pin(super::{name}(crate::Engine::{engine}))); }}"
        )
    };
    let tests = format!("mod {name} {{ {} {} }}", test("sqlite", "Sqlite"), test("postgres", "Postgres"));
    tokens.into_iter().chain(parsed(&tests)).collect()
}

/// The function with the engines as values of its parameter `engine`.
fn tests_of_rstest(tokens: Vec<TokenTree>, parameters: &Group) -> TokenStream {
    let values = "#[values(crate::Engine::Sqlite, crate::Engine::Postgres)]";
    let with_values = parameters.stream().into_iter().flat_map(|token| {
        let is_engine = matches!(&token, TokenTree::Ident(name) if name.to_string() == "engine");
        parsed(if is_engine { values } else { "" }).into_iter().chain([token])
    });
    let with_values = Group::new(Delimiter::Parenthesis, with_values.collect());
    // Behind the cases: an attribute before a case would be that case's alone, and the others would be no tests.
    let test = parsed("#[::tokio::test]");
    let function = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Group(group) if group.to_string() == parameters.to_string() => {
            vec![TokenTree::Group(with_values.clone())]
        }
        TokenTree::Ident(keyword) if keyword.to_string() == "async" => {
            test.clone().into_iter().chain([TokenTree::Ident(keyword)]).collect()
        }
        token => vec![token],
    });
    parsed("#[::rstest::rstest]").into_iter().chain(function).collect()
}

fn parsed(code: &str) -> TokenStream {
    code.parse().expect("code that can be parsed")
}
