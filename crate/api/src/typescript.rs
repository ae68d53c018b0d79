//! The types of TypeScript, made from the structs of this package: `www/src/protocol/index.ts`.
//!
//! Made by [ts-rs](https://docs.rs/ts-rs), which reads the serde attributes that already say how a struct looks as JSON.
//! A field that the smallest request (`EXAMPLE`) leaves out is optional, and its default is what serde fills in.

use crate::methods::Method;
use crate::sequence_record::SequenceRecord;
use crate::session::{embed, event, export, labels, load, open, read, record, save, table};
use crossgrain_core::error::Notice;
use crossgrain_core::granularity::Granularity;
use crossgrain_core::seq::SequenceKind;
use crossgrain_engine::families::{FAMILIES, Family};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;
use ts_rs::{Config, TS, TypeVisitor};

/// First lines of the file.
const HEADER: &str = "\
/**
 * Everything that can be asked of the engine and what it answers. Matrices are row-major typed arrays; shapes are
 * written `[rows, columns]`; positions in sequences count from 1, rows and layers from 0.
 *
 * Made from the structs of crate/api by `npm run protocol`; do not edit.
 */
";

/// The whole file.
///
/// # Errors
/// A sentence, if the smallest request of a method cannot be read.
pub fn protocol() -> Result<String, String> {
    let config = Config::new().with_large_int("number");
    let mut file =
        File { config: &config, types: BTreeMap::new(), methods: String::new(), defaults: Map::new() };
    macro_rules! declare {
        ($($variant:ident $module:ident $help:literal;)*) => {
            $(file.method::<crate::analyses::$module::Request>($help)?;)*
        };
    }
    crate::for_each_method!(declare);
    file.request::<open::Request>("{}")?;
    file.request::<load::Request>(r#"{ "name": "m", "source": "s" }"#)?;
    file.request::<read::Request>("{}")?;
    file.request::<embed::Request>("{}")?;
    file.request::<save::Request>(r#"{ "name": "m", "weights": "int8", "weightsSha256": "" }"#)?;
    file.visit::<open::Response>();
    file.visit::<load::Response>();
    file.visit::<read::Response>();
    file.visit::<labels::Response>();
    file.visit::<table::Response>();
    file.visit::<embed::Response>();
    file.visit::<export::RowFormat>();
    file.visit::<record::MethodsRecord>();
    file.visit::<event::ProgressEvent>();
    file.visit::<SequenceRecord>();
    file.visit::<Notice>();
    file.visit::<Family>();
    file.visit::<GranularityNames>();
    Ok(file.text())
}

/// How a granularity is called.
#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
struct GranularityNames {
    /// The name in headings.
    display_name: &'static str,
    /// What a model of it reads, in a sentence.
    noun: &'static str,
    /// What a file of it holds, in a sentence.
    letters: &'static str,
    /// What the length of a sequence counts.
    unit: &'static str,
    /// What a model's window counts.
    token_unit: &'static str,
    /// What the letters of its files are.
    kind: SequenceKind,
}

impl From<Granularity> for GranularityNames {
    fn from(granularity: Granularity) -> Self {
        Self {
            display_name: granularity.display_name(),
            noun: granularity.noun(),
            letters: granularity.letters(),
            unit: granularity.unit(),
            token_unit: granularity.token_unit(),
            kind: granularity.into(),
        }
    }
}

struct File<'c> {
    config: &'c Config,
    /// Declarations by name.
    types: BTreeMap<String, String>,
    /// Lines of `Methods`.
    methods: String,
    /// Defaults by method and field.
    defaults: Map<String, Value>,
}

impl TypeVisitor for File<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // What has no file of its own is written out where it is used.
        if T::output_path().is_some() {
            let name = T::ident(self.config);
            if self.types.contains_key(&name) {
                return;
            }
            let docs = T::docs().unwrap_or_default();
            self.types.insert(name, format!("{}export {}", docs, T::decl(self.config)));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl File<'_> {
    /// A question with its response.
    fn method<M>(&mut self, help: &str) -> Result<(), String>
    where
        M: Method + TS + 'static,
        M::Response: TS + 'static,
    {
        let defaults = self.request::<M>(M::EXAMPLE).map_err(|why| format!("{}: {why}", M::NAME))?;
        self.visit::<M::Response>();
        let (request, response) = (M::name(self.config), <M::Response as TS>::name(self.config));
        let name = M::NAME;
        let line = format!("  /** {help} */\n  {name}: {{ request: {request}; response: {response} }};\n");
        self.methods.push_str(&line);
        self.defaults.insert(name.to_owned(), Value::Object(defaults));
        Ok(())
    }

    /// A request: what its smallest example leaves out is optional. Answers the defaults.
    fn request<R>(&mut self, example: &str) -> Result<Map<String, Value>, String>
    where
        R: Serialize + DeserializeOwned + TS + 'static,
    {
        let given: Map<String, Value> = serde_json::from_str(example).map_err(|error| error.to_string())?;
        let request: R = serde_json::from_str(example).map_err(|error| error.to_string())?;
        let Ok(Value::Object(mut all)) = serde_json::to_value(&request) else {
            return Err("a request is an object".to_owned());
        };
        all.retain(|field, _| !given.contains_key(field));
        self.visit::<R>();
        if let Some(text) = self.types.get_mut(&R::ident(self.config)) {
            for (field, value) in &all {
                *text = optional(text, field, value)?;
            }
        }
        all.retain(|_, value| !value.is_null());
        Ok(all)
    }

    fn text(self) -> String {
        let mut text = HEADER.to_owned();
        for declaration in self.types.values() {
            // Lines of a declaration begin with the documentation of a field or with the field.
            let _ = write!(text, "\n{}\n", declaration.trim());
        }
        let defaults = serde_json::to_string_pretty(&Value::Object(self.defaults)).unwrap_or_default();
        let _ = write!(
            text,
            "\n/** All questions by name, each with its request and its response. */\nexport interface Methods {{\n{}}}\n\
             \n/** The name of a question. */\nexport type Method = keyof Methods;\n\
             \n/** What a request leaves out, by question and field; fields without a default here are simply absent. */\n\
             export const DEFAULTS = {defaults} as const;\n",
            self.methods
        );
        text.push_str(&names());
        text
    }
}

/// The families and granularities with their names, in the order in which lists show them.
fn names() -> String {
    let mut text = "\n/** Families of models, in the order in which lists show them. */\n".to_owned();
    text.push_str("export const FAMILIES: readonly Family[] = [\n");
    for spec in FAMILIES {
        let family = serde_json::to_string(&spec.family).unwrap_or_default();
        let _ = writeln!(text, "  {family},");
    }
    text.push_str("];\n\n/** How granularities are called, in the order in which lists show them. */\n");
    text.push_str("export const GRANULARITIES: Record<Granularity, GranularityNames> = {\n");
    for granularity in Granularity::ALL {
        let names = serde_json::to_string(&GranularityNames::from(granularity)).unwrap_or_default();
        let _ = writeln!(text, "  {granularity}: {names},");
    }
    text.push_str("};\n");
    text
}

/// Marks a field of a declaration as optional and names its default.
fn optional(declaration: &str, field: &str, value: &Value) -> Result<String, String> {
    let needle = format!("\n{field}: ");
    let at = declaration.find(&needle).ok_or_else(|| format!("'{field}' has no documentation"))?;
    let (before, after) = declaration.split_at(at);
    let docs = match value {
        Value::Null => before.to_owned(),
        value => {
            let open =
                before.strip_suffix("\n */").ok_or_else(|| format!("'{field}' has no documentation"))?;
            format!("{open}\n * @default {value}\n */")
        }
    };
    Ok(format!("{docs}\n{field}?: {}", after.strip_prefix(&needle).unwrap_or_default()))
}
