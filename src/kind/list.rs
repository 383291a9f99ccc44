//! What the list of kinds is written as: the enum of objects, and a call for each thing that a kind can do.

/// Writes the enum of objects and hands each call on to the kind.
macro_rules! kinds {
    ($($tag:ident,)*) => {
        /// The kinds of object, in the order in which they are created.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum KindTag { $(#[doc = concat!("See [`struct@", stringify!($tag), "`].")] $tag,)* }

        /// An object of any kind.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum Object { $(#[doc = concat!("See [`struct@", stringify!($tag), "`].")] $tag($tag),)* }

        $(impl From<$tag> for Object {
            fn from(object: $tag) -> Self { Object::$tag(object) }
        })*

        $(impl<'a> TryFrom<&'a Object> for &'a $tag {
            type Error = ();
            fn try_from(object: &'a Object) -> Result<Self, ()> {
                match object { Object::$tag(object) => Ok(object), _ => Err(()) }
            }
        })*

        impl KindTag {
            /// Every kind, in creation order.
            pub const ALL: &[KindTag] = &[$(KindTag::$tag,)*];

            /// What the kind is called, in PostgreSQL's words.
            pub fn word(self) -> &'static str {
                match self { $(KindTag::$tag => <$tag as Kind>::WORD,)* }
            }

            /// Whether its objects belong to a table, or to what stands for one: they are dropped with it.
            pub fn belongs_to_table(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::BELONGS_TO_TABLE,)* }
            }

            /// See [`Kind::GOES_FIRST`].
            pub fn goes_first(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::GOES_FIRST,)* }
            }

            /// See [`Kind::OWNS`].
            pub fn owns(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::OWNS,)* }
            }

            /// See [`Kind::IS_TYPE`].
            pub fn is_type(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::IS_TYPE,)* }
            }

            /// See [`Kind::WANTS_TYPE_NAME`].
            pub fn wants_type_name(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::WANTS_TYPE_NAME,)* }
            }

            /// See [`Kind::IS_ROUTINE`].
            pub fn is_routine(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::IS_ROUTINE,)* }
            }

            /// See [`Kind::IS_RELATION`].
            pub fn is_relation(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::IS_RELATION,)* }
            }

            /// See [`Kind::IS_WORDED`].
            pub fn is_worded(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::IS_WORDED,)* }
            }

            /// See [`Kind::GRANTED`].
            pub fn granted(self) -> Option<Granted> {
                match self { $(KindTag::$tag => <$tag as Kind>::GRANTED,)* }
            }

            /// See [`Kind::NEEDS_WHOLE`].
            pub fn needs_whole(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::NEEDS_WHOLE,)* }
            }

            /// See [`Kind::IS_ABOUT_LATER`].
            pub fn is_about_later(self) -> bool {
                match self { $(KindTag::$tag => <$tag as Kind>::IS_ABOUT_LATER,)* }
            }

            /// See [`Kind::catalog`].
            pub fn catalog(self, version: u32) -> String {
                match self { $(KindTag::$tag => <$tag as Kind>::catalog(version),)* }
            }

            /// See [`Kind::read`].
            ///
            /// # Errors
            /// The row does not fit.
            pub fn read(self, row: &CatalogRow<'_>, lookup: &Lookup) -> anyhow::Result<Object> {
                Ok(match self { $(KindTag::$tag => Object::$tag(<$tag as Kind>::read(row, lookup)?),)* })
            }
        }

        impl Object {
            /// Which kind it is of.
            pub fn kind(&self) -> KindTag {
                match self { $(Object::$tag(_) => KindTag::$tag,)* }
            }

            /// See [`Kind::create`].
            pub fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
                match self { $(Object::$tag(it) => it.create(id, cx),)* }
            }

            /// See [`Kind::drop`].
            pub fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
                match self { $(Object::$tag(it) => it.drop(id, cx),)* }
            }

            /// See [`Kind::alter`].
            pub fn alter(&self, to: &Object, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
                match (self, to) { $((Object::$tag(it), Object::$tag(to)) => it.alter(to, id, cx),)* _ => None }
            }

            /// See [`Kind::gradual`].
            pub fn gradual(&self, before: Option<&Object>, id: &Id, cx: &Context<'_>) -> Option<Gradual<Object>> {
                match self {
                    $(Object::$tag(it) => {
                        let before = before.and_then(|before| before.try_into().ok());
                        it.gradual(before, id, cx).map(|gradual| gradual.map(Object::$tag))
                    })*
                }
            }

            /// See [`Kind::clause`].
            pub fn clause(&self, id: &Id) -> Option<String> {
                match self { $(Object::$tag(it) => it.clause(id),)* }
            }

            /// See [`Kind::comment_target`].
            pub fn comment_target(&self, id: &Id) -> Option<String> {
                match self { $(Object::$tag(it) => it.comment_target(id),)* }
            }

            /// See [`Kind::rename`].
            pub fn rename(&self, from: &Id, to: &str) -> Option<String> {
                match self { $(Object::$tag(it) => it.rename(from, to),)* }
            }

            /// See [`Kind::depends_on`].
            pub fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
                match self { $(Object::$tag(it) => it.depends_on(id, schema),)* }
            }

            /// See [`Kind::steps_aside`].
            pub fn steps_aside(&self, id: &Id, other: &Id, touch: Touch<'_>) -> bool {
                match self { $(Object::$tag(it) => it.steps_aside(id, other, touch),)* }
            }

            /// See [`Kind::rebuilds`].
            pub fn rebuilds(&self, to: &Object, id: &Id, schema: &Schema) -> Vec<Id> {
                match (self, to) {
                    $((Object::$tag(it), Object::$tag(to)) => it.rebuilds(to, id, schema),)*
                    _ => Vec::new(),
                }
            }

            /// See [`Kind::beside`].
            pub fn beside(&self) -> Beside {
                match self { $(Object::$tag(it) => it.beside(),)* }
            }

            /// See [`Kind::adopt`].
            pub fn adopt(&mut self, live: &Object, goes: &dyn Fn(&Id) -> bool) {
                match (self, live) { $((Object::$tag(it), Object::$tag(live)) => it.adopt(live, goes),)* _ => {} }
            }

            /// See [`Kind::texts_mut`].
            pub fn texts_mut(&mut self) -> Vec<&mut crate::sql::Expr> {
                match self { $(Object::$tag(it) => it.texts_mut(),)* }
            }

            /// See [`Kind::also_called`].
            pub fn also_called(&self) -> Option<&str> {
                match self { $(Object::$tag(it) => it.also_called(),)* }
            }

            /// See [`Kind::is_swapped_for`].
            pub fn is_swapped_for(&self, to: &Object) -> bool {
                match (self, to) { $((Object::$tag(it), Object::$tag(to)) => it.is_swapped_for(to),)* _ => false }
            }

            /// See [`Kind::each_type`].
            pub fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
                match self { $(Object::$tag(it) => it.each_type(change),)* }
            }

            /// See [`Kind::each_name`].
            pub fn each_name(&mut self, change: &mut dyn FnMut(&str) -> String) {
                match self { $(Object::$tag(it) => it.each_name(change),)* }
            }

            /// See [`Kind::index_comment`].
            pub fn index_comment(&self) -> Option<&str> {
                match self { $(Object::$tag(it) => it.index_comment(),)* }
            }

            /// See [`Kind::follow_name`].
            pub fn follow_name(&mut self, own: bool, from: &Id, to: &Id) {
                match self { $(Object::$tag(it) => it.follow_name(own, from, to),)* }
            }

            /// See [`Kind::twin`].
            pub fn twin(self) -> Self {
                match self { $(Object::$tag(it) => Object::$tag(it.twin()),)* }
            }

            /// See [`Kind::take_wording`].
            pub fn take_wording(&mut self, found: Object) {
                match (self, found) { $((Object::$tag(it), Object::$tag(found)) => it.take_wording(found),)* _ => {} }
            }
        }
    };
}
