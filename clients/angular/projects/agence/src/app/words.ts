import { isProblem } from '@estair/client';

const STATUS: Record<string, string> = {
  open: 'Ouverte', to_treat: 'À traiter', processing: 'En traitement', waiting: 'En attente', closed: 'Accordée', cancelled: 'Expirée',
};
const TICKET: Record<string, string> = {
  open: 'Ouvert', in_progress: 'En cours', waiting: 'À vous de répondre', closed: 'Résolu', cancelled: 'Abandonné',
};
const CATEGORY: Record<string, string> = {
  daily_credit: 'Crédit du jour', load: 'Chargement', unload: 'Déchargement', cancel_credit: 'Annulation de crédit',
};
const TYPE: Record<string, string> = {
  payment: 'Paiement', debit: 'Débit', refund: 'Remboursement', transfer: 'Virement', adjustment: 'Correction', credit: 'Crédit',
  credit_cancellation: 'Annulation de crédit',
};
const CODE: Record<string, string> = {
  credit_cutoff_passed: "L'heure limite est passée : revenez demain.",
  invalid_amount: 'Ce montant ne peut pas être accepté.',
  unauthenticated: 'Ce jeton ne vaut rien, ou plus rien.',
  account_suspended: 'Votre compte est suspendu.',
  rate_limited: 'Trop de demandes : attendez un instant.',
};

const named = (names: Record<string, string>) => (name: string): string => names[name] ?? name;

export const statusName = named(STATUS);
export const ticketName = named(TICKET);
export const categoryName = named(CATEGORY);
export const typeName = named(TYPE);

/** What went wrong, for people. */
export function said(error: unknown): string {
  if (!isProblem(error)) return 'Quelque chose a échoué.';
  // Angular's service worker answers 504 in the place of a server that cannot be reached.
  if (error.code === 'unknown' && [0, 504].includes(error.status)) return "Le serveur ne répond pas : vérifiez la connexion, puis réessayez.";
  return CODE[error.code] ?? `${error.detail} (${error.code})`;
}

/** A refusal that a preview foresees. */
export function refusal(code: string | null | undefined): string {
  return CODE[code ?? ''] ?? `Il serait refusé (${code}).`;
}
