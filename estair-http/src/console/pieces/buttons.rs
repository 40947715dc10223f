//! The buttons of what the visitor may do (P4).

use estair_core::action::Action;

use crate::console::frame::Frame;

/// A button: what it posts, and its words.
pub(crate) struct Button {
    /// `transition:…` or `assign:…`.
    pub(crate) value: String,
    /// What it says.
    pub(crate) words: String,
    /// Is it the one that passes the request on?
    pub(crate) main: bool,
}

/// The buttons of the allowed actions that are a single press (P4).
pub(crate) fn buttons(p: &Frame, actions: &[Action], group: &str) -> Vec<Button> {
    let pressed = actions.iter().filter_map(|action| Some((action.name(), action.to()?)));
    pressed
        .map(|(name, to)| Button {
            value: format!("{name}:{to}"),
            words: p.any_name(&[&format!("do.{group}.{name}")], to),
            main: matches!(to, "to_treat" | "processing" | "closed" | "in_progress") && name == "transition",
        })
        .collect()
}
