//! Support requests: creating one (`create`), changing one (`update`), commenting on one (`comment`), and their
//! transitions.

mod builder;
pub(crate) mod comment;
pub(crate) mod create;
mod transition;
pub(crate) mod update;

pub use crate::comment::CommentDraft;
pub use create::SupportDraft;
pub use transition::{TRANSITIONS, allowed_actions, may_move};
pub use update::SupportPatch;

pub use crate::row::{Assignee, Comment, LastComment, Side, Support, SupportStatus, Turn};

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::decision::{Context, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::SupportId;
use crate::permission::require_sight;
use crate::refusal::Refusal;
use crate::row::Link;

/// The human reference of a support request: `SUP-20251021-3F9A2C7D4E10`.
pub(crate) fn name_of(uuid: Uuid, at: Timestamp) -> String {
    format!("SUP-{}-{:012X}", at.format("%Y%m%d"), uuid.as_u128() & 0xFFFF_FFFF_FFFF)
}

fn fact(context: &Context<'_>, kind: FactKind, support: &Support, link: Link<SupportId>) -> Fact {
    Fact::new(kind, context.actor, context.now, Link::Id(support.account))
        .of_support(link)
        .with("status", support.status.name())
}

/// A support request whose account is there; a foreign one is not found (P2).
fn find<'s>(context: &Context<'_>, snapshot: &'s Snapshot, id: SupportId) -> Result<&'s Support, Refusal> {
    let unknown = || Refusal::NotFound { what: "support request" };
    let support = snapshot.supports.get(&id).ok_or_else(unknown)?;
    require_sight(context.actor, support.account, "support request")?;
    snapshot.account(support.account).ok_or_else(unknown)?;
    Ok(support)
}
