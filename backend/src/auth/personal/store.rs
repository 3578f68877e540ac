//! Personal tokens in the database. Times are milliseconds since 1970.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder,
};

use super::super::rows::personal_tokens::{Column, Entity, Model};

/// A token as the database holds it.
pub type StoredToken = Model;

/// Access to the table of personal tokens. Users are full references in canonical form.
#[derive(Clone, Debug)]
pub struct PersonalTokenStore {
    db: DatabaseConnection,
}

impl PersonalTokenStore {
    pub fn new(db: DatabaseConnection) -> Self {
        Self { db }
    }

    /// One token, of whomever.
    pub async fn token_find(&self, id: &str) -> Result<Option<StoredToken>, DbErr> {
        Entity::find_by_id(id).one(&self.db).await
    }

    /// The tokens of a user, the newest first.
    pub async fn tokens_list(&self, user: &str) -> Result<Vec<StoredToken>, DbErr> {
        let own = Entity::find().filter(Column::UserEntityRef.eq(user));
        own.order_by_desc(Column::CreatedAtMs).order_by_asc(Column::Id).all(&self.db).await
    }

    /// How many tokens of a user end after `now`.
    pub async fn tokens_count(&self, user: &str, now_ms: i64) -> Result<u64, DbErr> {
        let own = Entity::find().filter(Column::UserEntityRef.eq(user)).filter(Column::ExpiresAtMs.gt(now_ms));
        own.count(&self.db).await
    }

    /// Adds a token.
    pub async fn token_create(&self, token: StoredToken) -> Result<(), DbErr> {
        Entity::insert(token.into_active_model()).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Deletes a token of a user; `false` where the user has none of this id.
    pub async fn token_delete(&self, user: &str, id: &str) -> Result<bool, DbErr> {
        let own = Entity::delete_many().filter(Column::Id.eq(id)).filter(Column::UserEntityRef.eq(user));
        Ok(own.exec(&self.db).await?.rows_affected > 0)
    }

    /// Deletes the tokens of all users that ended before a time.
    pub async fn tokens_forget(&self, ended_before_ms: i64) -> Result<(), DbErr> {
        Entity::delete_many().filter(Column::ExpiresAtMs.lt(ended_before_ms)).exec(&self.db).await?;
        Ok(())
    }

    /// Notes that a token was used, unless that was noted after `noted_before_ms`; `true` where it was noted.
    pub async fn token_used(&self, id: &str, now_ms: i64, noted_before_ms: i64) -> Result<bool, DbErr> {
        let is_due =
            Condition::any().add(Column::LastUsedAtMs.is_null()).add(Column::LastUsedAtMs.lte(noted_before_ms));
        let update = Entity::update_many()
            .col_expr(Column::LastUsedAtMs, Expr::value(now_ms))
            .filter(Column::Id.eq(id))
            .filter(is_due);
        Ok(update.exec(&self.db).await?.rows_affected > 0)
    }
}
