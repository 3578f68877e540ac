//! The first tab of an entity: the cards that apply to it, in two columns.

use leptos::prelude::*;

use crate::extensions::{CardColumn, EntityCard, EntityContext, ExtensionRegistry};
use crate::ui::card::Card;
use crate::ui::each::Each;

/// The cards of an entity.
#[component]
pub fn Overview(
    /// The entity.
    context: EntityContext,
) -> impl IntoView {
    let registry = ExtensionRegistry::of_page();
    let cards =
        Signal::derive(move || context.entity.with(|entity| registry.with(|registry| registry.entity_cards(entity))));
    let has_side = Memo::new(move |_| cards.with(|cards| cards.iter().any(|card| card.column == CardColumn::Side)));
    view! {
        <div class=move || if has_side.get() { "split" } else { "stack" }>
            <div class="entity-main">
                <Column context cards column=CardColumn::Main/>
            </div>
            <div class="stack entity-side">
                <Column context cards column=CardColumn::Side/>
            </div>
        </div>
    }
}

/// The cards of one column; each is drawn once, and follows the entity by itself.
#[component]
fn Column(
    /// The entity.
    context: EntityContext,
    /// The cards of both columns.
    cards: Signal<Vec<EntityCard>>,
    /// Which column.
    column: CardColumn,
) -> impl IntoView {
    let own =
        move || cards.with(|cards| cards.iter().filter(|card| card.column == column).cloned().collect::<Vec<_>>());
    view! {
        <Each each=own key=|card| card.id.clone() let:card>
            <Card
                id=card.id.clone()
                title=card.title.clone()
                icon=card.icon
                span=card.span
                head=card.head.as_ref().map(|head| head.run(context))
            >
                {card.view.run(context)}
            </Card>
        </Each>
    }
}
