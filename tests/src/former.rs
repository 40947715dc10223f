//! A former system's database, with what years leave in one: every kind of dirt that an import has a rule for, and what must become of
//! each row.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

/// The tables, as the default mapping of the import takes them: columns are texts, as nothing was ever checked.
const TABLES: [(&str, &[&str]); 7] = [
    ("accounts", &["id", "name", "email", "balance", "limit", "currency"]),
    ("users", &["id", "name", "email", "role", "account_id"]),
    ("push_subscriptions", &["id", "user_id", "endpoint", "p256dh", "auth"]),
    (
        "helpdesk",
        &[
            "id",
            "name",
            "subject",
            "description",
            "category",
            "status",
            "assigned_to",
            "account_id",
            "amount",
            "currency",
            "etatsdevente_id",
            "expiry_date",
            "parent_id",
            "created_by",
            "created_at",
            "updated_at",
        ],
    ),
    ("approvisionnements", &["id", "account_id", "montant", "impact_solde", "statut", "created_at"]),
    ("factures", &["id", "account_id", "montant", "state", "created_at"]),
    ("creditlimit", &["id", "account_id", "created", "action", "total_operation"]),
];

/// Rows that go by one statement.
const AT_ONCE: usize = 400;

/// What must become of the rows of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Rows.
    pub rows: u64,
    /// Those that come, mended ones too.
    pub come: u64,
    /// Those that are kept back.
    pub quarantined: u64,
    /// Those that nothing wants.
    pub left_out: u64,
}

/// A row that was made: what must become of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Comes,
    Stays,
    IsLeftOut,
}

/// A former system's database.
#[derive(Default)]
pub struct Former {
    /// By table.
    pub expected: BTreeMap<&'static str, Expected>,
    /// By account that comes: its balance in whole francs.
    pub balances: BTreeMap<u64, i64>,
    /// Credits of today: still owed, all on one account.
    pub owed: u64,
    rows: BTreeMap<&'static str, Vec<Vec<Option<String>>>>,
    seed: u64,
}

/// How an account is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Good,
    Bad,
    Missing,
}

impl Former {
    /// About so many rows of money, requests and tickets. `today` is the day of the import, on which credits are still owed.
    #[must_use]
    pub fn new(rows: u64, today: &str) -> Self {
        let mut former = Self { seed: 7, ..Self::default() };
        let accounts = (rows / 400).clamp(20, 5_000);
        former.people(accounts);
        for number in 1..=rows {
            let account = former.below(accounts) + 1;
            match former.below(100) {
                0..55 => former.supply(number, account, accounts),
                55..85 => former.invoice(number, account, accounts),
                _ => former.thread(number, account, accounts),
            }
        }
        former.owed_today(rows, today);
        for id in 1..=5 {
            let row = [id.to_string(), "1".to_owned(), "2024-01-01".to_owned(), "vente".to_owned(), "5".to_owned()];
            former.add("creditlimit", row.map(Some).to_vec(), Fate::IsLeftOut);
        }
        former.accounts(accounts);
        former
    }

    /// A number below another one; the same ones every time.
    fn below(&mut self, end: u64) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % end.max(1)
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        let place = usize::try_from(self.below(texts.len() as u64)).unwrap_or_default();
        texts.get(place).copied().unwrap_or_default()
    }

    fn add(&mut self, table: &'static str, row: Vec<Option<String>>, fate: Fate) {
        let expected = self.expected.entry(table).or_default();
        expected.rows += 1;
        match fate {
            Fate::Comes => expected.come += 1,
            Fate::Stays => expected.quarantined += 1,
            Fate::IsLeftOut => expected.left_out += 1,
        }
        self.rows.entry(table).or_default().push(row);
    }

    /// Every nineteenth account cannot come.
    const fn kind_of(account: u64) -> Kind {
        if account % 19 == 5 { Kind::Bad } else { Kind::Good }
    }

    /// The account of a row: some rows name one that is not there, or none.
    fn account_of(&mut self, account: u64, accounts: u64) -> (Option<String>, Kind) {
        match self.below(200) {
            0 => (Some((accounts + 1_000).to_string()), Kind::Missing),
            1 => (None, Kind::Missing),
            _ => (Some(account.to_string()), Self::kind_of(account)),
        }
    }

    fn accounts(&mut self, accounts: u64) {
        for id in 1..=accounts {
            let bad = Self::kind_of(id) == Kind::Bad;
            let name = match id % 7 {
                _ if bad && id % 3 == 0 => String::new(),
                0 => "Agence Ã©toile".to_owned(),
                1 => "Agence du Plateau".to_owned(),
                _ => format!("Agence {id}"),
            };
            let currency = if bad && id % 3 == 1 { "KWD" } else { "xof" };
            let limit = if bad && id % 3 == 2 { "beaucoup" } else { "500000" };
            let email = if id % 5 == 0 { "personne" } else { "agence@example.test" };
            let balance = self.balances.get(&id).copied().unwrap_or_default();
            let row =
                [id.to_string(), name, email.to_owned(), balance.to_string(), limit.to_owned(), currency.to_owned()];
            self.add("accounts", row.map(Some).to_vec(), if bad { Fate::Stays } else { Fate::Comes });
            if !bad {
                self.balances.entry(id).or_default();
            }
        }
    }

    fn people(&mut self, accounts: u64) {
        for id in 1..=accounts {
            let (role, account, fate) = match id % 8 {
                0 => ("finance", None, Fate::Comes),
                1 => ("ADMIN", None, Fate::Comes),
                2 => ("pilote", None, Fate::Stays),
                3 => ("client", Some(accounts + 1_000), Fate::Stays),
                _ if Self::kind_of(id) == Kind::Bad => ("Agent", Some(id), Fate::Stays),
                _ => ("client", Some(id), Fate::Comes),
            };
            let email = if id % 6 == 0 { "sans arobase".to_owned() } else { format!("p{id}@example.test") };
            let name = (id % 9 != 0).then(|| format!("Personne {id}"));
            let account = account.map(|account| account.to_string());
            self.add("users", vec![Some(id.to_string()), name, Some(email), Some(role.to_owned()), account], fate);
            let endpoint =
                if id % 4 == 3 { "http://a b".to_owned() } else { format!("https://push.example.test/{id}") };
            let fate = if fate == Fate::Comes && id % 4 != 3 { Fate::Comes } else { Fate::Stays };
            let row = [id.to_string(), id.to_string(), endpoint, "B".repeat(87), "a".repeat(22)];
            self.add("push_subscriptions", row.map(Some).to_vec(), fate);
        }
    }

    /// A date within five years, however it is written.
    fn date(&mut self) -> String {
        let (year, month, day) = (2019 + self.below(5), self.below(12) + 1, self.below(28) + 1);
        let (hour, minute) = (self.below(24), self.below(60));
        match self.below(4) {
            0 => format!("{year}-{month:02}-{day:02}"),
            1 => format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:07+01:00"),
            2 => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:07.5"),
            _ => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:07"),
        }
    }

    /// An amount of so many francs, however it is written.
    fn amount(&mut self, francs: u64) -> String {
        match self.below(5) {
            0 => format!("{francs}.000"),
            1 => format!("{francs},0"),
            2 if francs >= 1_000 => format!("{} {:03}", francs / 1_000, francs % 1_000),
            _ => francs.to_string(),
        }
    }

    /// An amount and a date, now and then one that cannot be.
    fn money(&mut self, francs: u64) -> (String, String, bool) {
        match self.below(120) {
            0 => ("beaucoup".to_owned(), self.date(), true),
            1 => (format!("{francs}.125"), self.date(), true),
            2 => (format!("-{francs}"), self.date(), true),
            3 => ("0".to_owned(), self.date(), true),
            4 => (francs.to_string(), "0000-00-00".to_owned(), true),
            5 => (francs.to_string(), "2999-01-01".to_owned(), true),
            _ => (self.amount(francs), self.date(), false),
        }
    }

    /// What becomes of a row of money.
    const fn fate(kind: Kind, wanted: bool, dirty: bool) -> Fate {
        match kind {
            Kind::Bad | Kind::Missing => Fate::Stays,
            Kind::Good if !wanted => Fate::IsLeftOut,
            Kind::Good if dirty => Fate::Stays,
            Kind::Good => Fate::Comes,
        }
    }

    fn supply(&mut self, number: u64, account: u64, accounts: u64) {
        let (of, kind) = self.account_of(account, accounts);
        let state =
            self.pick(&["Terminé", "TERMINE", "terminé", "TerminÃ©", "Terminé", "Terminé", "Annulé", "En attente"]);
        let is_money = self.below(4) > 0;
        let francs = self.below(90_000) + 1;
        let (montant, date, dirty) = self.money(francs);
        let fate = Self::fate(kind, !matches!(state, "Annulé" | "En attente"), dirty);
        if fate == Fate::Comes && is_money {
            *self.balances.entry(account).or_default() += i64::try_from(francs).unwrap_or_default();
        }
        let impact = if is_money { "1" } else { "0" };
        let row = vec![
            Some(number.to_string()),
            of,
            Some(montant),
            Some(impact.to_owned()),
            Some(state.to_owned()),
            Some(date),
        ];
        self.add("approvisionnements", row, fate);
    }

    fn invoice(&mut self, number: u64, account: u64, accounts: u64) {
        let (of, kind) = self.account_of(account, accounts);
        let state = self.pick(&["Payé", "PAYE", "PayÃ©", "payé", "A payer"]);
        let francs = self.below(60_000) + 1;
        let (montant, date, dirty) = self.money(francs);
        let fate = Self::fate(kind, state != "A payer", dirty);
        if fate == Fate::Comes {
            *self.balances.entry(account).or_default() -= i64::try_from(francs).unwrap_or_default();
        }
        let row = vec![Some(number.to_string()), of, Some(montant), Some(state.to_owned()), Some(date)];
        self.add("factures", row, fate);
    }

    /// A request or a ticket; a cancellation with the credit before it.
    fn thread(&mut self, number: u64, account: u64, accounts: u64) {
        let category = self.pick(&["support", "SUPPORT", "load", "Unload", "credit", "cancel_credit", "voyage"]);
        let state =
            self.pick(&["open", "CLOSED", "Closed", "to_treat", "processing", "waiting", "cancelled", "bizarre"]);
        let francs = self.below(50_000) + 1;
        let (montant, date, dirty) = self.money(francs);
        let (of, kind) = self.account_of(account, accounts);
        // The amount of a ticket says nothing, a date does.
        let is_ticket = category.eq_ignore_ascii_case("support");
        let dirty = dirty && (!is_ticket || date.starts_with("0000") || date.starts_with("2999"));
        let mut stays = dirty || category == "voyage" || state == "bizarre";
        let mut parent = None;
        if category == "cancel_credit" {
            // Every other one names a credit that is there.
            let named = number * 10;
            parent = Some(named.to_string());
            if self.below(2) == 0 {
                let credit = self.thread_row(named, "credit", "closed", of.clone(), &francs.to_string(), "2021-03-04");
                self.add("helpdesk", credit, Self::fate(kind, true, false));
            } else {
                stays = true;
            }
        }
        let number = number * 10 + 1;
        let mut row = self.thread_row(number, category, state, of, &montant, &date);
        if let Some(cell) = row.get_mut(12) {
            *cell = parent;
        }
        if let Some(cell) = row.get_mut(9).filter(|_| !is_ticket && number % 50 == 1 && category != "voyage") {
            *cell = Some("EUR".to_owned());
            stays = true;
        }
        self.add("helpdesk", row, Self::fate(kind, true, stays));
    }

    fn thread_row(
        &mut self,
        number: u64,
        category: &str,
        state: &str,
        account: Option<String>,
        amount: &str,
        date: &str,
    ) -> Vec<Option<String>> {
        let name = match number % 40 {
            1 => Some("DEMANDE EN DOUBLE".to_owned()),
            11 => None,
            _ => Some(format!("HD-{number}")),
        };
        let subject = match number % 60 {
            1 => Some("très ".repeat(100)),
            21 => None,
            _ => Some("Billet d'Ã©tÃ©".to_owned()),
        };
        let author = self.below(12) + 1;
        let holder = self.pick(&["operation", "FINANCE", "admin", "agency", "le chef"]);
        let text = |text: &str| Some(text.to_owned());
        vec![
            Some(number.to_string()),
            name,
            subject,
            text("ligne 1\nligne 2"),
            text(category),
            text(state),
            text(holder),
            account,
            text(amount),
            text("XOF"),
            number.is_multiple_of(3).then(|| number.to_string()),
            None,
            None,
            Some(author.to_string()),
            text(date),
            number.is_multiple_of(4).then(|| "0000-00-00 00:00:00".to_owned()),
        ]
    }

    /// Credits of the day of the import itself: nobody has cancelled them, and they come to more than the limit.
    fn owed_today(&mut self, rows: u64, today: &str) {
        for number in 1..=3 {
            let row = [&(rows + number).to_string(), "1", "200000", "0", "Terminé", today];
            self.add("approvisionnements", row.map(|cell| Some(cell.to_owned())).to_vec(), Fate::Comes);
        }
        self.owed = 600_000;
    }

    /// Writes it into an empty database, a SQLite file or one of a MySQL or MariaDB.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn write(&self, url: &str) -> sqlx::Result<()> {
        if url.starts_with("sqlite:") {
            let mut connection = sqlx::SqliteConnection::connect(&format!("{url}?mode=rwc")).await?;
            for statement in self.statements('"') {
                connection.execute(AssertSqlSafe(statement)).await?;
            }
            return connection.close().await;
        }
        let mut connection = sqlx::MySqlConnection::connect(url).await?;
        for statement in self.statements('`') {
            connection.execute(AssertSqlSafe(statement)).await?;
        }
        connection.close().await
    }

    fn statements(&self, quote: char) -> impl Iterator<Item = String> {
        let literal = |cell: &Option<String>| match cell {
            None => "NULL".to_owned(),
            Some(text) => format!("'{}'", text.replace('\'', "''")),
        };
        TABLES.into_iter().flat_map(move |(table, columns)| {
            let declared: Vec<_> = columns.iter().map(|column| format!("{quote}{column}{quote} TEXT")).collect();
            let create = format!("CREATE TABLE {table} ({})", declared.join(", "));
            let rows = self.rows.get(table).map(Vec::as_slice).unwrap_or_default();
            let inserts = rows.chunks(AT_ONCE).map(move |part| {
                let rows =
                    part.iter().map(|row| format!("({})", row.iter().map(literal).collect::<Vec<_>>().join(", ")));
                format!("INSERT INTO {table} VALUES {}", rows.collect::<Vec<_>>().join(", "))
            });
            std::iter::once(create).chain(inserts).collect::<Vec<_>>()
        })
    }
}
