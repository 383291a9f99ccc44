//! What hazards hang on: what has to be in a database for them to be any there.

/// What has to be in a database for a hazard to be one there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Nothing: it reaches out of the database.
    Always,
    /// Anything at all that somebody uses.
    Anything,
    /// A table with row security.
    Closed,
    /// A table.
    Table {
        /// Its name, as SQL.
        sql: String,
        /// What has to be so of it.
        asks: Asks,
        /// Whether it may just as well not be there: then there is no danger. Without that, a name that is not found is
        /// one, as nobody knows what it will mean.
        perhaps: bool,
    },
    /// Functions that somebody wrote, whose bodies are dangerous in their turn.
    Calls(Calls),
    /// Functions that somebody wrote, whose bodies may move rows to where others see them.
    Carries(Calls),
    /// Functions and operators that somebody wrote, which may read what row security hides.
    Moves(Moved),
    /// A table or a view that a search path may find before others of its name.
    Ahead(Ahead),
    /// A table that had this name, in whatever namespace, with row security, or that code names which decides who sees what.
    InPlace(String),
    /// An extension of this name, with tables of its own.
    Extension(String),
    /// A policy, or what runs with its owner's rights, that calls a function of this name, or reads a view.
    Guards(String),
    /// A trigger of a table with row security that calls a function of this name.
    Hands(String),
    /// A function of this name.
    Routine(String),
    /// Functions that may change the settings by which policies decide, and run when others read or write.
    Sets(Sets),
    /// The same as another, where something that was there before calls a function of this name without being asked to: a
    /// trigger, a default, a check, a view.
    Under(String, Box<About>),
}

/// Settings that change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sets {
    /// Those that the file's own code changes; nothing stands for one that may be any.
    pub settings: Vec<Option<String>>,
    /// What else is called, which may change others.
    pub by: Calls,
}

/// What leads to functions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    /// Functions by their names. Behind a dot stands one that is called as if it were a column of a row (`c.f`).
    pub functions: Vec<String>,
    /// Operators that are none of PostgreSQL's own.
    pub operators: Vec<String>,
    /// Tables and views that are read, as SQL.
    pub relations: Vec<String>,
    /// Functions that the file puts in the place of others and that may do harm: what was there before may call them.
    pub replaced: Vec<String>,
}

impl Calls {
    /// With what else is called.
    pub(super) fn and(mut self, more: Self) -> Self {
        self.functions.extend(more.functions);
        self.operators.extend(more.operators);
        self.relations.extend(more.relations);
        self
    }
}

/// What a search path may find before others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// What it is.
    pub which: Which,
    /// Whether its namespace has the name of a role from now on.
    pub of_role: bool,
}

/// Tables and views that others of the same name may stand behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// One, in a namespace or in the one that files begin with.
    Named(Option<String>, String),
    /// One, and nobody knows where.
    Anywhere(String),
    /// All of a namespace, under a name that it has from now on.
    All {
        /// Its name before.
        of: String,
        /// Its name then.
        under: String,
    },
}

/// Rows that come to where others may see them, by what is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// What may read them.
    pub by: Calls,
    /// Where they come to.
    pub whither: Whither,
}

/// Where rows come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whither {
    /// A table that the file makes, which nobody else reads so far.
    Own,
    /// A table that was there before, as SQL.
    Table(String),
    /// Where others read them at once.
    All,
}

/// What has to be so of a table that was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// Nothing else.
    There,
    /// It holds rows.
    Rows,
    /// It has row security.
    Closed,
    /// It holds rows, and has one of these columns.
    Values(Vec<String>),
    /// A policy of this name restricts it.
    Restricts(String),
    /// It has row security, and a table that is made now shows what it hides.
    Opens,
    /// It has row security, and others may read where its rows come to.
    Copied(Whither),
    /// It holds rows, and a type is a domain that asks something of its values.
    Typed(String),
    /// It has row security, and so has the table that its rows come to, where they may be others'.
    Crosses(Box<Crossing>),
    /// Policies read one of these columns.
    Decides(Vec<String>),
    /// Policies read a column of this name, and what it begins with is not what policies ask for.
    Begins(String, Begin),
    /// It is not granted so already: each right behind its role, with a star where it may be passed on.
    Ungranted(Vec<String>),
    /// One of these roles has rights on it.
    Granted(Vec<String>),
    /// Policies of other tables read it.
    Steers,
    /// It has row security, and a function that its triggers call hands rows on: of this name, or the file's own.
    HandsOn(Option<String>),
    /// A partition for all other rows holds some.
    Default,
    /// It has a trigger of this name.
    Trigger(String),
    /// Some policy restricts, its own or another's.
    Restrains,
    /// It holds so many rows that going through them takes its time.
    Many,
    /// A column of this name has to have a value.
    Required(String),
    /// A constraint of this name lets no two rows be the same.
    Unique(String),
    /// It has no policies, and row security binds others than before.
    Unpoliced {
        /// Whether it binds its owner from now on.
        forced: bool,
    },
    /// It has row security, and no policy lets rows through but the one of this name.
    OnlyPolicy(String),
    /// A condition leaves none of its rows out.
    Spares(Box<Spared>),
}

/// Rows that come from one table into another, or into others of the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// The table that they come to, as SQL.
    pub to: String,
    /// The columns that are filled; all of the table's where it names none.
    pub columns: Vec<String>,
    /// What they are filled with, where rows are inserted.
    pub values: Option<Vec<Filled>>,
    /// Columns that are held equal.
    pub links: Vec<(String, String)>,
    /// Names that may stand for something else than the columns that have them.
    pub renamed: Vec<String>,
    /// The tables and views that are read, as SQL, as often as they are.
    pub beside: Vec<String>,
    /// By what the rows of each window are held together that carries values from one to another.
    pub windows: Vec<Vec<String>>,
    /// Columns that are said to be different in what is brought together.
    pub apart: Vec<String>,
}

/// What the value of a new row is, where that may be what policies compare it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// What a function says that was there before.
    Function(String),
    /// What a setting says.
    Setting(String),
}

/// What a column is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filled {
    /// A column as it is.
    Column(String),
    /// All columns of what is read.
    All,
    /// Anything else.
    Other,
}

/// A condition that rows are picked by, to be asked of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spared {
    /// The WITH clause before it, if there is one.
    pub with: String,
    /// What the table is called in it, as SQL.
    pub alias: String,
    /// The other tables that it is about, as SQL.
    pub sources: String,
    /// The condition.
    pub condition: String,
    /// The columns whose values are written over.
    pub columns: Vec<String>,
    /// The functions that it calls.
    pub calls: Vec<String>,
}

impl About {
    /// What is asked, whatever it is asked under.
    pub fn inner(&self) -> &Self {
        if let Self::Under(_, inner) = self { inner.inner() } else { self }
    }

    /// Whether it hangs on which rows a statement is about: of a function only its caller knows.
    pub(super) fn is_of_rows(&self) -> bool {
        let Self::Table { asks, .. } = self else {
            return matches!(
                self,
                Self::Moves(_) | Self::Ahead(_) | Self::Carries(_) | Self::Sets(_) | Self::Under(..)
            );
        };
        matches!(
            asks,
            Asks::Copied(_)
                | Asks::Crosses(_)
                | Asks::Decides(_)
                | Asks::Begins(..)
                | Asks::Steers
                | Asks::Many
                | Asks::Spares(_)
        )
    }
}
