// The flows of the mission, each written once: make.mjs makes the collection of them and checks every call against the contract.
//
// A step: `as` says whose token is sent (none: nobody's), `call` is the operationId of the contract (`messager` a method and path of Messager's
// API, which has a document of its own), `path` and `query` its parameters, `body` what is sent. `status` is the answer expected, `holds` what its
// body must hold, `keep` what later steps use of it as {{name}}. `until` asks again, twice a second, until the body holds that.

const REQUEST = { id: "{{requete}}" };
const credit = (amount) => ({ category: "daily_credit", amount });
const becomes = (name, as, status) => (
  { name, as, call: "getFinancialRequest", path: REQUEST, status: 200, until: { status } }
);
const account = (name, as, id, holds, keep) => ({ name, as, call: "getAccount", path: { id }, status: 200, holds, keep });

export const flows = [
  {
    name: "1. Crédit accordé d'office",
    about: "L'agence demande un crédit qui tient sous sa limite : il passe sans personne (C1, C2), devient un mouvement, le compte le montre.",
    steps: [
      { name: "Aperçu : le crédit passerait-il ?", as: "client1", call: "previewFinancialRequest", body: credit("400000"), status: 200,
        holds: { outcome: "to_treat", amount: "400000", limit: "1000000" } },
      { name: "Demander le crédit", as: "client1", call: "createFinancialRequest", body: credit("400000"), status: 201,
        holds: { status: "to_treat", category: "daily_credit", amount: "400000", currency: "XOF" }, keep: { requete: "id", nom: "name" } },
      becomes("Le mouvement est écrit : la demande est close", "client1", "closed"),
      account("Le compte montre le crédit", "client1", "1", { daily_credit: "400000", active_credit: "400000", headroom: "600000", available: "599999" }),
      { name: "Le relevé", as: "client1", call: "getStatement", path: { id: "1" }, status: 200,
        holds: { "items.0.type": "credit", "items.0.total_operation": "400000", "items.0.status": "success" }, keep: { mouvement: "items.0.id" } },
      { name: "La piste d'audit du mouvement", as: "finance", call: "getMovementLogs", path: { id: "{{mouvement}}" }, status: 200,
        holds: { "items.0.status": "success", "items.0.state_after.active_credit": "400000" } },
      { name: "L'historique de la demande", as: "operation", call: "getTimeline", path: REQUEST, status: 200 },
    ],
  },
  {
    name: "2. Crédit au-delà de la limite, limite relevée",
    about: "La demande dépasse la limite : elle attend finance (C2). Passée sans relever, elle est refusée avec les chiffres (C5). La limite relevée (C6), elle passe.",
    steps: [
      { name: "Demander plus que la limite", as: "client2", call: "createFinancialRequest", body: credit("300000"), status: 201,
        holds: { status: "waiting", assigned_to: "finance" }, keep: { requete: "id" } },
      { name: "La passer : la limite ne suffit pas", as: "finance", call: "updateFinancialRequest", path: REQUEST, body: { status: "to_treat" },
        status: 409, holds: { code: "credit_limit_exceeded", limit: "250000", active_credit: "0", amount: "300000" } },
      { name: "Relever la limite, avec un motif", as: "finance", call: "setLimit", path: { id: "2" }, body: { limit: "500000", reason: "garantie bancaire reçue" },
        status: 200 },
      { name: "La passer", as: "finance", call: "updateFinancialRequest", path: REQUEST, body: { status: "to_treat" }, status: 200 },
      becomes("La demande est close", "client2", "closed"),
      { name: "La limite a son histoire", as: "client2", call: "getLimit", path: { id: "2" }, status: 200,
        holds: { limit: "500000", "history.0.old": "250000", "history.0.reason": "garantie bancaire reçue" } },
      { name: "La limite même est refusée (comparaison stricte)", as: "client2", call: "previewFinancialRequest", body: credit("200000"), status: 200,
        holds: { outcome: "waiting", code: "credit_limit_exceeded", headroom: "200000" } },
    ],
  },
  {
    name: "3. Chargement et déchargement",
    about: "Opération crée, finance passe (C7). Un déchargement porte l'opération de vente qu'il règle, et peut mettre le solde sous zéro : l'encours.",
    steps: [
      { name: "Créer un chargement", as: "operation", call: "createFinancialRequest",
        body: { category: "load", amount: "150000", account_id: 3, description: "versement du 21" }, status: 201,
        holds: { status: "open", assigned_to: "finance" }, keep: { requete: "id" } },
      { name: "Finance le passe", as: "finance", call: "updateFinancialRequest", path: REQUEST, body: { status: "to_treat" }, status: 200 },
      becomes("Le chargement est clos", "operation", "closed"),
      account("Le solde a monté", "client3", "3", { balance: "150000", outstanding: "0", exposition: "150000" }),
      { name: "Créer un déchargement, gardé le temps de le finir", as: "operation", call: "createFinancialRequest",
        body: { category: "unload", amount: "200000", account_id: 3, etatsdevente_id: 4711, assigned_to: "operation" }, status: 201,
        holds: { status: "open", assigned_to: "operation", etatsdevente_id: 4711 }, keep: { requete: "id" } },
      { name: "Le remettre à finance", as: "operation", call: "updateFinancialRequest", path: REQUEST, body: { assigned_to: "finance" }, status: 200,
        holds: { assigned_to: "finance" } },
      { name: "Finance le passe", as: "finance", call: "updateFinancialRequest", path: REQUEST, body: { status: "to_treat" }, status: 200 },
      becomes("Le déchargement est clos", "operation", "closed"),
      account("Le solde est passé sous zéro : il pèse deux fois (F4)", "client3", "3",
        { balance: "-50000", outstanding: "50000", exposition: "-100000" }),
    ],
  },
  {
    name: "4. Annulation d'un crédit",
    about: "L'administrateur annule un crédit accordé : entier, une seule fois (R5). Le crédit sort de l'exposition et rend la limite.",
    steps: [
      { name: "Un crédit de l'agence", as: "client1", call: "createFinancialRequest", body: credit("100000"), status: 201, keep: { requete: "id", parent: "id" } },
      becomes("Il est accordé", "client1", "closed"),
      { name: "L'annuler", as: "admin", call: "createFinancialRequest", body: { category: "cancel_credit", account_id: 1, parent_id: "{{parent}}" }, status: 201,
        holds: { category: "cancel_credit", amount: "100000" }, keep: { requete: "id" } },
      becomes("L'annulation est close", "admin", "closed"),
      { name: "Une seconde fois : refusé", as: "admin", call: "createFinancialRequest",
        body: { category: "cancel_credit", account_id: 1, parent_id: "{{parent}}" }, status: 409, holds: { code: "credit_already_cancelled" } },
      account("Le crédit n'est plus actif", "client1", "1", { active_credit: "400000", headroom: "600000" }),
    ],
  },
  {
    name: "5. Support, avec frais",
    about: "L'agence ouvre un ticket, opération répond, facture des frais par un déchargement lié à la vente (R3) et résout.",
    steps: [
      { name: "Ouvrir un ticket", as: "client1", call: "createSupportRequest", body: { subject: "Billet à modifier", description: "Le PNR ABC123, s'il vous plaît." },
        status: 201, holds: { status: "open", assigned_to: "operation" }, keep: { ticket: "id" } },
      { name: "Le prendre en charge", as: "operation", call: "updateSupportRequest", path: { id: "{{ticket}}" }, body: { status: "in_progress" }, status: 200,
        holds: { status: "in_progress" } },
      { name: "Répondre", as: "operation", call: "commentSupportRequest", path: { id: "{{ticket}}" }, body: { body: "C'est fait, 5 000 XOF de frais." }, status: 201 },
      { name: "Les frais : un déchargement lié à la vente et au ticket", as: "operation", call: "createFinancialRequest",
        body: { category: "unload", amount: "5000", account_id: 1, etatsdevente_id: 815, helpdesk_id: "{{ticket}}", description: "frais de modification" },
        status: 201, holds: { etatsdevente_id: 815 }, keep: { requete: "id" } },
      { name: "Finance les passe", as: "finance", call: "updateFinancialRequest", path: REQUEST, body: { status: "to_treat" }, status: 200 },
      becomes("Les frais sont au compte", "client1", "closed"),
      { name: "L'agence remercie", as: "client1", call: "commentSupportRequest", path: { id: "{{ticket}}" }, body: { body: "Merci." }, status: 201 },
      { name: "Résoudre", as: "operation", call: "updateSupportRequest", path: { id: "{{ticket}}" }, body: { status: "closed" }, status: 200, holds: { status: "closed" } },
      { name: "Un ticket clos ne change plus", as: "client1", call: "updateSupportRequest", path: { id: "{{ticket}}" }, body: { subject: "autre" }, status: 409,
        holds: { code: "immutable" } },
    ],
  },
  {
    name: "5 bis. Ticket suivi, compte suspendu",
    about: "L'agence revient sur un ticket clos : un autre le suit (S4). Finance suspend le compte : plus aucune demande ne se crée, les tickets restent (A2).",
    steps: [
      { name: "Un ticket qui suit le premier", as: "client1", call: "createSupportRequest",
        body: { subject: "Encore le billet", description: "La date n'est pas la bonne.", follows_id: "{{ticket}}" }, status: 201, holds: { follows_id: "{{ticket}}" } },
      { name: "Les tickets où le client a parlé le dernier", as: "operation", call: "listSupportRequests", query: { awaiting: "staff" }, status: 200,
        keep: { suite: "items.0.id" } },
      { name: "Suspendre sans motif : refusé", as: "finance", call: "updateAccount", path: { id: "3" }, body: { status: "suspended" }, status: 422 },
      { name: "Suspendre", as: "finance", call: "updateAccount", path: { id: "3" }, body: { status: "suspended", reason: "vérification" }, status: 200,
        holds: { status: "suspended" } },
      { name: "Plus de demande sur ce compte", as: "operation", call: "createFinancialRequest", body: { category: "load", amount: "5", account_id: 3 }, status: 409,
        holds: { code: "account_suspended" } },
      { name: "Le rendre actif", as: "finance", call: "updateAccount", path: { id: "3" }, body: { status: "active" }, status: 200, holds: { status: "active" } },
      { name: "L'histoire du compte, pour l'agence : sans les motifs", as: "client3", call: "getAccountHistory", path: { id: "3" }, status: 200,
        holds: { "items.0.field": "status", "items.0.new": "active", "items.1.new": "suspended", "items.1.reason": "undefined" } },
    ],
  },
  {
    name: "6. Permissions refusées",
    about: "Ce que nul ne peut, avec le code stable de chaque refus (P1 à P5).",
    steps: [
      { name: "Sans jeton", call: "listFinancialRequests", status: 401, holds: { code: "unauthenticated" } },
      { name: "L'agence ne charge pas son compte", as: "client1", call: "createFinancialRequest", body: { category: "load", amount: "5" }, status: 403,
        holds: { code: "forbidden" } },
      { name: "Finance ne demande rien", as: "finance", call: "createFinancialRequest", body: { ...credit("5"), account_id: 1 }, status: 403, holds: { code: "forbidden" } },
      { name: "L'agence ne fixe pas sa limite", as: "client1", call: "setLimit", path: { id: "1" }, body: { limit: "5", reason: "x" }, status: 403,
        holds: { code: "forbidden" } },
      { name: "Une demande de l'agence 1", as: "client1", call: "createFinancialRequest", body: credit("900000"), status: 201, holds: { status: "waiting" },
        keep: { requete: "id" } },
      { name: "Une autre agence ne sait pas qu'elle existe", as: "client2", call: "getFinancialRequest", path: REQUEST, status: 404, holds: { code: "not_found" } },
      { name: "Nul n'annule une demande à la main (T3)", as: "admin", call: "updateFinancialRequest", path: REQUEST, body: { status: "cancelled" }, status: 403,
        holds: { code: "transition_forbidden" } },
      { name: "Une transition que la table n'a pas", as: "finance", call: "updateFinancialRequest", path: REQUEST, body: { status: "open" }, status: 409,
        holds: { code: "transition_not_allowed", from: "waiting" } },
      { name: "Une version périmée", as: "finance", call: "updateFinancialRequest", path: REQUEST, body: { status: "to_treat", version: 999 }, status: 409,
        holds: { code: "stale_version" } },
      { name: "Des centimes de franc", as: "client1", call: "createFinancialRequest", body: credit("0.5"), status: 422, holds: { code: "invalid_amount" } },
      { name: "Une clé, deux demandes", as: "client1", call: "createFinancialRequest", body: credit("1"), key: "{{cle}}", status: 201, before: { cle: "{{$guid}}" } },
      { name: "La même clé pour autre chose", as: "client1", call: "createFinancialRequest", body: credit("2"), key: "{{cle}}", status: 422,
        holds: { code: "idempotency_key_reused" } },
    ],
  },
  {
    name: "7. Messager en échec, première partie",
    about: "La base du livre refuse d'écrire (à provoquer avant : voir le README). Les 4 essais échoués, le message est en échec et la demande reste « processing » (G1).",
    steps: [
      { name: "Demander un crédit", as: "client1", call: "createFinancialRequest", body: credit("10000"), status: 201, keep: { requete: "id" } },
      { ...becomes("Elle est chez Messager", "client1", "processing"), keep: { message: "message_uuid" } },
      { name: "Le message échoue pour de bon", as: "finance", messager: "GET /api/messages/{{message}}", status: 200, until: { status: "failed" },
        holds: { retry_count: 3, "attempts.3.number": 4 } },
      { name: "Il est dans la liste des échecs", as: "finance", messager: "GET /api/messages?status=failed", status: 200, holds: { "items.0.message_uuid": "{{message}}" } },
      { name: "L'agence ne voit pas Messager", as: "client1", messager: "GET /api/messages", status: 403 },
    ],
  },
  {
    name: "7. Messager en échec, seconde partie : rejouer",
    about: "La cause réparée, finance rejoue : le message repart avec tout son calendrier, la demande est close, une seule fois (G4, W3).",
    steps: [
      { name: "Rejouer", as: "finance", messager: "POST /api/messages/{{message}}/replay", body: { reason: "base réparée" }, status: 202 },
      becomes("La demande est close", "client1", "closed"),
      { name: "Le message est complet", as: "finance", messager: "GET /api/messages/{{message}}", status: 200, until: { status: "completed" } },
      { name: "Un message complet ne se rejoue pas", as: "finance", messager: "POST /api/messages/{{message}}/replay", status: 409, holds: { code: "message_not_failed" } },
    ],
  },
  {
    name: "8. Expiration, première partie",
    about: "Un crédit en attente à 18 h 00 UTC est annulé par le système (X1). À jouer le matin ; la seconde partie après 18 h 00.",
    steps: [
      { name: "Un crédit qui attend", as: "client1", call: "createFinancialRequest", body: credit("999999"), status: 201, holds: { status: "waiting" },
        keep: { expirant: "id" } },
    ],
  },
  {
    name: "8. Expiration, seconde partie",
    about: "L'heure passée, la demande est morte, et annulée dans la minute.",
    steps: [
      { name: "Elle est annulée", as: "client1", call: "getFinancialRequest", path: { id: "{{expirant}}" }, status: 200, until: { status: "cancelled" } },
      { name: "Par le système", as: "operation", call: "getTimeline", path: { id: "{{expirant}}" }, status: 200 },
      { name: "Elle ne change plus (R6)", as: "finance", call: "updateFinancialRequest", path: { id: "{{expirant}}" }, body: { status: "to_treat" }, status: 409,
        holds: { code: "immutable" } },
    ],
  },
];
