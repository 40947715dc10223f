//! Sources: the tables of a former system, and what years have left in them.

use sqlx::{Connection, Executor};

/// The former tables as the default mapping has them, and what years have left in them.
const OLD: &str = "
CREATE TABLE accounts (id INTEGER, name TEXT, email TEXT, balance TEXT, \"limit\" TEXT, currency TEXT);
INSERT INTO accounts VALUES
  (7, 'Agence du Plateau', 'plateau@example.test', '70000', '500000', 'XOF'),
  (9, 'Ã©vasion', 'nobody at home', '-2000', '0', NULL),
  (11, '', NULL, '0', '0', 'XOF'),
  (12, 'Agence en dinars', NULL, '0', '0', 'KWD'),
  (13, 'Agence sans plafond', NULL, '0', 'beaucoup', 'XOF');
CREATE TABLE approvisionnements (id INTEGER, account_id INTEGER, montant TEXT, impact_solde INTEGER, statut TEXT, created_at TEXT);
INSERT INTO approvisionnements VALUES
  (1, 7, '100000', 1, 'Terminé', '2024-03-01 09:00:00'),
  (2, 7, '5000', 0, 'Terminé', '2024-03-01 10:00:00'),
  (3, 7, '5000', 1, 'Annulé', '2024-03-02 10:00:00'),
  (4, 9, '3000.000', 1, 'TERMINE', '2024-05-01'),
  (5, 9, '-300', 1, 'Terminé', '2024-05-02'),
  (6, 9, '12.345', 1, 'TerminÃ©', '2024-05-02'),
  (7, 99, '500', 1, 'Terminé', '2024-05-02'),
  (8, 7, '500', 1, 'Terminé', '0000-00-00');
CREATE TABLE factures (id INTEGER, account_id INTEGER, montant TEXT, state TEXT, created_at TEXT);
INSERT INTO factures VALUES
  (1, 7, '30000', 'Payé', '2024-02-15 08:00:00'),
  (2, 7, '1000', 'A payer', '2024-02-15 08:00:00'),
  (3, 9, '5000', 'payé', '2024-06-01 08:00:00');
CREATE TABLE creditlimit (id INTEGER, account_id INTEGER);
INSERT INTO creditlimit VALUES (1, 7), (2, 9);
";

/// The source, in a directory that is gone with it.
pub(crate) struct Old(pub(crate) std::path::PathBuf);

impl Old {
    pub(crate) async fn new(name: &str) -> Self {
        Self::with(name, OLD).await
    }

    pub(crate) async fn with(name: &str, tables: &'static str) -> Self {
        let directory = std::env::temp_dir().join(format!("estair-import-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let old = Self(directory);
        let url = format!("{}?mode=rwc", old.url());
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        connection.execute(tables).await.unwrap();
        connection.close().await.unwrap();
        old
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}/old.db", self.0.display())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.0.join("old.db")).unwrap()
    }
}

impl Drop for Old {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What an installation has otherwise: a query in the place of a table, comments, its own rules.
pub(crate) const OTHERWISE: &str = r#"
prefix = "old_"
[rules]
account = "map"
sign = "map"
date = "map"
currency = "map"
state = "map"
name = "quarantine"
[instead]
account = "7"
date = "2023-12-31"
state = "closed"
[accounts]
table = "agences"
columns = { name = "nom", limit = "plafond" }
[[threads]]
table = "helpdesk"
categories = { aide = "support", versement = "load" }
request_states = { fini = "closed" }
[[comments]]
table = "notes"
of = "helpdesk"
columns = { thread_id = "helpdesk_id", date = "le" }
roles = { agence = "client" }
[[movements]]
table = "factures"
query = "SELECT f.id, a.id AS account_id, f.montant AS amount, f.le AS date FROM old_factures f LEFT JOIN old_agences a ON a.nom = f.agence"
type = "debit"
[[movements]]
table = "creditlimit"
columns = { amount = "total_operation", date = "created", currency = "currency_code" }
type = "adjustment"
type_by = "action"
types = { vente = "debit", versement = "payment" }
unsigned = false
"#;

pub(crate) const OTHER: &str = "
CREATE TABLE old_agences (id INTEGER, nom TEXT, email TEXT, plafond TEXT, balance TEXT);
INSERT INTO old_agences VALUES (7, 'Plateau', NULL, '0', '0'), (8, 'Treichville', NULL, '0', '0');
CREATE TABLE old_factures (id INTEGER, agence TEXT, montant TEXT, le TEXT);
INSERT INTO old_factures VALUES (1, 'Plateau', '100', '2024-01-02'), (2, 'Inconnue', '20', '2024-01-03'), (3, 'Treichville', '-5', '0000-00-00');
CREATE TABLE old_creditlimit (id INTEGER, account_id INTEGER, created TEXT, action TEXT, total_operation TEXT, currency_code TEXT, terminal TEXT);
INSERT INTO old_creditlimit VALUES (1, 7, '2024-02-01', 'VERSEMENT', '1000', 'XOF', 'T1'), (2, 7, '2024-02-02', 'vente', '-300', 'EUR', NULL), (3, 8, '2024-02-03', 'autre', '-4', NULL, NULL);
CREATE TABLE old_helpdesk (id INTEGER, name TEXT, subject TEXT, description TEXT, category TEXT, status TEXT, account_id INTEGER, amount TEXT, created_at TEXT);
INSERT INTO old_helpdesk VALUES (1, 'A', 'Billet', 'Perdu', 'Aide', 'open', 7, NULL, '2024-03-01'), (2, 'B', NULL, 'Dépôt', 'versement', 'FINI', 7, '-50', '2024-03-02'),
  (3, 'B', NULL, 'Dépôt', 'versement', 'inconnu', 8, '50', '2024-03-02'), (4, 'D', NULL, 'Dépôt', 'versement', 'inconnu', 8, '50', '2024-03-02');
CREATE TABLE old_notes (id INTEGER, helpdesk_id INTEGER, author_id INTEGER, role TEXT, body TEXT, internal TEXT, le TEXT);
INSERT INTO old_notes VALUES (1, 1, 12, 'Agence', 'où en est-on ?', '0', '2024-03-01 10:00:00'), (2, 2, 13, 'finance', 'vu', '1', '2024-03-02 11:00:00'),
  (3, 3, 13, 'finance', 'perdue', '0', '2024-03-02 11:00:00'), (4, 99, 13, 'finance', 'perdue', '0', '2024-03-02 11:00:00'), (5, 4, 13, 'chef', 'non', '0', '2024-03-02');
";
